import { describe, expect, it } from 'vitest';
import type { StampedFact } from '../kube/fact.ts';
import { tell } from '../programs/registry-client/told.ts';
import { discoveryOf } from './discovery.ts';

const pod = { namespace: 'default', name: 'p', uid: 'u' };
const log = (at: number, line: string): StampedFact =>
  ({ kind: 'log', at, pod, container: 'c', containerID: 'id', stream: 'stdout', line: line.trimEnd() }) as StampedFact;
const view = (at: number, what: 'registry' | 'cache', viewer: string, ...addresses: string[]) =>
  log(at, tell({ kind: 'view', what, viewer, service: 'DEFAULT_GROUP@@orders', addresses }));
const slice = (at: number, ...addresses: string[]): StampedFact =>
  ({
    kind: 'object',
    op: 'MODIFIED',
    at,
    object: {
      kind: 'EndpointSlice',
      metadata: { namespace: 'default', name: 'orders-x', labels: { 'kubernetes.io/service-name': 'orders' } },
      endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
    },
  }) as unknown as StampedFact;

describe('discovery', () => {
  it('is not there where nobody told of a registry and nobody called', () => {
    expect(discoveryOf([slice(1, '10.244.0.4'), log(2, 'hello')], 100)).toBeUndefined();
  });

  it('counts the requests of each caller; a 4xx is an answer', () => {
    const call = (at: number, how: { status?: number; error?: string }) =>
      log(at, tell({ kind: 'call', caller: 'lb', target: '10.244.0.4:80', durationMs: 1, ...how }));
    const facts = [
      call(1, { status: 200 }),
      call(2, { status: 404 }),
      call(3, { error: 'refused' }),
      call(9, { status: 503 }),
    ];
    expect(discoveryOf(facts, 100)?.callers).toEqual([
      { name: 'lb', requests: 4, failed: 2, reasons: { refused: 1, 503: 1 }, firstFailure: 3, lastFailure: 9 },
    ]);
  });

  it('finds when registry, endpoints and a cache differ, and by whom', () => {
    const facts = [
      slice(10, '10.244.0.4', '10.244.0.5'),
      view(10, 'registry', 'nacos', '10.244.0.4:80', '10.244.0.5:80'),
      view(20, 'cache', 'lb', '10.244.0.4:80', '10.244.0.5:80'),
      slice(50, '10.244.0.4'),
      view(56, 'registry', 'nacos', '10.244.0.4:80'),
    ];
    const gone = { onlyOne: [], onlyOther: ['10.244.0.5'] };
    expect(discoveryOf(facts, 100)?.disagreements).toEqual([
      { from: 50, to: 56, one: 'endpoints orders', other: 'registry nacos orders', ...gone },
      { from: 50, to: 100, one: 'endpoints orders', other: 'cache lb orders', ...gone },
      { from: 56, to: 100, one: 'registry nacos orders', other: 'cache lb orders', ...gone },
    ]);
  });

  it('compares nothing where there is no Service of that name', () => {
    const facts = [view(10, 'registry', 'nacos', '10.244.0.4:80')];
    expect(discoveryOf(facts, 100)?.disagreements).toEqual([]);
  });
});
