import type { Timer } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import type { PodRef } from '../kube/fact.ts';
import { PODS, type Pod } from '../kube/objects.ts';
import type { WatchEvent } from '../kube/store.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import { createKubeletProcess, type KubeletProcess } from './kubelet-process.ts';
import { OrphanPod } from './orphan-pod.ts';
import { PodWorker } from './pod-worker.ts';
import type { ResultUpdate } from './ports.ts';
import { RuntimeClient } from './runtime-client.ts';
import { podReadyCondition } from './status/conditions.ts';

export interface KubeletOptions extends KubeletParts {
  /** How long the kubelet has been up at t = 0, ms: decides the start-up jitter of probes. */
  uptimeMs: number;
  /** The runtime is gone for good. */
  onLost(message: string): void;
}

/**
 * One node's kubelet: hears of pods through the store, of containers through PLEG, of probes through the results
 * managers, and hands the work to one worker a pod.
 * Models kubernetes v1.34 pkg/kubelet/kubelet.go syncLoopIteration.
 */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #random: Random;
  readonly #runtime: RuntimeClient;
  readonly #names = new Map<string, PodRef>();
  #process: KubeletProcess | undefined;
  /** A process that comes up. */
  #starting: Timer | undefined;
  #unwatch: (() => void) | undefined;

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#random = options.random.fork('kubelet');
    this.#runtime = new RuntimeClient({
      clock: options.clock,
      history: options.history,
      port: options.port,
      podRef: (uid) => this.#ref(uid),
      onChange: (uid) => this.#process?.pleg.markDirty(uid),
      onLost: options.onLost,
    });
  }

  get runtime(): RuntimeClient {
    return this.#runtime;
  }

  /**
   * Starts the kubelet; `startedAtMs` is when its process began (run time, negative: before t = 0). Returns when it is
   * up, run time in ms: a new process takes a second to come up, and sees what the runtime came to meanwhile. One that
   * runs already runs on: undefined then.
   */
  start(startedAtMs = -this.#options.uptimeMs): number | undefined {
    if (this.#process !== undefined || this.#starting !== undefined) return undefined;
    const { clock, timings } = this.#options;
    const wait = startedAtMs + timings.startupMs - clock.now();
    if (wait > 0) this.#starting = clock.setTimeout(() => this.#comeUp(startedAtMs), wait);
    else this.#comeUp(startedAtMs);
    return clock.now() + Math.max(0, wait);
  }

  #comeUp(startedAtMs: number): void {
    this.#starting = undefined;
    this.#process = createKubeletProcess({
      ...this.#options,
      random: this.#random,
      runtime: this.#runtime,
      startedAtMs,
      ref: (uid) => this.#ref(uid),
      resultChanged: (process, update) => this.#resultChanged(process, update),
      deleteObject: (pod) => this.#deleteObject(pod),
      left: (uid) => this.#left(uid),
    });
    const { store } = this.#options;
    for (const pod of store.list(PODS)) if (this.#isOurs(pod)) this.#added(pod);
    this.#unwatch = store.watch(PODS, (event) => this.#podChanged(event));
    this.#killOrphansSoon(this.#process);
  }

  /** Asks for a sync of a pod, as a look at the runtime or a probe's result does. */
  requestSync(podUID: string): void {
    this.#process?.workers.get(podUID)?.requestSync();
  }

  /** Is there a worker of the pod that has nothing to do? */
  isIdle(podUID: string): boolean {
    return this.#process?.workers.get(podUID)?.isIdle === true;
  }

  /** Ends the process: containers live on, nothing watches them, everything in memory is lost. */
  stop(): void {
    this.#unwatch?.();
    this.#options.clock.clearTimeout(this.#starting);
    this.#starting = undefined;
    this.#options.events.forget?.();
    const process = this.#process;
    this.#process = undefined;
    if (process === undefined) return;
    for (const worker of process.workers.values()) worker.abandon();
    for (const orphan of process.orphans) orphan.abandon();
    process.housekeeping.stop();
    process.probes.cleanupPods(new Set());
    process.prober.abandon();
    process.pleg.stop();
    process.queue.stop();
    process.clock.end();
  }

  #ref(uid: string): PodRef {
    return this.#names.get(uid) ?? { namespace: '', name: uid, uid };
  }

  /** Models kubelet.go handleProbeSync: only a failed liveness asks for a sync, the other two always do. */
  #resultChanged(process: KubeletProcess, update: ResultUpdate): void {
    if (process !== this.#process) return;
    const { podUID, containerID, result } = update;
    if (update.probe === 'liveness' && result !== 'Failure') return;
    if (update.probe === 'readiness') process.statuses.setContainerReadiness(podUID, containerID, result === 'Success');
    if (update.probe === 'startup') process.statuses.setContainerStartup(podUID, containerID, result === 'Success');
    process.workers.get(podUID)?.requestSync();
  }

  #podChanged(event: WatchEvent<Pod>): void {
    if (!this.#isOurs(event.object)) return;
    const { uid } = event.object.metadata;
    const worker = this.#process?.workers.get(uid);
    if (event.type === 'DELETED') {
      this.#process?.finished.delete(uid);
      if (worker !== undefined) {
        worker.pod = event.object;
        worker.objectGone();
        this.#forgetStatusSoon(uid);
      }
    } else if (worker === undefined) {
      // The last write before a deletion is heard of after it.
      const isNew = this.#process?.finished.has(uid) === false;
      if (isNew && this.#exists(event.object)) this.#added(event.object);
    } else {
      this.#updated(worker, event.object);
    }
  }

  /**
   * A pod that is gone from the API has no status any more, though it may still be ending: its probes find nothing.
   * Models kubelet_pods.go HandlePodCleanups and status_manager.go RemoveOrphanedStatuses.
   */
  #forgetStatusSoon(uid: string): void {
    const process = this.#process;
    const given = this.#options.moments?.forget?.(this.#ref(uid));
    const forget = () => process?.statuses.forget(uid);
    if (given === undefined) process?.housekeeping.atNextTick(forget);
    else process?.clock.setTimeout(forget, given);
  }

  /** What runs without an object was deleted by force while no kubelet was there. */
  #killOrphansSoon(process: KubeletProcess): void {
    const known = (uid: string) => process.workers.has(uid) || process.finished.has(uid);
    process.housekeeping.atNextTick(() => {
      for (const uid of this.#runtime.podUIDs()) {
        if (known(uid)) continue;
        const orphan = new OrphanPod(process.deps, this.#ref(uid));
        process.orphans.add(orphan);
        orphan.stop(() => process.orphans.delete(orphan));
      }
    });
  }

  #added(pod: Pod): void {
    const process = this.#process;
    if (process === undefined) return;
    const { uid, name, namespace } = pod.metadata;
    this.#names.set(uid, { uid, name, namespace });
    process.pleg.refresh(uid);
    const worker = new PodWorker(process.deps, pod);
    process.workers.set(uid, worker);
    worker.start();
    if (pod.metadata.deletionTimestamp === undefined) worker.requestSync();
    else worker.terminate();
  }

  #updated(worker: PodWorker, pod: Pod): void {
    const before = worker.pod;
    worker.pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) {
      if (before.metadata.deletionGracePeriodSeconds !== pod.metadata.deletionGracePeriodSeconds) worker.terminate();
      return;
    }
    const changed =
      !deepEqual(before.spec, pod.spec) ||
      !deepEqual(before.metadata.labels, pod.metadata.labels) ||
      !deepEqual(before.metadata.annotations, pod.metadata.annotations);
    // Status writes are our own, but for conditions that readiness gates wait for.
    if (changed || needsReadiness(pod)) worker.requestSync();
  }

  /** The finished pod's object goes from the API. Models status_manager.go: deletion with grace 0 once the pod is reclaimed. */
  #deleteObject(pod: Pod): void {
    const { namespace, name, uid } = pod.metadata;
    if (this.#exists(pod)) this.#options.store.delete(PODS, namespace, name, { gracePeriodSeconds: 0, uid });
  }

  #exists(pod: Pod): boolean {
    const { namespace, name, uid } = pod.metadata;
    return this.#options.store.get(PODS, namespace, name)?.metadata.uid === uid;
  }

  #left(uid: string): void {
    const process = this.#process;
    const pod = process?.workers.get(uid)?.pod;
    process?.workers.delete(uid);
    if (pod !== undefined && this.#exists(pod)) process?.finished.add(uid);
    process?.queue.forget(uid);
    process?.pleg.forget(uid);
    process?.statuses.forget(uid);
    this.#runtime.forget(uid);
  }

  #isOurs(pod: Pod): boolean {
    return pod.spec.nodeName === this.#options.node.name;
  }
}

/**
 * Is `Ready` not what the rest of the pod's status asks for? A gate that opens before the containers are ready changes nothing.
 * Models kubernetes v1.34 pkg/kubelet/status/status_manager.go NeedToReconcilePodReadiness.
 */
function needsReadiness(pod: Pod): boolean {
  if ((pod.spec.readinessGates ?? []).length === 0) return false;
  const { conditions = [], containerStatuses, phase = '' } = pod.status;
  const current = conditions.find(({ type }) => type === 'Ready');
  const expected = podReadyCondition(pod, pod.status, conditions, containerStatuses, phase);
  if (current === undefined) return false;
  return current.status !== expected.status || (current.message ?? '') !== (expected.message ?? '');
}
