import { expect, test } from 'vitest';
import type { Deployment } from '../kube/objects.ts';
import { rolloutStatus } from './rollout-status.ts';

function text(status: Record<string, unknown>, generation = 1): string {
  const deployment = {
    metadata: { name: 'web', generation },
    spec: { replicas: 3 },
    status: { observedGeneration: 1, ...status },
  };
  return rolloutStatus(deployment as unknown as Deployment).text;
}

test.each([
  [{}, 2, 'Waiting for deployment spec update to be observed...'],
  [
    { updatedReplicas: 1 },
    1,
    'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
  ],
  [{}, 1, 'Waiting for deployment "web" rollout to finish: 0 out of 3 new replicas have been updated...'],
  [
    { updatedReplicas: 3, replicas: 4 },
    1,
    'Waiting for deployment "web" rollout to finish: 1 old replicas are pending termination...',
  ],
  [
    { updatedReplicas: 3, replicas: 3, availableReplicas: 2 },
    1,
    'Waiting for deployment "web" rollout to finish: 2 of 3 updated replicas are available...',
  ],
  [{ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }, 1, 'deployment "web" successfully rolled out'],
  [
    { conditions: [{ type: 'Progressing', reason: 'ProgressDeadlineExceeded' }] },
    1,
    'error: deployment "web" exceeded its progress deadline',
  ],
])('%j, generation %i', (status, generation, expected) => {
  expect(text(status, generation)).toBe(expected);
});
