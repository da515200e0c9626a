import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import type { CorrelatedEvent } from './correlated-event.ts';
import { EventCorrelator } from './event-correlator.ts';
import { LruCache } from './lru-cache.ts';
import { TokenBucket } from './token-bucket.ts';

function event(message: string, atMs: number, component = 'kubelet'): CorrelatedEvent {
  const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p', uid: 'u' };
  const common = {
    namespace: 'default',
    involvedObject,
    type: 'Warning' as const,
    reason: 'Unhealthy',
    source: { component },
  };
  return { ...common, name: `p.${atMs}`, message, count: 1, firstMs: atMs, lastMs: atMs };
}

/** What is written for messages that come `everyMs`. */
function written(correlator: EventCorrelator, messages: readonly string[], everyMs: number, fromMs = 0): string[] {
  return messages.map((message, index) => {
    const at = fromMs + index * everyMs;
    const result = correlator.correlate(event(message, at), at, () => `p.${at}`);
    return result.skip ? 'skip' : `${result.event.message} x${result.event.count}`;
  });
}

const DISTINCT = Array.from({ length: 11 }, (_, i) => `m${i}`);

test('a pause of exactly ten minutes still aggregates, a longer one starts afresh', () => {
  expect(written(new EventCorrelator(new Random(1)), DISTINCT, 600_000).slice(9)).toEqual([
    '(combined from similar events): m9 x1',
    '(combined from similar events): m10 x2',
  ]);
  expect(written(new EventCorrelator(new Random(1)), DISTINCT, 600_001).slice(9)).toEqual(['m9 x1', 'm10 x1']);
});

test('components do not share counts, sets or buckets', () => {
  const correlator = new EventCorrelator(new Random(1));
  const burst = Array.from({ length: 26 }, () => 'm');
  expect(written(correlator, burst, 0).at(-1)).toBe('skip');
  const other = correlator.correlate(event('m', 0, 'other'), 0, () => 'p.0');
  expect(other).toMatchObject({ skip: false, event: { count: 1 } });
});

test('which message is forgotten after aggregation is the seed’s: the same seed, the same events', () => {
  const messages = [...DISTINCT, ...DISTINCT, ...DISTINCT.slice(0, 3)];
  const run = (seed: number): string[] => written(new EventCorrelator(new Random(seed)), messages, 400_000);
  expect(run(5)).toEqual(run(5));
  expect(new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => run(seed).join())).size).toBeGreaterThan(1);
});

test('a recorded run may say which message is forgotten: it alone is combined when it comes again', () => {
  const tenth = DISTINCT.slice(0, 10);
  const correlator = new EventCorrelator(new Random(1), () => 'm3');
  expect(written(correlator, [...tenth, 'm4', 'm3', 'm9'], 400_000).slice(9)).toEqual([
    '(combined from similar events): m9 x1',
    'm4 x2',
    '(combined from similar events): m3 x2',
    'm9 x1',
  ]);
});

test('a bucket gives its burst, then one each time the rate allows', () => {
  const bucket = new TokenBucket(1 / 300, 2);
  const at = [0, 0, 0, 299_999, 300_000, 300_001, 900_000, 900_000, 900_000];
  expect(at.map((ms) => bucket.tryAccept(ms))).toEqual([true, true, false, false, true, false, true, true, false]);
});

test('a reservation on credit tells how long to wait', () => {
  const bucket = new TokenBucket(50, 1);
  expect([bucket.reserve(0), bucket.reserve(0), bucket.reserve(0), bucket.reserve(1000)]).toEqual([0, 20, 40, 0]);
});

test('the cache keeps what was used last', () => {
  const cache = new LruCache<number>(2);
  cache.set('a', 1);
  cache.set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual([1, undefined, 3]);
});
