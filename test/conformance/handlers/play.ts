import { createProbeTransport } from '../../../containers/transport/probe-transport.ts';
import { WallClock } from '../../../sim/core/wall-clock.ts';
import type { ProbeType } from '../../../sim/kube/fact.ts';
import type { Container, Pod } from '../../../sim/kube/objects.ts';
import type { AttemptOutcome, ProbeOutcome, ProbeRun } from '../../../sim/kubelet/ports.ts';
import { INITIAL_RESULTS } from '../../../sim/kubelet/probe-worker/initial-result.ts';
import { createProbeHandlers } from '../../../sim/kubelet/prober/handlers.ts';
import { ContainerProber } from '../../../sim/kubelet/prober/prober.ts';
import { runScript } from './exec-script.ts';
import { KINDS, type Kind, type RecordedCase, type RecordedEvent } from './recorded-case.ts';

/** What our kubelet made of a case, in the recording's terms. */
export interface PlayedCase {
  result: string;
  output: string;
  err?: string;
  commandReceived?: readonly string[];
  events: Partial<Record<Kind, RecordedEvent | null>>;
  kubeletResult: Partial<Record<Kind, string>>;
}

const VERSION = '1.34';
const PROBES: Readonly<Record<Kind, ProbeType>> = { Liveness: 'liveness', Readiness: 'readiness', Startup: 'startup' };
const FIELDS = { liveness: 'livenessProbe', readiness: 'readinessProbe', startup: 'startupProbe' } as const;

/**
 * Plays a case as the recorder did: the handler once by itself, then one run of the prober for each probe type that the
 * recording has, on real sockets and with a real process for an exec.
 */
export async function play(recorded: RecordedCase): Promise<PlayedCase> {
  let commandReceived: readonly string[] | undefined;
  const clock = new WallClock({
    monotonic: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (fn, ms) => setTimeout(fn, ms),
    clearTimeout: (handle) => clearTimeout(handle),
  });
  const handlers = createProbeHandlers({
    clock,
    transport: createProbeTransport(),
    version: VERSION,
    exec: (_containerID, command, timeoutMs, done) => {
      commandReceived = command;
      if (recorded.exec !== undefined) runScript(recorded.exec, timeoutMs, done);
    },
  });
  const direct = await new Promise<AttemptOutcome>((resolve) => handlers.attempt(runOf(recorded, 'Liveness'), resolve));
  const events: PlayedCase['events'] = {};
  const kubeletResult: PlayedCase['kubeletResult'] = {};
  const runs = KINDS.filter((kind) => kind in recorded.kubeletResult).map(async (kind) => {
    events[kind] = null;
    const prober = new ContainerProber({
      clock,
      handlers,
      history: { record() {} },
      events: {
        event(_pod, _container, Type, Reason, Message) {
          events[kind] ??= { Type, Reason, Message };
        },
      },
    });
    const outcome = await new Promise<ProbeOutcome>((resolve) => prober.probe(runOf(recorded, kind), resolve));
    kubeletResult[kind] = kubeletValue(kind, outcome);
  });
  await Promise.all(runs);
  return {
    ...handlerTerms(direct),
    ...(commandReceived === undefined ? {} : { commandReceived }),
    events,
    kubeletResult,
  };
}

function runOf(recorded: RecordedCase, kind: Kind): ProbeRun {
  const probe = PROBES[kind];
  const container: Container = {
    name: 'c',
    ...(recorded.ports === undefined ? {} : { ports: recorded.ports }),
    ...(recorded.env === undefined ? {} : { env: recorded.env }),
    [FIELDS[probe]]: recorded.probe,
  };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace: 'default', uid: 'uid', resourceVersion: '1', creationTimestamp: '' },
    spec: { containers: [container] },
    status: { podIP: recorded.podIP },
  } satisfies Pod;
  return { probe, pod, status: pod.status, container, containerID: 'test://id' };
}

/** The Go handler returns a result and an error; ours one of both. */
function handlerTerms(outcome: AttemptOutcome): Pick<PlayedCase, 'result' | 'output' | 'err'> {
  if (outcome.result !== 'error') return { result: outcome.result, output: outcome.output };
  return { result: outcome.errorState ?? 'unknown', output: '', err: outcome.output };
}

/** What the results manager holds after one run with thresholds of 1. */
function kubeletValue(kind: Kind, { result, thrownAway }: ProbeOutcome): string {
  const value = thrownAway ? INITIAL_RESULTS[PROBES[kind]] : result;
  return value === 'Unknown' ? 'UNKNOWN' : value;
}
