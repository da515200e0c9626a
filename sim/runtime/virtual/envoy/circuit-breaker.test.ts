import { expect, test } from 'vitest';
import { CircuitBreakers } from './circuit-breaker.ts';
import { readCluster } from './envoy-config.ts';

const cluster = (name: string, limits?: { connections: number; pending: number }) => ({
  name,
  endpoint: undefined,
  original: undefined,
  ...(limits === undefined ? {} : { limits }),
});

test('requests beyond the connections wait in turn, those beyond the waiting room overflow', () => {
  const breakers = new CircuitBreakers();
  const small = cluster('small', { connections: 1, pending: 2 });
  const begun: string[] = [];
  const enter = (name: string) => breakers.enter(small, () => begun.push(name));
  const first = enter('first');
  const second = enter('second');
  const third = enter('third');
  expect(enter('fourth')).toBeUndefined();
  expect(begun).toEqual(['first']);
  second?.();
  const fifth = enter('fifth');
  expect(fifth).toBeTypeOf('function');
  first?.();
  first?.();
  expect(begun).toEqual(['first', 'third']);
  third?.();
  expect(begun).toEqual(['first', 'third', 'fifth']);
  fifth?.();
  enter('sixth');
  expect(begun.at(-1)).toBe('sixth');
});

test('each cluster counts for itself, by default to 1024 and 1024 more', () => {
  const breakers = new CircuitBreakers();
  const busy = cluster('busy');
  let begun = 0;
  const results = Array.from({ length: 2049 }, () => breakers.enter(busy, () => begun++));
  expect(begun).toBe(1024);
  expect(results.filter((leave) => leave === undefined)).toHaveLength(1);
  let probe = false;
  breakers.enter(cluster('liveness_cluster'), () => {
    probe = true;
  });
  expect(probe).toBe(true);
});

test('the limits are those of the default priority', () => {
  const thresholds = [
    { priority: 'HIGH', max_connections: 7 },
    { max_connections: 3, max_requests: 9 },
  ];
  const raw = { name: 'c', circuit_breakers: { thresholds } } as unknown as Parameters<typeof readCluster>[0];
  expect(readCluster(raw).limits).toEqual({ connections: 3, pending: 1024 });
});
