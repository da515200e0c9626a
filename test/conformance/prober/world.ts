import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { createHistory, type StampedFact } from '../../../sim/kube/fact.ts';
import type { Container, Pod } from '../../../sim/kube/objects.ts';
import type { ContainerEvents, ResultUpdate } from '../../../sim/kubelet/ports.ts';
import { ProbeManager, type ProbeManagerOptions } from '../../../sim/kubelet/probe-manager.ts';
import { ContainerProber } from '../../../sim/kubelet/prober/prober.ts';
import type { KubeletProfile } from '../../../sim/kubelet/profiles.ts';
import { createProbeResults, type ProbeResults } from '../../../sim/kubelet/results.ts';
import { isTerminalPhase } from '../../../sim/kubelet/status/container-lookup.ts';
import { planKills } from './kill-plan.ts';
import { podActions } from './pod-actions.ts';
import { PodStatuses } from './pod-statuses.ts';
import { resultEntry } from './result-entry.ts';
import { buildPod, markExited, markStarted, newContainer, type RuntimeContainer } from './runtime.ts';
import type { ProberScenario, TraceEntry } from './scenario.ts';
import { ScriptedHandlers } from './scripted-handlers.ts';
import { EventLoop } from './sync-loop.ts';

/** A pod that re-creates its workers for ever would fill the memory. The recorder stopped at 6000 entries. */
const MAX_ENTRIES = 7000;
/** A deletion that finds the pod worker busy tries again after so long. */
const RETRY_DELETION_MS = 7;

export interface WorldOptions {
  scenario: ProberScenario;
  profile: KubeletProfile;
  jitterMs: ProbeManagerOptions['jitterMs'];
}

/**
 * The kubelet's real prober, results and status managers with the recorder's sync loop, pod worker and scripted runtime
 * around them. Emulates the program that made the recordings, call by call.
 */
export class World {
  readonly scenario: ProberScenario;
  readonly containers: RuntimeContainer[];
  readonly results: ProbeResults;
  readonly #clock: VirtualClock;
  readonly #loop: EventLoop;
  readonly #probes: ProbeManager;
  readonly #statuses: PodStatuses;
  readonly #trace: TraceEntry[] = [];
  readonly #startedAt = new Map<string, number>();
  #pod: Pod;
  #lastSync = 0;
  #pending = false;
  #scheduled = false;
  #busy = false;
  #terminating = false;
  #terminated = false;
  #added = false;
  #addsWorkers = true;

  constructor({ scenario, profile, jitterMs }: WorldOptions) {
    this.scenario = scenario;
    this.containers = scenario.containers.map(newContainer);
    const fractionMs = (scenario.wallFractionMs + scenario.kubeletUptimeMs) % 1000;
    const clock = new VirtualClock({ epochMs: Date.UTC(2026, 0, 1) + fractionMs });
    this.#clock = clock;
    this.#loop = new EventLoop(clock);
    this.#pod = buildPod(scenario);
    const history = createHistory({ clock, limit: 0 });
    history.subscribe((fact) => this.#observe(fact));
    this.results = createProbeResults({ clock, history, onUpdate: (update) => this.#onUpdate(update) });
    this.#statuses = new PodStatuses({
      clock,
      profile,
      containers: this.containers,
      lag: (then) => this.#loop.sleep(scenario.statusLagMs, then),
      probed: (pod, built) => this.#probes.updatePodStatus(pod, built),
      pod: () => this.#pod,
      log: (entry) => this.log(entry),
    });
    const handlers = new ScriptedHandlers({
      clock,
      scenario,
      startedAt: (id) => this.#startedAt.get(id) ?? 0,
      log: (entry) => this.#trace.push(entry),
    });
    const events: ContainerEvents = { event: (_pod, container, ...event) => this.#logEvent(container, ...event) };
    this.#probes = new ProbeManager({
      clock,
      random: { next: () => 0 },
      history,
      prober: new ContainerProber({ clock, history, handlers, events }),
      statusSource: this.#statuses.manager,
      results: this.results,
      profile,
      startedAtMs: -scenario.kubeletUptimeMs,
      ...(jitterMs === undefined ? {} : { jitterMs }),
    });
  }

  /** Plays the scenario to its end and returns what was recorded, in order. */
  run(): TraceEntry[] {
    this.#prepare();
    this.#syncPod();
    this.#clock.runUntil(this.scenario.durationMs, () => this.#trace.length > MAX_ENTRIES);
    return this.#trace;
  }

  now(): number {
    return this.#clock.now();
  }

  at(atMs: number, fn: () => void): void {
    this.#loop.at(atMs, fn);
  }

  log(entry: Omit<TraceEntry, 't'>): void {
    this.#trace.push({ t: this.now(), ...entry });
  }

  /** Whether the pod is on its way out: nothing is started any more. */
  get terminating(): boolean {
    return this.#terminating;
  }

  /** Asks the pod worker for a sync; requests coalesce, and wait while it is busy. */
  request(): void {
    if (this.#terminated) return;
    if (this.#busy) {
      this.#pending = true;
      return;
    }
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.at(this.now() + this.scenario.syncDelayMs, () => {
      this.#scheduled = false;
      if (this.#busy) this.#pending = true;
      else this.#syncPod();
    });
  }

  /** The pod worker is busy (killing) until `setIdle`. */
  setBusy(): void {
    this.#busy = true;
  }

  setIdle(): void {
    this.#busy = false;
    if (!this.#pending) return;
    this.#pending = false;
    this.request();
  }

  startContainer(container: RuntimeContainer, startedAt = this.now()): void {
    markStarted(container, startedAt);
    this.#startedAt.set(container.id, startedAt);
    this.log({ k: 'runtime', c: container.script.name, id: container.id, op: 'started' });
    this.at(this.now() + this.scenario.plegLagMs, () => this.request());
  }

  exitContainer(container: RuntimeContainer, code: number): void {
    if (container.state !== 'running') return;
    markExited(container, code, this.now());
    this.log({ k: 'runtime', c: container.script.name, id: container.id, op: 'exited', code });
    this.at(this.now() + this.scenario.plegLagMs, () => this.request());
  }

  #prepare(): void {
    const { deletion, cleanupAtMs } = this.scenario;
    for (const container of this.containers) {
      if (container.script.startMs < 0) {
        container.startScheduled = true;
        this.startContainer(container, container.script.startMs);
      }
      for (const { atMs, code } of container.script.exits ?? []) {
        this.at(atMs, () => this.exitContainer(container, code));
      }
    }
    if (deletion !== undefined) this.at(deletion.atMs, () => this.#delete(deletion));
    if (cleanupAtMs !== undefined && cleanupAtMs > 0) {
      this.at(cleanupAtMs, () => {
        this.log({ k: 'op', op: 'CleanupPods' });
        this.#probes.cleanupPods(new Set());
      });
    }
  }

  #delete(deletion: NonNullable<ProberScenario['deletion']>): void {
    const deletionTimestamp = new Date(this.#clock.epochMs + this.now()).toISOString();
    if (deletion.mutateAddedPod === true) {
      this.log({ k: 'op', op: 'mutate-deletionTimestamp' });
      Object.assign(this.#pod.metadata, { deletionTimestamp });
    }
    if (deletion.onlyMutate === true) {
      this.#addsWorkers = false;
      return;
    }
    const metadata = { ...this.#pod.metadata, deletionTimestamp, deletionGracePeriodSeconds: 30 };
    this.#pod = { ...this.#pod, metadata };
    const attempt = (): void => {
      if (this.#terminating) return;
      if (this.#busy) this.at(this.now() + RETRY_DELETION_MS, attempt);
      else this.#terminatePod();
    };
    attempt();
  }

  /** Models kubelet.go SyncPod. */
  #syncPod(): void {
    if (this.#terminated || this.#terminating) return;
    this.#lastSync = this.now();
    this.log({ k: 'sync' });
    const pod = this.#pod;
    this.#statuses.update(pod, false, (status) => {
      if (isTerminalPhase(status.phase)) {
        this.#terminatePod();
        return;
      }
      if (!this.#added) {
        this.log({ k: 'op', op: 'AddPod' });
        this.#added = true;
      }
      // A new worker is a goroutine: the sync has looked at the results before it gives its first.
      podActions(this);
      if (this.#addsWorkers) this.#probes.addPod(pod);
      this.#planResync();
    });
  }

  #planResync(): void {
    const { resyncMs } = this.scenario;
    if (resyncMs <= 0) return;
    const mark = this.now();
    this.at(mark + resyncMs, () => {
      if (this.#lastSync <= mark && !this.#terminating) this.request();
    });
  }

  /** Models kubelet.go SyncTerminatingPod and SyncTerminatedPod. */
  #terminatePod(): void {
    if (this.#terminating) return;
    this.#terminating = true;
    const pod = this.#pod;
    this.log({ k: 'op', op: 'SyncTerminatingPod' });
    this.#statuses.update(pod, false, () => {
      this.log({ k: 'op', op: 'StopLivenessAndStartup' });
      this.#probes.stopLivenessAndStartup(pod);
      this.#busy = true;
      const { kills, endMs } = planKills(this.containers, this.now());
      for (const { container, atMs } of kills) {
        this.at(atMs, () => this.exitContainer(container, container.script.killExitCode));
      }
      this.at(endMs, () => {
        this.log({ k: 'op', op: 'RemovePod' });
        this.#probes.removePod(pod);
        this.#statuses.update(pod, true, () =>
          this.at(this.now() + this.scenario.syncDelayMs, () => this.#finish(pod)),
        );
      });
    });
  }

  #finish(pod: Pod): void {
    this.#terminated = true;
    this.log({ k: 'op', op: 'SyncTerminatedPod' });
    this.#statuses.update(pod, true, () => {
      this.#statuses.manager.terminatePod(pod);
      this.#statuses.note();
    });
  }

  /** Models kubelet.go syncLoopIteration and handleProbeSync. */
  #onUpdate(update: ResultUpdate): void {
    this.#loop.update(() => {
      const { probe, result, podUID, containerID } = update;
      if (probe === 'liveness' && result !== 'Failure') return;
      if (probe === 'readiness')
        this.#statuses.manager.setContainerReadiness(podUID, containerID, result === 'Success');
      if (probe === 'startup') this.#statuses.manager.setContainerStartup(podUID, containerID, result === 'Success');
      if (probe !== 'liveness') this.#statuses.note();
      this.request();
    });
  }

  #observe(fact: StampedFact): void {
    const entry = resultEntry(fact);
    if (entry !== undefined) this.log(entry);
  }

  #logEvent(container: Container, type: string, reason: string, message: string): void {
    this.log({ k: 'event', c: container.name, type, reason, message });
  }
}
