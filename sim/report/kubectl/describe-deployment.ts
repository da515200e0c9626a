import { sameTemplate } from '../../controllers/pod-template-hash.ts';
import type { Deployment, Event, Pod, ReplicaSet } from '../../kube/objects.ts';
import { describeEvents } from './describe-events.ts';
import { controllerOf } from './describe-pod.ts';
import { describeTemplate, podsStatus } from './describe-template.ts';
import { DescribeWriter, describeTime } from './describe-writer.ts';
import { formatSelector } from './labels.ts';

/**
 * `kubectl describe deployment`. `sets`: the ReplicaSets it controls.
 * Models k8s.io/kubectl v0.34 pkg/describe describeDeployment.
 */
export function describeDeployment(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  events: readonly Event[],
  now: number,
): string {
  const w = new DescribeWriter();
  const { metadata, spec, status } = deployment;
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  w.line(0, `CreationTimestamp:\t${describeTime(metadata.creationTimestamp)}`);
  w.labels('Labels', metadata.labels);
  w.annotations('Annotations', metadata.annotations);
  w.line(0, `Selector:\t${formatSelector(spec?.selector)}`);
  w.line(
    0,
    `Replicas:\t${spec?.replicas ?? 1} desired | ${status?.updatedReplicas ?? 0} updated | ${status?.replicas ?? 0} total | ` +
      `${status?.availableReplicas ?? 0} available | ${status?.unavailableReplicas ?? 0} unavailable`,
  );
  w.line(0, `StrategyType:\t${spec?.strategy?.type ?? ''}`);
  w.line(0, `MinReadySeconds:\t${spec?.minReadySeconds ?? 0}`);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling !== undefined) {
    w.line(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  }
  describeTemplate(w, spec?.template);
  conditions(w, deployment);
  const { current, old } = newestSet(deployment, sets);
  if (sets.length > 0) {
    w.line(0, `OldReplicaSets:\t${setList(old)}`);
    w.line(0, `NewReplicaSet:\t${setList(current === undefined ? [] : [current])}`);
  }
  describeEvents(w, events, now);
  return w.toString();
}

/**
 * `kubectl describe replicaset`. `pods`: those it controls.
 * Models k8s.io/kubectl v0.34 pkg/describe describeReplicaSet.
 */
export function describeReplicaSet(
  set: ReplicaSet,
  pods: readonly Pod[],
  events: readonly Event[],
  now: number,
): string {
  const w = new DescribeWriter();
  w.line(0, `Name:\t${set.metadata.name}`);
  w.line(0, `Namespace:\t${set.metadata.namespace}`);
  w.line(0, `Selector:\t${formatSelector(set.spec?.selector)}`);
  w.labels('Labels', set.metadata.labels);
  w.annotations('Annotations', set.metadata.annotations);
  const controller = controllerOf(set.metadata);
  if (controller !== undefined) w.line(0, `Controlled By:\t${controller}`);
  w.line(0, `Replicas:\t${set.status?.replicas ?? 0} current / ${set.spec?.replicas ?? 1} desired`);
  podsStatus(w, pods);
  describeTemplate(w, set.spec?.template);
  const all = set.status?.conditions ?? [];
  if (all.length > 0) conditionRows(w, all);
  describeEvents(w, events, now);
  return w.toString();
}

function conditions(w: DescribeWriter, deployment: Deployment): void {
  const all = deployment.status?.conditions ?? [];
  if (all.length > 0) conditionRows(w, all);
}

function conditionRows(w: DescribeWriter, all: readonly { type: string; status: string; reason?: string }[]): void {
  w.line(0, 'Conditions:');
  w.line(1, 'Type\tStatus\tReason');
  w.line(1, '----\t------\t------');
  for (const { type, status, reason = '' } of all) w.line(1, `${type} \t${status}\t${reason}`);
}

/** The ReplicaSet of the deployment's template; a paused Deployment whose template was changed has none yet. Models k8s.io/kubectl v0.34 pkg/util/deployment findNewReplicaSet. */
function newestSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
): { current: ReplicaSet | undefined; old: readonly ReplicaSet[] } {
  const created = ({ metadata }: ReplicaSet) => `${metadata.creationTimestamp} ${metadata.name}`;
  const byAge = [...sets].sort((a, b) => (created(a) < created(b) ? -1 : 1));
  const current = byAge.find((set) => sameTemplate(set.spec?.template, deployment.spec?.template));
  return { current, old: byAge.filter((set) => set !== current) };
}

function setList(sets: readonly ReplicaSet[]): string {
  if (sets.length === 0) return '<none>';
  return sets
    .map((set) => `${set.metadata.name} (${set.status?.replicas ?? 0}/${set.spec?.replicas ?? 0} replicas created)`)
    .join(', ');
}
