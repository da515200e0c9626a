import type { Deployment } from '../kube/objects.ts';
import { conditionOf, REASONS } from './deployment-conditions.ts';
import { replicasOf } from './deployment-spec.ts';

/** One line of `kubectl rollout status`, without its newline. `failed`: kubectl prints it as an error and ends with 1. */
export interface RolloutStatus {
  text: string;
  done: boolean;
  failed: boolean;
}

/** Models kubectl v1.34 pkg/polymorphichelpers/rollout_status.go DeploymentStatusViewer.Status. */
export function rolloutStatus(deployment: Deployment): RolloutStatus {
  const { name, generation = 0 } = deployment.metadata;
  const status = deployment.status ?? {};
  const { updatedReplicas: updated = 0, replicas = 0, availableReplicas: available = 0 } = status;
  const wanted = replicasOf(deployment);
  if (generation > (status.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed...');
  }
  if (conditionOf(status, 'Progressing')?.reason === REASONS.timedOut) {
    return { text: `error: deployment "${name}" exceeded its progress deadline`, done: true, failed: true };
  }
  const prefix = `Waiting for deployment "${name}" rollout to finish:`;
  if (updated < wanted) return waiting(`${prefix} ${updated} out of ${wanted} new replicas have been updated...`);
  if (replicas > updated) return waiting(`${prefix} ${replicas - updated} old replicas are pending termination...`);
  if (available < updated) return waiting(`${prefix} ${available} of ${updated} updated replicas are available...`);
  return { text: `deployment "${name}" successfully rolled out`, done: true, failed: false };
}

function waiting(text: string): RolloutStatus {
  return { text, done: false, failed: false };
}
