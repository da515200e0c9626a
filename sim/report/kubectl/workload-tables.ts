import type { DaemonSet, Deployment, PodTemplateSpec, ReplicaSet } from '../../kube/objects.ts';
import { age } from './age.ts';
import { formatSelector } from './labels.ts';
import type { GetOptions } from './pod-table.ts';
import type { Table } from './table.ts';

const WIDE = ['CONTAINERS', 'IMAGES', 'SELECTOR'];

/** `kubectl get deployments`. */
export function deploymentTable(deployments: readonly Deployment[], options: GetOptions): Table {
  const headers = ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE'];
  return {
    headers: options.wide === true ? [...headers, ...WIDE] : headers,
    rows: deployments.map(({ metadata, spec, status }) => [
      metadata.name,
      `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 1}`,
      String(status?.updatedReplicas ?? 0),
      String(status?.availableReplicas ?? 0),
      age(metadata.creationTimestamp, options.now),
      ...(options.wide === true ? wideCells(spec?.template, formatSelector(spec?.selector)) : []),
    ]),
  };
}

/** `kubectl get daemonsets`. */
export function daemonSetTable(sets: readonly DaemonSet[], options: GetOptions): Table {
  const headers = ['NAME', 'DESIRED', 'CURRENT', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'NODE SELECTOR', 'AGE'];
  return {
    headers: options.wide === true ? [...headers, ...WIDE] : headers,
    rows: sets.map(({ metadata, spec, status }) => [
      metadata.name,
      String(status?.desiredNumberScheduled ?? 0),
      String(status?.currentNumberScheduled ?? 0),
      String(status?.numberReady ?? 0),
      String(status?.updatedNumberScheduled ?? 0),
      String(status?.numberAvailable ?? 0),
      nodeSelector(spec?.template?.spec?.nodeSelector),
      age(metadata.creationTimestamp, options.now),
      ...(options.wide === true ? wideCells(spec?.template, formatSelector(spec?.selector)) : []),
    ]),
  };
}

function nodeSelector(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

/** `kubectl get replicasets`. */
export function replicaSetTable(sets: readonly ReplicaSet[], options: GetOptions): Table {
  const headers = ['NAME', 'DESIRED', 'CURRENT', 'READY', 'AGE'];
  return {
    headers: options.wide === true ? [...headers, ...WIDE] : headers,
    rows: sets.map(({ metadata, spec, status }) => [
      metadata.name,
      String(spec?.replicas ?? 1),
      String(status?.replicas ?? 0),
      String(status?.readyReplicas ?? 0),
      age(metadata.creationTimestamp, options.now),
      ...(options.wide === true ? wideCells(spec?.template, formatSelector(spec?.selector)) : []),
    ]),
  };
}

function wideCells(template: PodTemplateSpec | undefined, selector: string): string[] {
  const containers = template?.spec?.containers ?? [];
  return [containers.map((c) => c.name).join(','), containers.map((c) => c.image ?? '').join(','), selector];
}
