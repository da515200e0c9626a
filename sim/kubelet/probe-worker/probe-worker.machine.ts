import { type Actor, type ActorOptions, assign, createActor, setup } from 'xstate';
import type { Clock } from '../../core/clock.ts';
import { flatMachine } from '../../core/flat-machine.ts';
import { Ticker } from '../../core/ticker.ts';
import type { LabHistory, ProbeResult } from '../../kube/fact.ts';
import type { PodStatus } from '../../kube/objects.ts';
import type { PodStatusSource, ProbeOutcome, Prober } from '../ports.ts';
import type { ResultOwner, ResultsManager } from '../results.ts';
import { decide, type Rung, statusWithID, type WorkerMemory, type WorkerSubject } from './decide.ts';
import { initialResults } from './initial-result.ts';
import { NO_RUN, type Run, tally } from './tally.ts';

/** Everything a worker is given. `send` is the way back into its own actor for timers and probes. */
export interface WorkerInput {
  subject: WorkerSubject;
  owner: ResultOwner;
  clock: Clock;
  history: Pick<LabHistory, 'record'>;
  statusSource: PodStatusSource;
  prober: Prober;
  results: ResultsManager;
  /** Run time in ms at which the kubelet started. */
  kubeletStartedAtMs: number;
  /** Wait before the first run, while the kubelet is younger than the period; 0 for none. */
  jitterMs: number;
  send(event: WorkerEvent): void;
  onEnded(): void;
}

export type WorkerEvent =
  /** The first event: the worker's loop begins. */
  | { type: 'run' }
  | { type: 'jittered' }
  /** The ticker's tick came due while the worker waited for it. */
  | { type: 'tick' }
  /** Probe now and start a new grid. At most one is kept; models manualTriggerCh. */
  | { type: 'trigger' }
  | { type: 'stop' }
  | { type: 'probed'; outcome: ProbeOutcome };

interface WorkerContext extends WorkerMemory, Run {
  readonly input: WorkerInput;
  readonly ticker: Ticker;
  /** One for the worker's life: it waits for thousands of ticks. */
  readonly onTick: () => void;
  readonly triggered: boolean;
  readonly stopped: boolean;
}

interface Args {
  context: WorkerContext;
  event: WorkerEvent;
}

const TICK: WorkerEvent = { type: 'tick' };
const JITTERED: WorkerEvent = { type: 'jittered' };

function storedStatus({ input }: WorkerContext): PodStatus | undefined {
  return input.statusSource.getPodStatus(input.subject.pod.metadata.uid);
}

function rungOf(context: WorkerContext): Rung {
  const { input } = context;
  return decide(storedStatus(context), input.subject, context, input.clock.epochMs + input.clock.now());
}

function publish(context: WorkerContext, result: ProbeResult): void {
  context.input.results.set(context.containerID, result, context.input.owner);
}

function outcomeOf({ context, event }: Args) {
  const result = event.type === 'probed' ? event.outcome.result : 'Failure';
  return tally(context, result, context.input.subject.spec, context.input.subject.probe);
}

function seenContainer(context: WorkerContext) {
  const status = storedStatus(context);
  return status === undefined ? undefined : statusWithID(status, context.input.subject.container.name);
}

/**
 * One probe of one container of one pod, for as long as the kubelet knows the pod: it outlives container instances.
 * When a run is due is the ticker's matter, what a run does is decided by `decide`, what a result does by `tally`.
 *
 * Models kubernetes v1.34 pkg/kubelet/prober/worker.go run and doProbe.
 */
export const probeWorkerMachine = setup({
  types: { context: {} as WorkerContext, events: {} as WorkerEvent },
  guards: {
    hasJitter: ({ context }) => context.input.jitterMs > 0,
    isStopped: ({ context }) => context.stopped,
    isTriggered: ({ context }) => context.triggered,
    tickIsPending: ({ context }) => context.ticker.pending,
    seesNewContainer: ({ context }) => rungOf(context) === 'new-container',
    mayProbe: ({ context }) => rungOf(context) === 'probe',
    podIsFinished: ({ context }) => rungOf(context) === 'pod-finished',
    containerIsFinished: ({ context }) => rungOf(context) === 'finished-for-good',
    podIsDeleted: ({ context }) => rungOf(context) === 'pod-deleted',
    containerIsNotRunning: ({ context }) => rungOf(context) === 'not-running',
    isThrownAway: ({ event }) => event.type === 'probed' && event.outcome.thrownAway,
    /** As before, and the threshold was reached before: there is nothing new to count. */
    goesOnAsBefore: (args) => {
      const { publish: reached, onHold, lastResult, resultRun } = outcomeOf(args);
      return reached && !onHold && args.context.lastResult === lastResult && args.context.resultRun === resultRun;
    },
    reachesThreshold: (args) => outcomeOf(args).publish,
  },
  actions: {
    waitOutJitter: ({ context: { input } }) => {
      input.clock.setTimeout(() => input.send(JITTERED), input.jitterMs);
    },
    resetTicker: ({ context }) => context.ticker.reset(),
    armTicker: ({ context: { ticker, onTick } }) => ticker.arm(onTick),
    disarmTicker: ({ context }) => context.ticker.disarm(),
    takeTick: ({ context }) => context.ticker.take(),
    keepTrigger: assign({ triggered: true }),
    takeTrigger: assign({ triggered: false }),
    keepStop: assign({ stopped: true }),
    adoptContainer: assign(({ context }) => ({
      containerID: seenContainer(context)?.containerID ?? '',
      onHold: false,
    })),
    publishInitial: ({ context }) => {
      const { subject, kubeletStartedAtMs, clock } = context.input;
      const initial = initialResults(subject, seenContainer(context), clock.epochMs + kubeletStartedAtMs);
      for (const result of initial) publish(context, result);
    },
    publishFailure: ({ context }) => publish(context, 'Failure'),
    publishSuccess: ({ context }) => publish(context, 'Success'),
    publishOutcome: (args) => publish(args.context, outcomeOf(args).lastResult),
    countOutcome: assign((args) => {
      const { lastResult, resultRun, onHold } = outcomeOf(args);
      return { lastResult, resultRun, onHold };
    }),
    startProbe: ({ context }) => {
      const { prober, subject, send } = context.input;
      const { probe, pod, container } = subject;
      const status = storedStatus(context) as PodStatus;
      prober.probe({ probe, pod, status, container, containerID: context.containerID }, (outcome) =>
        send({ type: 'probed', outcome }),
      );
    },
    dropResult: ({ context }) => {
      if (context.containerID !== '') context.input.results.remove(context.containerID, context.input.owner);
    },
    record: ({ context: { input } }, params: { op: 'added' | 'ended' }) => {
      const { pod, container } = input.owner;
      input.history.record({ kind: 'worker', pod, container, probe: input.subject.probe, op: params.op });
    },
    tellEnded: ({ context }) => context.input.onEnded(),
  },
}).createMachine({
  id: 'probe-worker',
  context: {} as WorkerContext,
  initial: 'created',
  states: {
    created: {
      exit: { type: 'record', params: { op: 'added' } },
      on: {
        run: [
          { guard: 'hasJitter', target: 'jittering' },
          { actions: 'resetTicker', target: 'deciding' },
        ],
      },
    },
    // A stop or a trigger waits until the first run is over: nobody listens before it.
    jittering: {
      entry: 'waitOutJitter',
      on: {
        jittered: { actions: 'resetTicker', target: 'deciding' },
        trigger: { actions: 'keepTrigger' },
        stop: { actions: 'keepStop' },
      },
    },
    // Transient. The ladder of doProbe; a new container id is adopted, then the ladder is climbed again.
    deciding: {
      always: [
        { guard: 'mayProbe', target: 'probing' },
        { guard: 'seesNewContainer', actions: ['dropResult', 'adoptContainer', 'publishInitial'] },
        { guard: 'containerIsNotRunning', actions: 'publishFailure', target: 'waiting' },
        { guard: 'containerIsFinished', actions: 'publishFailure', target: 'ended' },
        { guard: 'podIsDeleted', actions: 'publishSuccess', target: 'ended' },
        { guard: 'podIsFinished', target: 'ended' },
        { target: 'waiting' },
      ],
    },
    // What came during a run is taken at once. Go's select picks one of several at random; here it is stop, trigger, tick.
    waiting: {
      always: [
        { guard: 'isStopped', actions: 'disarmTicker', target: 'ended' },
        { guard: 'isTriggered', actions: ['takeTrigger', 'resetTicker'], target: 'deciding' },
        { guard: 'tickIsPending', actions: 'takeTick', target: 'deciding' },
      ],
      // Taking a tick and a new grid disarm the ticker.
      entry: 'armTicker',
      on: {
        // The usual case goes straight to the probe: a step less is a fifth of a probe's cost.
        tick: [
          { guard: 'mayProbe', actions: 'takeTick', target: 'probing' },
          { actions: 'takeTick', target: 'deciding' },
        ],
        trigger: { actions: 'resetTicker', target: 'deciding' },
        stop: { actions: 'disarmTicker', target: 'ended' },
      },
    },
    probing: {
      entry: 'startProbe',
      on: {
        probed: [
          { guard: 'isThrownAway', target: 'waiting' },
          // The usual case: published (a new container has its initial value until then), but not counted.
          { guard: 'goesOnAsBefore', actions: 'publishOutcome', target: 'waiting' },
          { guard: 'reachesThreshold', actions: ['publishOutcome', 'countOutcome'], target: 'waiting' },
          { actions: 'countOutcome', target: 'waiting' },
        ],
        trigger: { actions: 'keepTrigger' },
        stop: { actions: 'keepStop' },
      },
    },
    ended: {
      type: 'final',
      entry: ['dropResult', { type: 'record', params: { op: 'ended' } }, 'tellEnded'],
    },
  },
});

/** What runs unless somebody inspects: most of what a run costs is probes. */
const shortMachine = flatMachine(probeWorkerMachine);

export type ProbeWorker = Actor<typeof probeWorkerMachine>;

/**
 * A worker that waits for its `run` event.
 *
 * Its context is handed over ready-made: the kubelet adds workers from within the pod worker's own actions, and there
 * XState objects to actors that compute their context. As the child of a `parent` it shares the parent's actor system,
 * which takes more memory than the worker.
 */
export function createProbeWorker(
  input: WorkerInput,
  options: Pick<ActorOptions<typeof probeWorkerMachine>, 'inspect' | 'parent'> = {},
): ProbeWorker {
  const context: WorkerContext = {
    ...NO_RUN,
    input,
    ticker: new Ticker(input.clock, (input.subject.spec.periodSeconds ?? 10) * 1000),
    onTick: () => input.send(TICK),
    containerID: '',
    onHold: false,
    triggered: false,
    stopped: false,
  };
  const snapshot = probeWorkerMachine.resolveState({ value: 'created', context });
  const machine = options.inspect === undefined ? shortMachine : probeWorkerMachine;
  return createActor(machine, { ...options, snapshot }).start();
}
