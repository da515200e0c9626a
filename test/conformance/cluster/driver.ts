import { restartRollout, scale, undoRollout } from '../../../sim/controllers/rollout.ts';
import { LabError } from '../../../sim/core/errors.ts';
import { decodeManifests } from '../../../sim/kube/decoding/manifests.ts';
import { DEPLOYMENTS, PODS, type Pod, type PodCondition } from '../../../sim/kube/objects.ts';
import type { NewObject } from '../../../sim/kube/store.ts';
import type { Lab } from '../../../sim/lab.ts';
import type { Names } from './names.ts';
import type { ProbeEntry, RunStep, Story } from './story.ts';

const KINDS: Record<string, { apiVersion: string; kind: string }> = {
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  service: { apiVersion: 'v1', kind: 'Service' },
  pod: { apiVersion: 'v1', kind: 'Pod' },
};

/** What kubectl takes to reach the API; the app's switch is asked without it. */
const KUBECTL_MS = 20;
const KUBECTL_AT_MOST_MS = 500;
/** Its first call, on a node that has just got busy; nothing of the manifest is there before. */
export const FIRST_KUBECTL_AT_MOST_MS = 10_000;
/** Where the driver noted kubectl's end, that may have taken longer. */
const DONE_WITHIN_S = 3;
/** An attempt this close to a switch may fall on either side of it. */
const DOUBTFUL_MS = 100;
/** From an attempt's beginning to its end. */
const BEFORE_ANSWER_MS = 5;
const NOTED_LATE_S = 0.1;
/** kubectl asks for one object after the other. */
const BETWEEN_REQUESTS_MS = 4;
/** From the API's change to kubectl's end. */
const ANSWER_MS = 8;

/**
 * When a step takes effect, ms since the apply: as recorded, if the recording shows it. The driver noted some steps
 * before it called kubectl and some after.
 */
export function effectOf(step: RunStep, story: Story): number {
  const { control, kill, kubelet, patchStatus } = step;
  if (kubelet === 'start') {
    // A process takes its time to come up: its first sync says how long.
    const first = story.syncs.find(({ t }) => t > step.t);
    if (first !== undefined) return Math.round(first.t * 1000) - 2;
  }
  if (control !== undefined) return switchedAt(story, control.pod, step.t * 1000);
  if (kill !== undefined || kubelet !== undefined) return step.t * 1000;
  const done = (story.steps ?? []).find(
    ({ t, what }) => t > step.t && t < step.t + DONE_WITHIN_S && what.startsWith('done '),
  );
  const latest = Math.max(step.t + KUBECTL_AT_MOST_MS / 1000, done?.t ?? 0);
  const pods = story.pods.filter(({ t }) => t > step.t - NOTED_LATE_S && t < latest);
  const shown = pods.find(({ pod, deleting, op, conditions }) => {
    if (step.delete?.pods.includes(pod)) return deleting || op === 'DELETED';
    if (patchStatus?.pod !== pod) return false;
    const { type, status = '' } = patchStatus.condition;
    return conditions[type]?.startsWith(status) === true;
  });
  if (shown !== undefined) {
    // The kubelet may have heard of it before the recorder did.
    const synced =
      patchStatus === undefined
        ? undefined
        : story.syncs.find((sync) => sync.pod === shown.pod && sync.t > step.t && sync.t < shown.t);
    return Math.round((synced ?? shown).t * 1000) - (synced === undefined ? 1 : 3);
  }
  return done === undefined ? step.t * 1000 + KUBECTL_MS : Math.max(step.t * 1000, done.t * 1000 - ANSWER_MS);
}

/**
 * When a switch took effect that was noted at `at` (ms): an attempt so close to it may have come before or after, and its result
 * says which, if the worker's attempts before and after it differ.
 */
function switchedAt({ probes }: Story, pod: string, at: number): number {
  let effect = at;
  for (const [index, { container, probe, result, t }] of probes.entries()) {
    const end = Math.round(t * 1000);
    if (probes[index]?.pod !== pod || Math.abs(end - at) > DOUBTFUL_MS) continue;
    const isOfWorker = (entry: ProbeEntry) =>
      entry.pod === pod && entry.container === container && entry.probe === probe;
    const before = probes.slice(0, index).findLast(isOfWorker)?.result;
    const after = probes.slice(index + 1).find(isOfWorker)?.result;
    if (before === after || before === undefined || after === undefined) continue;
    if (end >= at && result === before) effect = Math.max(effect, end + 1);
    if (end <= at && result === after) effect = Math.min(effect, end - BEFORE_ANSWER_MS);
  }
  return effect;
}

/**
 * The steps of a recording. Some have a deletion that the list of steps lacks: a pod that nobody owns is deleted by
 * the driver alone.
 */
export function stepsOf(story: Story): RunStep[] {
  const steps = [...story.run];
  const listed = new Set(story.run.flatMap((step) => step.delete?.pods ?? []));
  const owned = (pod: string) => (story.replicasets ?? []).some(({ name }) => pod.startsWith(`${name}-`));
  for (const { pod, deleting, t } of story.pods) {
    if (!deleting || listed.has(pod) || owned(pod)) continue;
    listed.add(pod);
    steps.push({ t: t - KUBECTL_MS / 1000, delete: { pods: [pod] } });
  }
  return steps.sort((a, b) => a.t - b.t);
}

/** Repeats what the driver of a recording did. */
export class Driver {
  readonly #lab: Lab;
  readonly #names: Names;
  readonly #story: Story;
  readonly #namespace: string;

  constructor(lab: Lab, names: Names, story: Story) {
    this.#lab = lab;
    this.#names = names;
    this.#story = story;
    this.#namespace = story.namespace;
  }

  /** `kubectl apply -f -`: objects in the order of the file; what the API refuses is as if it had not been asked. */
  async apply(manifest: string, atMostMs = KUBECTL_AT_MOST_MS): Promise<void> {
    const { manifests, errors } = decodeManifests(manifest, 'manifest.yaml', { validate: false });
    if (errors[0] !== undefined) throw errors[0];
    for (const { object } of manifests) {
      const metadata = { ...object.metadata, namespace: this.#namespace };
      await this.#until(this.#created(object.kind, object.metadata.name ?? '', atMostMs));
      this.#tolerating('Invalid', () => this.#lab.apply([{ ...object, metadata } as NewObject]));
    }
  }

  async do(step: RunStep): Promise<void> {
    const { store, clock, kubelet } = this.#lab;
    const namespace = this.#namespace;
    if (step.control !== undefined) this.#control(step.control);
    if (step.delete !== undefined) await this.#delete(step.delete);
    if (step.apply !== undefined) await this.apply(step.apply.manifest);
    if (step.patch !== undefined) this.#patch(step.patch);
    if (step.patchStatus !== undefined) this.#patchStatus(step.patchStatus);
    if (step.rolloutRestart !== undefined) restartRollout(store, clock, namespace, step.rolloutRestart.deployment);
    if (step.rolloutUndo !== undefined) undoRollout(store, namespace, step.rolloutUndo.deployment);
    if (step.scale !== undefined) scale(store, DEPLOYMENTS, namespace, step.scale.deployment, step.scale.replicas);
    if (step.setArgs !== undefined) this.#setArgs(step.setArgs);
    if (step.kill !== undefined) this.#kill(step.kill);
    if (step.kubelet === 'stop') kubelet.stop();
    if (step.kubelet === 'start') kubelet.start(step.t * 1000);
  }

  /** The switch listens at a port of the pod: the container that has this port is meant. */
  #control({ pod, port, set }: NonNullable<RunStep['control']>): void {
    const object = this.#pod(pod);
    if (object === undefined) return;
    const containers = [...object.spec.containers, ...(object.spec.initContainers ?? [])];
    const container =
      containers.find(({ args = [] }) => args.includes(`--addr=:${port}`)) ??
      containers.find(({ ports = [] }) => ports.some(({ containerPort }) => containerPort === port)) ??
      containers[0];
    this.#lab.runtime.steer({
      target: 'app',
      podUID: object.metadata.uid,
      container: container?.name ?? '',
      patch: { instanceOnly: true, set },
    });
  }

  /** kubectl's flags: `--now` is a grace of 1; a grace of 0 without `--force` counts as 1. */
  async #delete({ pods, gracePeriodSeconds, force, now }: NonNullable<RunStep['delete']>): Promise<void> {
    const grace = now === true ? 1 : gracePeriodSeconds === 0 && force !== true ? 1 : gracePeriodSeconds;
    let earliest = 0;
    for (const pod of pods) {
      await this.#until(earliest);
      await this.#until(
        this.#next(this.#story.pods, (entry) => entry.pod === pod && (entry.deleting || entry.op === 'DELETED')),
      );
      this.#tolerating('NotFound', () =>
        this.#lab.store.delete(
          PODS,
          this.#namespace,
          this.#names.actual(pod),
          grace === undefined ? {} : { gracePeriodSeconds: grace },
        ),
      );
      earliest = this.#lab.clock.now() + BETWEEN_REQUESTS_MS;
    }
  }

  #patch({ kind, name, patch }: NonNullable<RunStep['patch']>): void {
    const type = KINDS[kind];
    if (type === undefined) throw new Error(`no kind ${kind}`);
    this.#lab.api.patch({ ...type, namespace: this.#namespace, name: this.#names.actual(name) }, patch);
  }

  /** A strategic merge patch of one condition: fields that it does not name stay. */
  #patchStatus({ pod, condition }: NonNullable<RunStep['patchStatus']>): void {
    this.#lab.store.mutate(
      PODS,
      this.#namespace,
      this.#names.actual(pod),
      (current) => {
        const conditions = current.status.conditions ?? [];
        const old = conditions.find(({ type }) => type === condition.type);
        const next = { ...old, ...condition } as PodCondition;
        const rest = conditions.map((other) => (other === old ? next : other));
        return { ...current, status: { ...current.status, conditions: old === undefined ? [next, ...rest] : rest } };
      },
      { subresource: 'status' },
    );
  }

  /** `kubectl apply` of the same Deployment with other arguments. */
  #setArgs({ deployment, args }: NonNullable<RunStep['setArgs']>): void {
    this.#lab.store.mutate(DEPLOYMENTS, this.#namespace, deployment, (current) => {
      const template = current.spec?.template;
      const [first, ...others] = template?.spec?.containers ?? [];
      const spec = { ...template?.spec, containers: [{ ...first, args }, ...others] };
      return { ...current, spec: { ...current.spec, template: { ...template, spec } } as never };
    });
  }

  /** A signal from outside, past the kubelet. */
  #kill({ pod, container, signal }: NonNullable<RunStep['kill']>): void {
    const uid = this.#pod(pod)?.metadata.uid ?? '';
    const running = this.#lab.kubelet.runtime
      .pod(uid)
      .containers.find(({ name, state }) => name === container && state === 'running');
    if (running === undefined) return;
    this.#lab.kubelet.runtime.signal(running.containerID, signal as 'SIGTERM' | 'SIGKILL', 'outside');
  }

  /** kubectl reaches the API object by object; the recording says when. */
  #created(kind: string, name: string, atMostMs: number): number | undefined {
    const { pods, deployments = [], endpoints = [] } = this.#story;
    const added = ({ op }: { op: string }, named: string) => op === 'ADDED' && named === name;
    if (kind === 'Pod') return this.#next(pods, (entry) => added(entry, entry.pod), atMostMs);
    if (kind === 'Deployment') return this.#next(deployments, (entry) => added(entry, entry.name), atMostMs);
    if (kind === 'Service') return this.#next(endpoints, (entry) => added(entry, entry.service), atMostMs);
    return undefined;
  }

  /** The first such entry that is not over yet, ms; undefined if there is none soon. */
  #next<T extends { t: number }>(
    entries: readonly T[],
    is: (entry: T) => boolean,
    atMostMs = KUBECTL_AT_MOST_MS,
  ): number | undefined {
    const now = this.#lab.clock.now();
    const found = entries.find((entry) => entry.t * 1000 >= now - KUBECTL_MS && is(entry));
    return found === undefined || found.t * 1000 > now + atMostMs ? undefined : Math.round(found.t * 1000);
  }

  async #until(at: number | undefined): Promise<void> {
    const { clock } = this.#lab;
    if (at !== undefined && at > clock.now()) await this.#lab.advance(at - clock.now());
  }

  #pod(recorded: string): Pod | undefined {
    return this.#lab.store.get(PODS, this.#namespace, this.#names.actual(recorded));
  }

  #tolerating(code: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof LabError && error.code === code)) throw error;
    }
  }
}
