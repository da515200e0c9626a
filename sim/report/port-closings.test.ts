import { describe, expect, it } from 'vitest';
import type { StampedFact } from '../kube/fact.ts';
import { tell } from '../programs/registry-client/told.ts';
import { portClosings } from './port-closings.ts';

const ref = (uid: string) => ({ namespace: 'default', name: uid, uid });
const pod = (uid: string, podIP: string) =>
  ({
    kind: 'object',
    op: 'MODIFIED',
    at: 1,
    object: { kind: 'Pod', metadata: ref(uid), spec: { containers: [{ name: 'orders' }] }, status: { podIP } },
  }) as unknown as StampedFact;
const exited = (at: number, uid: string, container = 'orders') =>
  ({ kind: 'container', at, pod: ref(uid), container, op: 'exited' }) as unknown as StampedFact;
const closed = (at: number, address: string) =>
  ({ kind: 'log', at, pod: ref('a'), line: tell({ kind: 'closed', address }).trimEnd() }) as unknown as StampedFact;

describe('when ports close', () => {
  it('is told by an app that goes on, or seen by its end', () => {
    const facts = [pod('a', '10.244.0.4'), closed(40, '10.244.0.4:7083'), exited(90, 'a')];
    expect(portClosings(facts, new Set(['10.244.0.4']))).toEqual([40, 90]);
  });

  it('is not asked of other pods, nor of init containers', () => {
    const facts = [
      pod('a', '10.244.0.4'),
      pod('b', '10.244.0.5'),
      exited(10, 'a', 'migrate'),
      closed(20, '10.244.0.5:7083'),
      exited(30, 'b'),
    ];
    expect(portClosings(facts, new Set(['10.244.0.4']))).toEqual([]);
  });
});
