import type { Clock, Timer } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { deepEqual } from '../kube/deep-equal.ts';
import type { LabHistory, PodRef, ProbeType } from '../kube/fact.ts';
import { PODS, type Pod } from '../kube/objects.ts';
import type { Store, WatchEvent } from '../kube/store.ts';
import type { RuntimePort } from '../runtime/port.ts';
import { Backoff } from './backoff.ts';
import { Housekeeping } from './housekeeping.ts';
import { ImageManager } from './image-manager.ts';
import type { KubeletMoments } from './moments.ts';
import { OrphanPod } from './orphan-pod.ts';
import { Pleg } from './pleg.ts';
import { podRef } from './pod-ref.ts';
import { PodWorker } from './pod-worker.ts';
import type { PodWorkerDeps } from './pod-worker-deps.ts';
import type { PodEvents, ResultUpdate } from './ports.ts';
import { ProbeManager } from './probe-manager.ts';
import { createProbeHandlers } from './prober/handlers.ts';
import { ContainerProber } from './prober/prober.ts';
import { ProcessClock } from './process-clock.ts';
import type { KubeletProfile } from './profiles.ts';
import { createProbeResults, type ProbeResults } from './results.ts';
import { RuntimeClient } from './runtime-client.ts';
import { StatusManager } from './status/status-manager.ts';
import { StatusWriter } from './status-writer.ts';
import { SyncQueue } from './sync-queue.ts';
import type { KubeletTimings } from './timings.ts';

export interface KubeletOptions {
  clock: Clock;
  random: Random;
  history: LabHistory;
  store: Store;
  port: RuntimePort;
  events: PodEvents;
  profile: KubeletProfile;
  timings: KubeletTimings;
  node: { name: string; ip: string };
  /** How long the kubelet has been up at t = 0, ms: decides the start-up jitter of probes. */
  uptimeMs: number;
  /** Of a run that repeats a recorded one. */
  moments?: KubeletMoments;
  /** The runtime is gone for good. */
  onLost(message: string): void;
}

/** Everything that a kubelet process holds in memory and loses when it restarts. */
interface Process {
  clock: ProcessClock;
  prober: ContainerProber;
  pleg: Pleg;
  probes: ProbeManager;
  results: ProbeResults;
  statuses: StatusManager;
  queue: SyncQueue;
  workers: Map<string, PodWorker>;
  /** Pods whose work is over and whose objects are not gone yet. */
  finished: Set<string>;
  orphans: Set<OrphanPod>;
  housekeeping: Housekeeping;
  deps: PodWorkerDeps;
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
  #process: Process | undefined;
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
    this.#process = this.#createProcess(startedAtMs);
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

  #createProcess(startedAtMs: number): Process {
    const { history, store, profile, timings, node, port, moments = {} } = this.#options;
    const clock = new ProcessClock(this.#options.clock);
    const events = whileAlive(this.#options.events, clock);
    const random = this.#random;
    const runtime = this.#runtime;
    const writer = new StatusWriter({
      clock,
      store,
      writeMs: timings.statusWriteMs,
      couldHaveRunningContainers: (uid) => process.workers.get(uid)?.couldHaveRunningContainers === true,
      writes: (uid) => moments.writes?.(this.#ref(uid)),
    });
    const statuses = new StatusManager({ clock, profile, onChange: (pod, status) => writer.changed(pod, status) });
    const results = createProbeResults({ clock, history, onUpdate: (update) => this.#resultChanged(process, update) });
    const handlers = createProbeHandlers({
      clock,
      transport: port.transport,
      exec: (containerID, command, timeoutMs, done) => runtime.exec({ containerID, command, timeoutMs }, done),
      version: profile.version,
    });
    const prober = new ContainerProber({
      clock,
      history,
      handlers,
      events,
      delayMs: ({ pod, container, probe }) => moments.answer?.(podRef(pod), container.name, probe),
    });
    const probes = new ProbeManager({
      clock,
      random,
      history,
      prober,
      statusSource: statuses,
      results,
      profile,
      startedAtMs,
      triggersEarly: (pod, container) => moments.triggersEarly?.(podRef(pod), container) === true,
      ...(moments.missesTick && {
        missesTick: (pod: Pod, container: string, probe: ProbeType) =>
          moments.missesTick?.(podRef(pod), container, probe) === true,
      }),
      jitterMs: ({ key, pod, container }, periodMs) =>
        moments.jitter?.(podRef(pod), container.name, key.probe, periodMs) ?? Math.floor(random.next() * periodMs),
    });
    const pleg = new Pleg({
      clock,
      runtime,
      periodMs: timings.relistPeriodMs,
      deathsTold: timings.deathsTold,
      phaseMs: random.int(timings.relistPeriodMs),
      onEvent: (uid) => this.#process?.workers.get(uid)?.requestSync(),
      onDied: (uid, { name }) => this.#removeOldInstances(uid, name),
      moments: {
        look: (uid) => moments.look?.(this.#ref(uid)),
        freshLook: (uid, sinceMs) => moments.freshLook?.(this.#ref(uid), sinceMs),
        ...(moments.sees && { sees: (uid, states) => moments.sees?.(this.#ref(uid), states) }),
      },
    });
    const queue = new SyncQueue({
      clock,
      tickMs: timings.syncTickMs,
      phaseMs: random.int(timings.syncTickMs),
      onDue: (uid) => this.#process?.workers.get(uid)?.requestSync(),
    });
    const deps: PodWorkerDeps = {
      clock,
      history,
      store,
      runtime,
      events,
      pleg,
      probes,
      results,
      statuses,
      timings,
      profile,
      node,
      backoff: new Backoff(clock),
      images: new ImageManager({ clock, runtime, events }),
      mergesRequest: (pod) => moments.merges?.(podRef(pod)) === true,
      networkTornDown: (pod) => {
        if (moments.looksWhileTornDown?.(podRef(pod)) === true) pleg.lookAt(pod.metadata.uid);
      },
      mountMs: (pod) => moments.mount?.(podRef(pod)),
      requeue: (uid, outcome) => {
        const given = moments.requeue?.(this.#ref(uid), outcome);
        queue.enqueue(uid, given ?? this.#requeueDelay(outcome), given !== undefined);
      },
      deadlineTick: (pod, at) => at + (moments.deadline?.(podRef(pod), at) ?? queue.tickFrom(at) - at),
      reclaimed: (pod) => writer.afterWrites(pod.metadata.uid, () => this.#deleteObject(pod)),
      left: (uid) => this.#left(uid),
    };
    const housekeeping = new Housekeeping({
      clock,
      periodMs: timings.housekeepingMs,
      firstAt: startedAtMs + timings.syncLoopMs + timings.housekeepingMs,
    });
    const [workers, finished, orphans] = [new Map(), new Set<string>(), new Set<OrphanPod>()];
    const own = { workers, finished, orphans, housekeeping };
    const process: Process = { clock, prober, pleg, probes, results, statuses, queue, deps, ...own };
    return process;
  }

  /**
   * Of a container's dead instances one is kept, for its status and log.
   * Models kubernetes v1.34 pkg/kubelet/pod_container_deletor.go and MaxPerPodContainer.
   */
  #removeOldInstances(podUID: string, name: string): void {
    const { containers } = this.#runtime.pod(podUID);
    const dead = containers.filter((container) => container.name === name && container.state === 'exited');
    for (const { containerID } of dead.slice(1)) this.#runtime.removeContainer(containerID);
  }

  #ref(uid: string): PodRef {
    return this.#names.get(uid) ?? { namespace: '', name: uid, uid };
  }

  /** Models pod_workers.go completeWork. */
  #requeueDelay(outcome: 'good' | 'error'): number {
    const { timings } = this.#options;
    const [base, jitter] =
      outcome === 'good'
        ? [timings.resyncMs, timings.resyncJitter]
        : [timings.errorResyncMs, timings.errorResyncJitter];
    return base * (1 + this.#random.next() * jitter);
  }

  /** Models kubelet.go handleProbeSync: only a failed liveness asks for a sync, the other two always do. */
  #resultChanged(process: Process, update: ResultUpdate): void {
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
  #killOrphansSoon(process: Process): void {
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
    if (changed || gatesChanged(before, pod)) worker.requestSync();
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

/** What a dead process had asked for may still be answered (a hook's request): it records nothing of it. */
function whileAlive(events: PodEvents, process: ProcessClock): PodEvents {
  return {
    event: (...args) => {
      if (!process.ended) events.event(...args);
    },
    podEvent: (...args) => {
      if (!process.ended) events.podEvent(...args);
    },
  };
}

/** Models kubernetes v1.34 pkg/kubelet/status/status_manager.go NeedToReconcilePodReadiness. */
function gatesChanged(before: Pod, pod: Pod): boolean {
  return (pod.spec.readinessGates ?? []).some(({ conditionType }) => {
    const of = (of: Pod) => of.status.conditions?.find((condition) => condition.type === conditionType)?.status;
    return of(before) !== of(pod);
  });
}
