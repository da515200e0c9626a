import type { Random } from '../core/random.ts';
import type { PodRef, ProbeType } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
import { Backoff } from './backoff.ts';
import { removeOlderDead } from './dead-instances.ts';
import { Housekeeping } from './housekeeping.ts';
import { ImageManager } from './image-manager.ts';
import type { KubeletParts } from './kubelet-parts.ts';
import type { KubeletMoments } from './moments.ts';
import type { OrphanPod } from './orphan-pod.ts';
import { Pleg } from './pleg.ts';
import { podRef } from './pod-ref.ts';
import type { PodWorker } from './pod-worker.ts';
import type { PodWorkerDeps } from './pod-worker-deps.ts';
import type { PodEvents, ResultUpdate } from './ports.ts';
import { ProbeManager } from './probe-manager.ts';
import { createProbeHandlers } from './prober/handlers.ts';
import { ContainerProber } from './prober/prober.ts';
import { ProcessClock } from './process-clock.ts';
import { createProbeResults, type ProbeResults } from './results.ts';
import type { RuntimeClient } from './runtime-client.ts';
import { StatusManager } from './status/status-manager.ts';
import { StatusWriter } from './status-writer.ts';
import { SyncQueue } from './sync-queue.ts';
import type { KubeletTimings } from './timings.ts';

/** Everything that a kubelet process holds in memory and loses when it restarts. */
export interface KubeletProcess {
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

export interface KubeletProcessOptions extends KubeletParts {
  runtime: RuntimeClient;
  /** Run time at which the process began. */
  startedAtMs: number;
  ref(podUID: string): PodRef;
  resultChanged(process: KubeletProcess, update: ResultUpdate): void;
  deleteObject(pod: Pod): void;
  left(podUID: string): void;
}

type Given = KubeletProcessOptions & { moments: KubeletMoments; clock: ProcessClock };

/** A new process: its parts, wired together, with no pods yet. */
export function createKubeletProcess(options: KubeletProcessOptions): KubeletProcess {
  const clock = new ProcessClock(options.clock);
  const events = whileAlive(options.events, clock);
  const given: Given = { moments: {}, ...options, clock, events };
  const { history, store, profile, timings, moments, random, startedAtMs } = given;
  const workers = new Map<string, PodWorker>();
  const requestSync = (uid: string) => workers.get(uid)?.requestSync();
  const writer = new StatusWriter({
    clock,
    store,
    writeMs: timings.statusWriteMs,
    couldHaveRunningContainers: (uid) => workers.get(uid)?.couldHaveRunningContainers === true,
    writes: (uid) => moments.writes?.(given.ref(uid)),
  });
  const statuses = new StatusManager({ clock, profile, onChange: (pod, status) => writer.changed(pod, status) });
  const onUpdate = (update: ResultUpdate) => given.resultChanged(process, update);
  const results = createProbeResults({ clock, history, onUpdate });
  const prober = createProber(given);
  const probes = createProbeManager(given, { prober, statuses, results });
  const pleg = createPleg(given, requestSync);
  const phaseMs = random.int(timings.syncTickMs);
  const queue = new SyncQueue({ clock, tickMs: timings.syncTickMs, phaseMs, onDue: requestSync });
  const firstAt = startedAtMs + timings.syncLoopMs + timings.housekeepingMs;
  const housekeeping = new Housekeeping({ clock, periodMs: timings.housekeepingMs, firstAt });
  const process: KubeletProcess = {
    ...{ clock, prober, pleg, probes, results, statuses, queue, workers, housekeeping },
    finished: new Set(),
    orphans: new Set(),
    deps: workerDeps(given, { pleg, probes, results, statuses, queue, writer }),
  };
  return process;
}

function createProber(given: Given): ContainerProber {
  const { clock, history, events, port, profile, moments, runtime } = given;
  const handlers = createProbeHandlers({
    clock,
    transport: port.transport,
    exec: (containerID, command, timeoutMs, done) => runtime.exec({ containerID, command, timeoutMs }, done),
    version: profile.version,
  });
  return new ContainerProber({
    clock,
    history,
    handlers,
    events,
    delayMs: ({ pod, container, probe }) => moments.answer?.(podRef(pod), container.name, probe),
  });
}

function createProbeManager(
  { clock, random, history, profile, moments, startedAtMs }: Given,
  parts: { prober: ContainerProber; statuses: StatusManager; results: ProbeResults },
): ProbeManager {
  return new ProbeManager({
    clock,
    random,
    history,
    prober: parts.prober,
    statusSource: parts.statuses,
    results: parts.results,
    profile,
    startedAtMs,
    triggersEarly: (pod, container) => moments.triggersEarly?.(podRef(pod), container),
    ...(moments.missesTick && {
      missesTick: (pod: Pod, container: string, probe: ProbeType) =>
        moments.missesTick?.(podRef(pod), container, probe) === true,
    }),
    jitterMs: ({ key, pod, container }, periodMs) => moments.jitter?.(podRef(pod), container.name, key.probe, periodMs),
  });
}

function createPleg(given: Given, requestSync: (podUID: string) => void): Pleg {
  const { clock, random, runtime, timings, moments, ref } = given;
  return new Pleg({
    clock,
    runtime,
    periodMs: timings.relistPeriodMs,
    deathsTold: timings.deathsTold,
    phaseMs: random.int(timings.relistPeriodMs),
    onEvent: requestSync,
    onDied: (uid, { name }) => removeOlderDead(runtime, runtime.pod(uid), name),
    moments: {
      look: (uid) => moments.look?.(ref(uid)),
      freshLook: (uid, sinceMs) => moments.freshLook?.(ref(uid), sinceMs),
      ...(moments.sees && { sees: (uid, states) => moments.sees?.(ref(uid), states) }),
    },
  });
}

interface SharedParts {
  pleg: Pleg;
  probes: ProbeManager;
  results: ProbeResults;
  statuses: StatusManager;
  queue: SyncQueue;
  writer: StatusWriter;
}

function workerDeps(given: Given, { queue, writer, ...parts }: SharedParts): PodWorkerDeps {
  const { clock, history, store, runtime, events, timings, profile, node, moments, ref } = given;
  // A stream for each pod: what one pod goes through does not shift the syncs of the others.
  const jitters = new Map<string, Random>();
  const jitterOf = (uid: string): Random => {
    const jitter = jitters.get(uid) ?? given.random.fork(`${uid} ${given.startedAtMs}`);
    jitters.set(uid, jitter);
    return jitter;
  };
  return {
    ...{ clock, history, store, runtime, events, timings, profile, node, ...parts },
    backoff: new Backoff(clock),
    images: new ImageManager({ clock, runtime, events }),
    mergesRequest: (pod, waiting) => moments.merges?.(podRef(pod), waiting) === true,
    looksWhileTornDown: (pod) => moments.looksWhileTornDown?.(podRef(pod)),
    prunesWhileTornDown: (pod) => moments.prunesWhileTornDown?.(podRef(pod)) === true,
    mountMs: (pod) => moments.mount?.(podRef(pod)),
    tornDownMs: (pod) => moments.tornDown?.(podRef(pod)),
    requeue: (uid, outcome) => {
      const asked = moments.requeue?.(ref(uid), outcome);
      queue.enqueue(uid, asked ?? requeueDelay(timings, jitterOf(uid), outcome), asked !== undefined);
    },
    deadlineTick: (pod, at) => at + (moments.deadline?.(podRef(pod), at) ?? queue.tickFrom(at) - at),
    reclaimed: (pod) => writer.afterWrites(pod.metadata.uid, () => given.deleteObject(pod)),
    left: (uid) => {
      jitters.delete(uid);
      given.left(uid);
    },
  };
}

/** Models pod_workers.go completeWork. */
function requeueDelay(timings: KubeletTimings, random: Random, outcome: 'good' | 'error'): number {
  const [base, jitter] =
    outcome === 'good' ? [timings.resyncMs, timings.resyncJitter] : [timings.errorResyncMs, timings.errorResyncJitter];
  return base * (1 + random.next() * jitter);
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
