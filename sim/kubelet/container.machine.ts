import { type Actor, assign, createActor, setup } from 'xstate';
import type { ContainerInstance, StartOutcome, StopRequest } from './container-instance.ts';
import type { StartFailure } from './container-statuses.ts';

/** What the machine tells the pod worker. */
export interface ContainerListener {
  /** The start is over, well or not; once per start. */
  settled(instance: ContainerInstance, outcome: StartOutcome): void;
  /** The instance that was asked to stop is over. */
  stopped(instance: ContainerInstance): void;
}

export interface ContainerInput {
  instance: ContainerInstance;
  listener: ContainerListener;
  /** True for a container that was found running (kubelet restart). */
  adopted: boolean;
}

interface Context extends ContainerInput {
  failure: StartFailure | undefined;
  /** It ended while its preStop hook ran. */
  exited: boolean;
}

type Event =
  /** The first event: the instance's life begins. */
  | { type: 'BEGIN' }
  | { type: 'STEP_DONE' }
  | { type: 'STEP_FAILED'; failure: StartFailure }
  | { type: 'STOP'; request: StopRequest }
  | { type: 'TURN_CAME' }
  | { type: 'GRACE_OVER' }
  | { type: 'EXITED' };

type Self = { send(event: Event): void; getSnapshot(): { status: string } };

/** Tells the machine, unless the kubelet went down meanwhile. */
function tell(self: Self, event: Event): void {
  if (self.getSnapshot().status === 'active') self.send(event);
}

/** The answer of one step of a start. */
function answer(self: Self): (failure: StartFailure | undefined) => void {
  return (failure) => tell(self, failure === undefined ? { type: 'STEP_DONE' } : { type: 'STEP_FAILED', failure });
}

/**
 * One instance of a container from its image to its end:
 *
 *     image → creating → starting → postStart → running → stopping (preStop → turn → terminating → killing) → exited
 *
 * An instance lives once; a restart is another instance.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer and killContainer.
 */
export const containerMachine = setup({
  types: { context: {} as Context, events: {} as Event },
  actions: {
    ensureImage: ({ context, self }) => context.instance.ensureImage(answer(self)),
    create: ({ context, self }) => context.instance.create(answer(self)),
    start: ({ context, self }) => context.instance.start(answer(self)),
    runPostStart: ({ context, self }) => context.instance.runPostStart(answer(self)),
    watchExit: ({ context, self }) => context.instance.watchExit(() => tell(self, { type: 'EXITED' })),
    noteExit: assign({ exited: true }),
    noteFailure: assign({
      failure: ({ event }) => (event.type === 'STEP_FAILED' ? event.failure : undefined),
    }),
    beginStop: ({ context, event }) => {
      if (event.type === 'STOP') context.instance.beginStop(event.request);
    },
    beginStopAfterHookFailure: ({ context }) => {
      context.instance.beginStop({ pod: context.instance.pod, reason: 'postStart', message: 'FailedPostStartHook' });
    },
    runPreStop: ({ context, self }) => context.instance.runPreStop(() => tell(self, { type: 'STEP_DONE' })),
    awaitTurn: ({ context, self }) => context.instance.awaitTurn(() => tell(self, { type: 'TURN_CAME' })),
    terminate: ({ context, self }) => context.instance.terminate(() => tell(self, { type: 'GRACE_OVER' })),
    kill: ({ context }) => context.instance.kill(),
    reportStarted: ({ context }) => context.listener.settled(context.instance, { ok: true }),
    reportFailure: ({ context }) => {
      const failure = context.failure ?? { reason: 'RunContainerError', message: '' };
      context.listener.settled(context.instance, { ok: false, ...failure });
    },
    finishStop: ({ context }) => context.instance.finishStop(),
    reportStopped: ({ context }) => context.listener.stopped(context.instance),
  },
  guards: {
    adopted: ({ context }) => context.adopted,
    hasPostStart: ({ context }) => context.instance.hasPostStart,
    hasPreStop: ({ context }) => context.instance.hasPreStop,
    hasExited: ({ context }) => context.exited,
    postStartFailed: ({ context }) => context.failure !== undefined,
  },
}).createMachine({
  id: 'container',
  context: {} as Context,
  initial: 'born',
  states: {
    born: { on: { BEGIN: [{ guard: 'adopted', target: 'adopted' }, { target: 'image' }] } },
    adopted: { entry: 'watchExit', always: 'running' },
    image: {
      entry: 'ensureImage',
      on: { STEP_DONE: 'creating', STEP_FAILED: { target: 'failed', actions: 'noteFailure' } },
    },
    creating: {
      entry: 'create',
      on: { STEP_DONE: 'starting', STEP_FAILED: { target: 'failed', actions: 'noteFailure' } },
    },
    starting: {
      entry: 'start',
      on: {
        STEP_DONE: [{ guard: 'hasPostStart', target: 'postStart', actions: 'watchExit' }, { target: 'started' }],
        STEP_FAILED: { target: 'failed', actions: 'noteFailure' },
      },
    },
    started: { entry: ['watchExit', 'reportStarted'], always: 'running' },
    postStart: {
      entry: 'runPostStart',
      on: {
        STEP_DONE: { target: 'running', actions: 'reportStarted' },
        STEP_FAILED: { target: 'stopping', actions: ['noteFailure', 'beginStopAfterHookFailure'] },
        EXITED: { target: 'exited', actions: 'reportStarted' },
      },
    },
    running: { on: { STOP: { target: 'stopping', actions: 'beginStop' }, EXITED: 'exited' } },
    stopping: {
      initial: 'deciding',
      on: { EXITED: 'stopped' },
      states: {
        deciding: { always: [{ guard: 'hasPreStop', target: 'preStop' }, { target: 'awaitingTurn' }] },
        // Who stops a container waits for its hook, also if the container ends meanwhile.
        preStop: {
          entry: 'runPreStop',
          on: {
            EXITED: { actions: 'noteExit' },
            STEP_DONE: [{ guard: 'hasExited', target: '#container.stopped' }, { target: 'awaitingTurn' }],
          },
        },
        awaitingTurn: { entry: 'awaitTurn', on: { TURN_CAME: 'terminating' } },
        terminating: { entry: 'terminate', on: { GRACE_OVER: 'killing' } },
        killing: { entry: 'kill' },
      },
    },
    stopped: {
      entry: 'finishStop',
      always: [
        { guard: 'postStartFailed', target: 'failed' },
        { target: 'exited', actions: 'reportStopped' },
      ],
    },
    exited: { on: { STOP: { actions: 'reportStopped' } } },
    failed: { type: 'final', entry: 'reportFailure' },
  },
});

export type ContainerActor = Actor<typeof containerMachine>;

/**
 * An instance at its beginning, already under way.
 *
 * Its context is handed over ready-made: instances begin within the pod worker's own actions, and there XState objects
 * to actors that compute their context.
 */
export function beginContainer(input: ContainerInput): ContainerActor {
  const snapshot = containerMachine.resolveState({
    value: 'born',
    context: { ...input, failure: undefined, exited: false },
  });
  return createActor(containerMachine, { snapshot }).start();
}
