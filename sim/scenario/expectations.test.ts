import { describe, expect, test } from 'vitest';
import type { StampedFact } from '../kube/fact.ts';
import { type ExpectationResult, evaluateExpectations } from './expectations.ts';
import type { Expectation } from './scenario.ts';

const LOCATION = { file: 'x.yaml', line: 9, column: 7 };
const END = 100_000;

type Wanted = Omit<Expectation, 'location'>;

/** Facts in order, at the times given. */
class Story {
  readonly facts: StampedFact[] = [];

  add(at: number, fact: Record<string, unknown>): this {
    this.facts.push({ ...fact, at, seq: this.facts.length } as unknown as StampedFact);
    return this;
  }

  write(at: number, object: Record<string, unknown>, op = 'MODIFIED'): this {
    return this.add(at, { kind: 'object', op, object });
  }

  pod(at: number, restartCount: number, ready = true, name = 'web'): this {
    return this.write(at, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace: 'default', name, uid: name },
      status: {
        containerStatuses: [{ name: 'app', restartCount, ready }],
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      },
    });
  }

  event(at: number, count: number, message = 'Liveness probe failed: HTTP probe failed with statuscode: 503'): this {
    return this.write(at, {
      kind: 'Event',
      metadata: { namespace: 'default', name: `e-${message}`, uid: message },
      involvedObject: { kind: 'Pod', name: 'web', fieldPath: 'spec.containers{app}' },
      reason: 'Unhealthy',
      type: 'Warning',
      message,
      source: { component: 'kubelet' },
      count,
    });
  }

  slice(at: number, endpoints: [string, boolean][], name = 'web-1'): this {
    return this.write(at, {
      kind: 'EndpointSlice',
      metadata: { namespace: 'default', name, uid: name, labels: { 'kubernetes.io/service-name': 'web' } },
      endpoints: endpoints.map(([pod, ready]) => ({
        addresses: ['10.0.0.1'],
        conditions: { ready, serving: ready, terminating: false },
        targetRef: { kind: 'Pod', name: pod },
      })),
    });
  }

  probe(at: number, result: string, probe = 'liveness'): this {
    return this.add(at, { kind: 'probe', pod: { name: 'web' }, container: 'app', probe, result, output: '' });
  }

  judge(wanted: Wanted, toleranceMs?: number | ((ms: number) => number)): ExpectationResult {
    const expectation = { ...wanted, location: LOCATION } as Expectation;
    const [result] = evaluateExpectations({ expect: [expectation] }, this.facts, {
      endMs: END,
      ...(toleranceMs !== undefined && { toleranceMs }),
    });
    return result as ExpectationResult;
  }
}

const restarted = (restartCount: unknown): Wanted['object'] => ({
  kind: 'Pod',
  metadata: { name: 'web' },
  status: { containerStatuses: [{ name: 'app', restartCount }] },
});

describe('objects', () => {
  const story = () => new Story().pod(1000, 0).pod(52_100, 1).pod(80_000, 2);

  test.each<[string, Wanted, boolean]>([
    ['at the moment of the write the new state is in force', { at: 52_100, object: restarted(1) }, true],
    ['at the moment before it the old one is', { at: 52_099, object: restarted(1) }, false],
    ['by its own moment', { by: 52_100, object: restarted(1) }, true],
    ['by a moment before', { by: 45_000, object: restarted(1) }, false],
    ['by a moment after, even if it is so no more', { by: 90_000, object: restarted(1) }, true],
    ['between moments around', { between: [50_000, 53_000], object: restarted(1) }, true],
    ['between moments within', { between: [60_000, 61_000], object: restarted(1) }, true],
    ['between moments after', { between: [80_000, 99_000], object: restarted(1) }, false],
    ['during all of it', { during: [52_100, 79_999], object: restarted(1) }, true],
    ['during a time that begins too early', { during: [52_000, 79_999], object: restarted(1) }, false],
    ['during a time that ends with the change', { during: [52_100, 80_000], object: restarted(1) }, true],
    ['during a time that includes the change', { during: [52_100, 80_001], object: restarted(1) }, false],
    ['during states that differ in what is not named', { during: [52_100, 90_000], object: restarted('>= 1') }, true],
    ['never what never was', { never: true, object: restarted(3) }, true],
    ['never what was', { never: true, object: restarted(2) }, false],
    ['never in a time before it was', { never: [0, 79_999], object: restarted(2) }, true],
    ['absent before it is created', { during: [0, 999], object: { kind: 'Pod' }, absent: true }, true],
    ['absent once it is there', { at: 1000, object: { kind: 'Pod' }, absent: true }, false],
  ])('%s', (_, wanted, ok) => {
    expect(story().judge(wanted).ok).toBe(ok);
  });

  test('a state written over at the same moment was there for by and never, but not in force', () => {
    const overwritten = new Story().pod(1000, 0).pod(2000, 1).pod(2000, 2);
    expect(overwritten.judge({ by: 5000, object: restarted(1) }).ok).toBe(true);
    expect(overwritten.judge({ never: true, object: restarted(1) }).ok).toBe(false);
    expect(overwritten.judge({ during: [2000, 5000], object: restarted(2) }).ok).toBe(true);
  });

  test('a deleted object is there no more', () => {
    const deleted = story().write(
      90_000,
      { kind: 'Pod', metadata: { namespace: 'default', name: 'web', uid: 'web' } },
      'DELETED',
    );
    expect(deleted.judge({ at: 95_000, object: { kind: 'Pod' } }).ok).toBe(false);
    expect(deleted.judge({ at: 95_000, object: { kind: 'Pod' }, absent: true }).ok).toBe(true);
  });

  test('a failure says what was so, until when, and where it stands', () => {
    const result = story()
      .event(30_000, 1)
      .event(35_000, 2)
      .judge({ by: 45_000, object: restarted(1) });
    expect(result).toMatchObject({ ok: false, at: 45_000, location: LOCATION, pod: 'web' });
    expect(result.text).toBe('by 45s: Pod web with status.containerStatuses[app].restartCount 1');
    expect(result.actual).toBe(
      'at +45s status.containerStatuses[app].restartCount of Pod web was 0, not 1, until +52.1s; it was so only from +52.1s',
    );
    expect(result.events?.map(({ atMs, count }) => [atMs, count])).toEqual([
      [30_000, 1],
      [35_000, 2],
    ]);
    expect(result.state).toMatchObject({ status: { containerStatuses: [{ restartCount: 0 }] } });
  });

  test('only the last five events before are shown', () => {
    const many = story();
    for (let i = 1; i <= 9; i++) many.event(i * 1000, i);
    const { events } = many.judge({ at: 45_000, object: restarted(1) });
    expect(events?.map(({ count }) => count)).toEqual([5, 6, 7, 8, 9]);
  });

  test('a name that is not there is told with those that are', () => {
    const { actual } = story().judge({ at: 5000, object: { kind: 'Pod', metadata: { name: 'wbe' } } });
    expect(actual).toBe('at +5s there was no Pod wbe; there was web');
  });
});

describe('events', () => {
  const story = () => new Story().event(10_000, 1).event(20_000, 2).event(30_000, 3).event(40_000, 4);
  const unhealthy = (count?: number | string): Wanted['event'] => ({
    reason: 'Unhealthy',
    ...(count !== undefined && { count }),
  });

  test.each<[string, Wanted, boolean]>([
    ['it happened by then', { by: 10_000, event: unhealthy() }, true],
    ['it had not happened', { by: 9999, event: unhealthy() }, false],
    ['an occurrence within', { between: [15_000, 25_000], event: unhealthy() }, true],
    ['no occurrence within, though there were some before', { between: [21_000, 29_000], event: unhealthy() }, false],
    ['the count it has then', { at: 35_000, event: unhealthy(3) }, true],
    ['the count it has passed', { at: 45_000, event: unhealthy(3) }, false],
    ['the count it had at some moment', { between: [5000, 45_000], event: unhealthy(3) }, true],
    ['a count it never reached', { by: 90_000, event: unhealthy(5) }, false],
    ['at least so many', { by: 90_000, event: unhealthy('>= 4') }, true],
    ['never after the last one', { never: [41_000, 90_000], event: unhealthy() }, true],
    ['never', { never: true, event: unhealthy() }, false],
    ['another reason never', { never: true, event: { reason: 'BackOff' } }, true],
    ['by message', { by: 90_000, event: { message: '/statuscode: 503$/' } }, true],
    ['by object', { by: 90_000, event: { object: 'pod/web' } }, true],
    ['by the beginning of a name', { by: 90_000, event: { object: 'pod/we*' } }, true],
    ['another object', { by: 90_000, event: { object: 'pod/other' } }, false],
    ['by field path', { by: 90_000, event: { object: { fieldPath: 'spec.containers{app}' } } }, true],
    ['by component', { by: 90_000, event: { component: 'kubelet' } }, true],
  ])('%s', (_, wanted, ok) => {
    expect(story().judge(wanted).ok).toBe(ok);
  });

  test('a failure says what the count was, or what was said instead', () => {
    expect(story().judge({ at: 35_000, event: unhealthy(2) }).actual).toMatch(/^at \+35s its count was 3; /);
    const { actual } = story().judge({
      by: 90_000,
      event: { reason: 'Unhealthy', message: 'Liveness probe failed: EOF' },
    });
    expect(actual).toContain('it did not happen; Unhealthy at +10s said "Liveness probe failed: HTTP probe');
  });
});

describe('endpoints', () => {
  const story = () =>
    new Story()
      .slice(0, [])
      .slice(5000, [['web-1', false]])
      .slice(10_000, [['web-1', true]])
      .slice(20_000, [['web-2', true]], 'web-2');

  test.each<[string, Wanted, boolean]>([
    ['none at first', { at: 0, endpoints: { service: 'web', ready: [] } }, true],
    ['one that is not ready', { at: 7000, endpoints: { service: 'web', ready: [], notReady: ['web-1'] } }, true],
    ['exactly these', { at: 15_000, endpoints: { service: 'web', ready: ['web-1'] } }, true],
    ['one too few', { at: 25_000, endpoints: { service: 'web', ready: ['web-1'] } }, false],
    ['over several slices', { at: 25_000, endpoints: { service: 'web', ready: ['web-2', 'web-1'] } }, true],
    ['by beginnings of names', { at: 25_000, endpoints: { service: 'web', ready: ['web-*', 'web-*'] } }, true],
    ['by count', { during: [20_000, END], endpoints: { service: 'web', ready: 2 } }, true],
    ['by comparison', { during: [10_000, END], endpoints: { service: 'web', ready: '>= 1' } }, true],
    ['another service', { at: 25_000, endpoints: { service: 'other', ready: 2 } }, false],
  ])('%s', (_, wanted, ok) => {
    expect(story().judge(wanted).ok).toBe(ok);
  });
});

describe('probes', () => {
  const story = () =>
    new Story().probe(10_000, 'success').probe(20_000, 'failure').probe(30_000, 'failure').probe(40_000, 'success');

  test.each<[string, Wanted, boolean]>([
    ['an attempt within', { between: [15_000, 25_000], probe: { result: 'failure' } }, true],
    ['no attempt within', { between: [21_000, 29_000], probe: { result: 'failure' } }, false],
    ['the last attempt is what is so', { during: [20_000, 39_999], probe: { result: 'failure' } }, true],
    ['never in a time', { never: [31_000, END], probe: { result: 'failure' } }, true],
    ['never of another probe', { never: true, probe: { probe: 'startup' } }, true],
    ['so many within', { between: [15_000, 45_000], probe: { result: 'failure', count: 2 } }, true],
    ['so many by then', { by: 25_000, probe: { result: 'failure', count: 2 } }, false],
    ['none within', { between: [31_000, 99_000], probe: { result: 'failure', count: 0 } }, true],
  ])('%s', (_, wanted, ok) => {
    expect(story().judge(wanted).ok).toBe(ok);
  });
});

describe('requests', () => {
  const story = () =>
    new Story()
      .add(1000, { kind: 'request', client: 'c', target: 'web', status: 200, startedAt: 0 })
      .add(2000, { kind: 'request', client: 'c', target: 'web', error: 'EOF', startedAt: 0 });

  test('none failed, some failed', () => {
    expect(story().judge({ never: [0, 1500], request: { error: true } }).ok).toBe(true);
    expect(story().judge({ never: true, request: { error: true } }).ok).toBe(false);
    expect(story().judge({ by: 5000, request: { client: 'c', status: '>= 200' } }).ok).toBe(true);
  });
});

describe('tolerance', () => {
  const story = () => new Story().pod(0, 0).pod(52_000, 1).pod(80_000, 2);

  test.each<[string, Wanted, boolean]>([
    ['by reaches further', { by: 51_000, object: restarted(1) }, true],
    ['but not any further', { by: 50_999, object: restarted(1) }, false],
    ['at looks around', { at: 80_500, object: restarted(1) }, true],
    ['during is less strict at its ends', { during: [51_500, 80_500], object: restarted(1) }, true],
    ['never is less strict at its ends', { never: [0, 52_500], object: restarted(1) }, true],
    ['an interval shorter than the tolerance is one moment', { during: [60_000, 60_100], object: restarted(1) }, true],
  ])('%s', (_, wanted, ok) => {
    expect(story().judge(wanted, 1000).ok).toBe(ok);
  });

  test('it may grow with the moment', () => {
    expect(story().judge({ by: 48_000, object: restarted(1) }, (ms) => ms * 0.1).ok).toBe(true);
  });
});
