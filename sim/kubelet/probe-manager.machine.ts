import { setup } from 'xstate';
import type { ProbeType } from '../kube/fact.ts';
import type { Container, Pod, Probe } from '../kube/objects.ts';
import { restartableInitContainers } from './status/container-lookup.ts';

/** The key of a worker. */
export interface WorkerKey {
  podUID: string;
  container: string;
  probe: ProbeType;
}

/** A running worker, as its manager sees it. */
export interface WorkerHandle {
  readonly key: WorkerKey;
  /** Models worker.go stop: never blocks, takes effect when the worker's current run is over. */
  stop(): void;
  /** Models the non-blocking send on manualTriggerCh. */
  trigger(): void;
}

export interface NewWorker {
  key: WorkerKey;
  pod: Pod;
  container: Container;
  spec: Probe;
  sidecar: boolean;
}

export interface ProbeManagerInput {
  /** Starts a worker; it may have ended when this returns. Called while its key is reserved. */
  startWorker(worker: NewWorker): WorkerHandle;
}

export type ProbeManagerEvent =
  | { type: 'add-pod'; pod: Pod }
  /** The pod is being terminated: only readiness is still of interest. */
  | { type: 'stop-liveness-and-startup'; pod: Pod }
  | { type: 'remove-pod'; pod: Pod }
  | { type: 'cleanup-pods'; desired: ReadonlySet<string> }
  | { type: 'trigger'; worker: WorkerHandle }
  | { type: 'worker-ended'; key: WorkerKey };

/** Workers of one pod: `container/probe` → worker. */
type PodWorkers = Map<string, WorkerHandle>;

interface ProbeManagerContext {
  readonly input: ProbeManagerInput;
  /** By pod uid. Changed in place: a copy per worker would make adding a thousand pods quadratic. */
  readonly workers: Map<string, PodWorkers>;
}

interface Args {
  context: ProbeManagerContext;
  event: ProbeManagerEvent;
}

/** The order of AddPod. */
const PROBE_FIELDS = [
  ['startup', 'startupProbe'],
  ['readiness', 'readinessProbe'],
  ['liveness', 'livenessProbe'],
] as const;

/** The worker with this key, if it lives. */
export function findWorker(context: ProbeManagerContext, key: WorkerKey): WorkerHandle | undefined {
  return context.workers.get(key.podUID)?.get(`${key.container}/${key.probe}`);
}

function keep(context: ProbeManagerContext, worker: WorkerHandle): void {
  const { podUID, container, probe } = worker.key;
  const ofPod: PodWorkers = context.workers.get(podUID) ?? new Map();
  context.workers.set(podUID, ofPod.set(`${container}/${probe}`, worker));
}

/**
 * Regular containers first, then native sidecars. It gives up at the first worker that exists already: a missing one
 * behind it is not added again (kubernetes #132826).
 * Models kubernetes v1.34 pkg/kubelet/prober/prober_manager.go AddPod.
 */
function addWorkers({ context, event }: Args): void {
  if (event.type !== 'add-pod') return;
  const { pod } = event;
  const sidecars = restartableInitContainers(pod);
  for (const container of [...pod.spec.containers, ...sidecars]) {
    for (const [probe, field] of PROBE_FIELDS) {
      const spec = container[field];
      if (spec === undefined) continue;
      const key = { podUID: pod.metadata.uid, container: container.name, probe };
      if (findWorker(context, key) !== undefined) return;
      keep(context, context.input.startWorker({ key, pod, container, spec, sidecar: sidecars.includes(container) }));
    }
  }
}

function stopWorkers(context: ProbeManagerContext, pod: Pod, containers: Container[], probes: ProbeType[]): void {
  for (const { name } of containers) {
    for (const probe of probes) findWorker(context, { podUID: pod.metadata.uid, container: name, probe })?.stop();
  }
}

/**
 * Who is probed: one worker for each pod, container and type of probe.
 * Models kubernetes v1.34 pkg/kubelet/prober/prober_manager.go.
 */
export const probeManagerMachine = setup({
  types: { context: {} as ProbeManagerContext, events: {} as ProbeManagerEvent, input: {} as ProbeManagerInput },
  actions: {
    addWorkers,
    // Regular containers only: a native sidecar's liveness and startup probes go on until the pod is removed.
    stopLivenessAndStartup: ({ context, event }) => {
      if (event.type !== 'stop-liveness-and-startup') return;
      stopWorkers(context, event.pod, event.pod.spec.containers, ['liveness', 'startup']);
    },
    stopPod: ({ context, event }) => {
      if (event.type !== 'remove-pod') return;
      const containers = [...event.pod.spec.containers, ...restartableInitContainers(event.pod)];
      stopWorkers(context, event.pod, containers, ['readiness', 'liveness', 'startup']);
    },
    stopUndesired: ({ context, event }) => {
      if (event.type !== 'cleanup-pods') return;
      for (const [podUID, workers] of context.workers) {
        if (!event.desired.has(podUID)) for (const worker of workers.values()) worker.stop();
      }
    },
    triggerWorker: ({ context, event }) => {
      // It may have ended, and been started anew, since the trigger was given.
      if (event.type === 'trigger' && findWorker(context, event.worker.key) === event.worker) event.worker.trigger();
    },
    forgetWorker: ({ context, event }) => {
      if (event.type !== 'worker-ended') return;
      const ofPod = context.workers.get(event.key.podUID);
      ofPod?.delete(`${event.key.container}/${event.key.probe}`);
      if (ofPod?.size === 0) context.workers.delete(event.key.podUID);
    },
  },
}).createMachine({
  id: 'probe-manager',
  context: ({ input }) => ({ input, workers: new Map() }),
  on: {
    'add-pod': { actions: 'addWorkers' },
    'stop-liveness-and-startup': { actions: 'stopLivenessAndStartup' },
    'remove-pod': { actions: 'stopPod' },
    'cleanup-pods': { actions: 'stopUndesired' },
    trigger: { actions: 'triggerWorker' },
    'worker-ended': { actions: 'forgetWorker' },
  },
});
