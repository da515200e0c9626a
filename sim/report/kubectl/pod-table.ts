import type { Pod } from '../../kube/objects.ts';
import { age } from './age.ts';
import { podSummary } from './pod-status.ts';
import type { Table } from './table.ts';

export interface GetOptions {
  /** Milliseconds since 1970 at which the table is printed. */
  now: number;
  /** `-o wide`. */
  wide?: boolean;
}

const HEADERS = ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'];
const WIDE = ['IP', 'NODE', 'NOMINATED NODE', 'READINESS GATES'];

/** `kubectl get pods`, rows in the order given. */
export function podTable(pods: readonly Pod[], options: GetOptions): Table {
  return {
    headers: options.wide === true ? [...HEADERS, ...WIDE] : HEADERS,
    rows: pods.map((pod) => podRow(pod, options)),
  };
}

function podRow(pod: Pod, options: GetOptions): string[] {
  const { ready, status, restarts } = podSummary(pod, options.now);
  const row = [pod.metadata.name, ready, status, restarts, age(pod.metadata.creationTimestamp, options.now)];
  if (options.wide === true) {
    row.push(
      orNone(pod.status.podIPs?.[0]?.ip ?? pod.status.podIP),
      orNone(pod.spec.nodeName),
      orNone(pod.status.nominatedNodeName),
      readinessGates(pod),
    );
  }
  return row;
}

function readinessGates(pod: Pod): string {
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length === 0) return '<none>';
  const open = gates.filter((gate) =>
    pod.status.conditions?.some((condition) => condition.type === gate.conditionType && condition.status === 'True'),
  );
  return `${open.length}/${gates.length}`;
}

function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}
