import { restartRollout, scale, setPaused, undoRollout } from '../controllers/rollout.ts';
import { LabError } from '../core/errors.ts';
import { DEPLOYMENTS, type KubeObject, REPLICA_SETS } from '../kube/objects.ts';
import type { Lab } from '../lab.ts';
import type { ScenarioStep } from '../scenario/scenario.ts';
import { findObject } from './resource-name.ts';

type Body<Name extends keyof ScenarioStep> = NonNullable<ScenarioStep[Name]>;

/** kubectl delete; with force the object goes at once and the containers later. */
export function deleteStep(lab: Lab, body: Body<'delete'>): void {
  const asked: Exclude<Body<'delete'>, string> = typeof body === 'string' ? { object: body } : body;
  const { kind, object } = findObject(lab.store, asked.object, asked.namespace);
  const gracePeriodSeconds = graceOf(asked);
  lab.store.delete(kind, object.metadata.namespace, object.metadata.name, {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  });
}

/** Models kubectl v1.34 pkg/cmd/delete/delete.go: --now is 1; without --force, 0 is 1. */
function graceOf(asked: { force?: boolean; now?: boolean; gracePeriodSeconds?: number }): number | undefined {
  if (asked.force === true) return 0;
  if (asked.now === true) return 1;
  return asked.gracePeriodSeconds === undefined ? undefined : Math.max(1, asked.gracePeriodSeconds);
}

/** kubectl patch --type merge; a status in it patches the status sub-resource, its conditions by type. */
export function patchStep(lab: Lab, body: Body<'patch'>): void {
  const { kind, object } = findObject(lab.store, body.object, body.namespace);
  const { namespace, name } = object.metadata;
  const { status, ...rest } = body.merge;
  if (Object.keys(rest).length > 0) {
    lab.api.patch({ apiVersion: object.apiVersion, kind: kind.kind, name, ...(namespace ? { namespace } : {}) }, rest);
  }
  if (status === undefined) return;
  lab.store.mutate(kind, namespace, name, (current) => {
    const before = current as KubeObject;
    const merged = mergeStatus(before['status'] ?? {}, status as Record<string, unknown>);
    return { ...before, status: merged } as typeof current;
  });
}

function mergeStatus(status: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const conditions = (status['conditions'] ?? []) as { type: string }[];
  const changed = (patch['conditions'] ?? []) as { type: string }[];
  const kept = conditions.map((old) => ({ ...old, ...changed.find(({ type }) => type === old.type) }));
  const added = changed.filter(({ type }) => !conditions.some((old) => old.type === type));
  return { ...status, ...patch, conditions: [...kept, ...added] };
}

/** kubectl scale. */
export function scaleStep(lab: Lab, body: Body<'scale'>): void {
  const { kind, object } = findObject(lab.store, body.object, body.namespace);
  if (kind !== DEPLOYMENTS && kind !== REPLICA_SETS) {
    const hint = 'A Deployment or a ReplicaSet can.';
    throw new LabError('CANNOT_SCALE', `${body.object} cannot be scaled`, { hint });
  }
  const { namespace = 'default', name } = object.metadata;
  scale(lab.store, kind as typeof DEPLOYMENTS, namespace, name, body.replicas);
}

/** kubectl rollout restart (of one Deployment or of all), undo, pause, resume. */
export function rolloutStep(lab: Lab, body: Body<'rollout'>): void {
  const { store, clock } = lab;
  if (body === 'restart') {
    for (const { metadata } of store.list(DEPLOYMENTS)) restartRollout(store, clock, metadata.namespace, metadata.name);
    return;
  }
  const { namespace = 'default', name } = findObject(store, body.object, body.namespace).object.metadata;
  if (body.action === 'restart') restartRollout(store, clock, namespace, name);
  else if (body.action === 'undo') undoRollout(store, namespace, name);
  else setPaused(store, namespace, name, body.action === 'pause');
}
