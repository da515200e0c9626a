import { expect, test } from 'vitest';
import type { Deployment } from '../kube/objects.ts';
import { maxSurge, maxUnavailable, newSetReplicas } from './deployment-spec.ts';

function deployment(
  replicas: number,
  surge?: number | string,
  unavailable?: number | string,
  type?: string,
): Deployment {
  const rollingUpdate = {
    ...(surge === undefined ? {} : { maxSurge: surge }),
    ...(unavailable === undefined ? {} : { maxUnavailable: unavailable }),
  };
  return { spec: { replicas, strategy: { type, rollingUpdate } } } as unknown as Deployment;
}

test.each([
  [4, undefined, undefined, 1, 1],
  [3, undefined, undefined, 1, 0],
  [10, '25%', '25%', 3, 2],
  [3, 0, 1, 0, 1],
  [3, 1, 0, 1, 0],
  // Both 0: nothing could ever roll.
  [3, 0, 0, 0, 1],
  [3, '0%', '0%', 0, 1],
  [1, '25%', '25%', 1, 0],
  [2, '100%', '100%', 2, 2],
  [2, 1, 5, 1, 2],
  [0, '25%', '50%', 0, 0],
])('%i replicas, surge %s, unavailable %s', (replicas, surge, unavailable, expectedSurge, expectedUnavailable) => {
  const one = deployment(replicas, surge, unavailable);
  expect([maxSurge(one), maxUnavailable(one)]).toEqual([expectedSurge, expectedUnavailable]);
});

test('Recreate knows neither', () => {
  const one = deployment(4, 2, 2, 'Recreate');
  expect([maxSurge(one), maxUnavailable(one), newSetReplicas(one, [], 0)]).toEqual([0, 0, 4]);
});

test.each([
  ['nothing else there', 3, [], 0, 3],
  ['full old set, surge 1', 3, [3], 0, 1],
  ['half way', 3, [1], 2, 3],
  ['no room', 3, [4], 0, 0],
])('pods for the new set: %s', (_, replicas, others, current, expected) => {
  const sets = others.map((size) => ({ spec: { replicas: size } }) as never);
  expect(newSetReplicas(deployment(replicas, 1, 0), sets, current)).toBe(expected);
});
