import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import { createHistory } from '../../kube/fact.ts';
import type { Pod } from '../../kube/objects.ts';
import type { AttemptOutcome, ProbeOutcome, ProbeRun } from '../ports.ts';
import { ContainerProber } from './prober.ts';

const RUN: ProbeRun = {
  probe: 'liveness',
  pod: {
    metadata: { namespace: 'default', name: 'web', uid: 'uid-1' },
    spec: { containers: [] },
    status: {},
  } as never as Pod,
  status: {},
  container: { name: 'app' },
  containerID: 'test://1',
};

/** Runs one probe whose attempts end one after the other, each after 10 ms. */
function probe(outcomes: AttemptOutcome[], run = RUN) {
  const clock = new VirtualClock();
  const history = createHistory({ clock });
  const events: string[] = [];
  const done: ProbeOutcome[] = [];
  const left = [...outcomes];
  const prober = new ContainerProber({
    clock,
    history,
    handlers: { attempt: (_run, end) => clock.setTimeout(() => end(left.shift() as AttemptOutcome), 10) },
    events: {
      event: (_pod, container, type, reason, message) => events.push(`${container.name} ${type} ${reason} ${message}`),
    },
  });
  prober.probe(run, (outcome) => done.push(outcome));
  clock.runUntil(1000);
  const attempts = history.facts.flatMap((fact) => (fact.kind === 'probe' ? [fact] : []));
  return { done, events, attempts, left };
}

describe('ContainerProber', () => {
  it('takes a success silently', () => {
    const { done, events } = probe([{ result: 'success', output: 'ok' }]);
    expect(done).toEqual([{ result: 'Success', thrownAway: false }]);
    expect(events).toEqual([]);
  });

  it('does not try again after a failure', () => {
    const { done, events, left } = probe([
      { result: 'failure', output: 'HTTP probe failed with statuscode: 503' },
      { result: 'success', output: '' },
    ]);
    expect(done).toEqual([{ result: 'Failure', thrownAway: false }]);
    expect(events).toEqual(['app Warning Unhealthy Liveness probe failed: HTTP probe failed with statuscode: 503']);
    expect(left).toHaveLength(1);
  });

  it('takes a warning as a success with an event', () => {
    const { done, events } = probe([{ result: 'warning', output: 'Probe terminated redirects, Response body: ' }], {
      ...RUN,
      probe: 'readiness',
    });
    expect(done).toEqual([{ result: 'Success', thrownAway: false }]);
    expect(events).toEqual([
      'app Warning ProbeWarning Readiness probe warning: Probe terminated redirects, Response body: ',
    ]);
  });

  it('throws three errors in a row away, with one event', () => {
    const { done, events, attempts } = probe(new Array(3).fill({ result: 'error', output: 'exec failed' }), {
      ...RUN,
      probe: 'startup',
    });
    expect(done).toEqual([{ result: 'Failure', thrownAway: true }]);
    expect(events).toEqual(['app Warning Unhealthy Startup probe errored and resulted in unknown state: exec failed']);
    expect(attempts.map(({ startedAt, at }) => [startedAt, at])).toEqual([
      [0, 10],
      [10, 20],
      [20, 30],
    ]);
  });

  it('names the state that an error resulted in', () => {
    const { events } = probe(new Array(3).fill({ result: 'error', output: 'unexpected EOF', errorState: 'failure' }));
    expect(events).toEqual([
      'app Warning Unhealthy Liveness probe errored and resulted in failure state: unexpected EOF',
    ]);
  });

  it('forgets errors that a later attempt of the run makes good', () => {
    const error: AttemptOutcome = { result: 'error', output: 'exec failed' };
    const { done, events, attempts } = probe([error, error, { result: 'success', output: '' }]);
    expect(done).toEqual([{ result: 'Success', thrownAway: false }]);
    expect(events).toEqual([]);
    expect(attempts.map(({ result }) => result)).toEqual(['error', 'error', 'success']);
  });

  it('takes an unknown result without an error as a silent failure', () => {
    const { done, events } = probe([{ result: 'unknown', output: '' }]);
    expect(done).toEqual([{ result: 'Failure', thrownAway: false }]);
    expect(events).toEqual([]);
  });
});
