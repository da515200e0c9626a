import { setup } from 'xstate';
import { flatMachine } from '../core/flat-machine.ts';
import type { PodWorker } from './pod-worker.ts';

export type PodEvent =
  /** Somebody wants a sync, or the pod is to end: what, stands in the worker. */
  | { type: 'WORK' }
  | { type: 'STATUS_FRESH' }
  | { type: 'VOLUMES_READY' }
  | { type: 'VOLUMES_FAILED' }
  | { type: 'SANDBOX_READY' }
  | { type: 'SANDBOX_FAILED' }
  | { type: 'CONTAINER_SETTLED' }
  | { type: 'CONTAINERS_STOPPED' }
  | { type: 'RECLAIMED' };

export interface PodInput {
  worker: PodWorker;
}

const SYNC_FAILED = { target: 'waiting', actions: ['noteError', 'completeSync'] } as const;

/**
 * The pod worker: one pod's work, one piece at a time.
 *
 *     waiting → gathering → syncing (publish → mount → probe workers → kill → sandbox → start) → waiting
 *                         ↘ terminating (publish → stop probes → stop containers) → stopped (publish) → terminated → gone
 *
 * A request that comes while it works is kept (one only); it then waits for a look at the runtime that is younger
 * than the last sync.
 * Models kubernetes v1.34 pkg/kubelet/pod_workers.go podWorkerLoop and kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod.
 */
const machine = setup({
  types: { context: {} as PodInput, events: {} as PodEvent, input: {} as PodInput },
  actions: {
    takeWork: ({ context }) => context.worker.takeWork(),
    awaitFreshStatus: ({ context }) => context.worker.awaitFreshStatus(),
    publish: ({ context }) => context.worker.publish(),
    awaitVolumes: ({ context }) => context.worker.awaitVolumes(),
    leaveVolumes: ({ context }) => context.worker.leaveVolumes(),
    startProbing: ({ context }) => context.worker.startProbing(),
    computeActions: ({ context }) => context.worker.computeActions(),
    stopWholePod: ({ context }) => context.worker.stopWholePod(),
    stopDoomedContainers: ({ context }) => context.worker.stopNextDoomed(),
    removeSandbox: ({ context }) => context.worker.removeSandbox(),
    pruneInitContainers: ({ context }) => context.worker.pruneInitContainers(),
    createSandbox: ({ context }) => context.worker.createSandbox(),
    startNextContainer: ({ context }) => context.worker.startNextContainer(),
    noteError: ({ context }) => context.worker.noteError(),
    completeSync: ({ context }) => context.worker.completeSync(),
    completeTerminalSync: ({ context }) => context.worker.completeTerminalSync(),
    stopLivenessAndStartup: ({ context }) => context.worker.stopLivenessAndStartup(),
    stopForDeletion: ({ context }) => context.worker.stopForDeletion(),
    publishStopped: ({ context }) => context.worker.publishStopped(),
    publishTerminated: ({ context }) => context.worker.publishTerminated(),
    reclaim: ({ context }) => context.worker.reclaim(),
    leave: ({ context }) => context.worker.leave(),
  },
  guards: {
    hasWork: ({ context }) => context.worker.hasWork,
    isTermination: ({ context }) => context.worker.isTermination,
    podIsTerminal: ({ context }) => context.worker.podIsTerminal,
    mustStopPod: ({ context }) => context.worker.work.killPod,
    mustCreateSandbox: ({ context }) => context.worker.work.createSandbox,
    hasDoomedContainers: ({ context }) => context.worker.work.hasContainersToKill,
    hasContainersToStart: ({ context }) => context.worker.work.hasContainersToStart,
    isGone: ({ context }) => context.worker.isGone,
  },
}).createMachine({
  id: 'pod',
  context: ({ input }) => input,
  initial: 'waiting',
  states: {
    waiting: { always: { guard: 'hasWork', target: 'gathering' } },
    gathering: {
      entry: ['takeWork', 'awaitFreshStatus'],
      on: { STATUS_FRESH: [{ guard: 'isTermination', target: 'terminating' }, { target: 'publishing' }] },
    },
    // A sync: publishing to startingOne.
    publishing: {
      entry: 'publish',
      always: [{ guard: 'podIsTerminal', target: 'finished' }, { target: 'mounting' }],
    },
    mounting: {
      entry: 'awaitVolumes',
      exit: 'leaveVolumes',
      on: { VOLUMES_READY: 'deciding', VOLUMES_FAILED: SYNC_FAILED },
    },
    deciding: {
      entry: ['startProbing', 'computeActions'],
      // The usual sync changes nothing: it is over here, not two steps later.
      always: [
        { guard: 'mustStopPod', target: 'stoppingPod' },
        { guard: 'hasDoomedContainers', target: 'killingOne' },
        { guard: 'hasContainersToStart', target: 'startingOne', actions: 'pruneInitContainers' },
        { target: 'waiting', actions: ['pruneInitContainers', 'completeSync'] },
      ],
    },
    stoppingPod: {
      entry: 'stopWholePod',
      on: {
        CONTAINERS_STOPPED: [
          { guard: 'mustCreateSandbox', target: 'sandbox' },
          { target: 'waiting', actions: ['removeSandbox', 'completeSync'] },
        ],
      },
    },
    killing: {
      always: [
        { guard: 'hasDoomedContainers', target: 'killingOne' },
        { target: 'starting', actions: 'pruneInitContainers' },
      ],
    },
    killingOne: { entry: 'stopDoomedContainers', on: { CONTAINERS_STOPPED: 'killing' } },
    sandbox: {
      entry: 'createSandbox',
      on: { SANDBOX_READY: 'starting', SANDBOX_FAILED: SYNC_FAILED },
    },
    starting: {
      always: [
        { guard: 'hasContainersToStart', target: 'startingOne' },
        { target: 'waiting', actions: 'completeSync' },
      ],
    },
    startingOne: { entry: 'startNextContainer', on: { CONTAINER_SETTLED: 'starting' } },
    finished: { entry: 'completeTerminalSync', always: 'waiting' },
    terminating: {
      entry: ['publish', 'stopLivenessAndStartup', 'stopForDeletion'],
      on: { CONTAINERS_STOPPED: 'stopped' },
    },
    // The last step, too, waits for a look at the runtime that is younger than the one before.
    stopped: { entry: ['publishStopped', 'awaitFreshStatus'], on: { STATUS_FRESH: 'terminated' } },
    terminated: {
      entry: ['publishTerminated', 'reclaim'],
      on: { WORK: { actions: 'reclaim' }, RECLAIMED: { guard: 'isGone', target: 'gone' } },
    },
    gone: { type: 'final', entry: 'leave' },
  },
});

/** A thousand pods sync once a minute each: what a sync that changes nothing costs counts. */
export const podMachine = flatMachine(machine);
