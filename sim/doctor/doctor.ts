import { type Check, countStatuses, gravest, unknown } from './check.ts';
import { ClusterView, type DoctorInput } from './cluster-view.ts';

/** What the user said about the system to be examined. */
export interface DoctorOptions {
  /** Release of the system; default: found out. */
  version?: string;
  /** Namespace of its control plane; default: found out. */
  systemNamespace?: string;
  /** Name of the mesh, if there are several. */
  name?: string;
  /** Only pods of this namespace. */
  namespace?: string;
}

/** A resource that a doctor wants to see of a live cluster: what `kubectl get` is to be asked for. */
export interface WantedResource {
  resource: string;
  kind: string;
  /** Only objects with these labels. */
  selector?: string;
  /** With the notes about who wrote which field when. */
  managedFields?: boolean;
}

/** One field of one object that a doctor wants to see, where the whole object is nobody's business: of a Secret. */
export interface WantedField {
  resource: string;
  kind: string;
  namespace: string;
  name: string;
  /** Of `data`. */
  key: string;
}

/** Logs that a doctor wants to see of a live cluster: pods with this label. */
export interface WantedLogs {
  label: string;
  value: string;
}

/** A health endpoint of a pod that a doctor wants to ask, through the API server. */
export interface WantedAnswer {
  namespace: string;
  pod: string;
  scheme: 'http' | 'https';
  port: number;
  path: string;
}

/** One procedure of diagnosis. Pure: the same objects give the same checks. */
export interface Doctor {
  /** What a user calls it by. */
  readonly name: string;
  readonly resources: readonly WantedResource[];
  readonly logs: readonly WantedLogs[];
  /** What else is wanted, now that the objects are known. */
  fields?(view: ClusterView, options: DoctorOptions): WantedField[];
  answers?(view: ClusterView, options: DoctorOptions): WantedAnswer[];
  examine(view: ClusterView, options: DoctorOptions): Check[];
}

/** What came of an examination, plain data. */
export interface Diagnosis {
  apiVersion: 'probelab.dev/v1alpha1';
  kind: 'Diagnosis';
  metadata: { name: string };
  /** Where the objects came from, for people. */
  source: string;
  status: Check['status'];
  counts: Record<Check['status'], number>;
  checks: readonly Check[];
}

/** Examines objects. `source` names where they come from. */
export function diagnose(doctor: Doctor, input: DoctorInput, source: string, options: DoctorOptions = {}): Diagnosis {
  const view = new ClusterView(input);
  const checks = [...doctor.examine(view, options), ...unreadChecks(view)];
  return {
    apiVersion: 'probelab.dev/v1alpha1',
    kind: 'Diagnosis',
    metadata: { name: doctor.name },
    source,
    status: gravest(checks.map((check) => check.status)),
    counts: countStatuses(checks),
    checks,
  };
}

/** Whatever was not let be read may hide something. */
function unreadChecks(view: ClusterView): Check[] {
  const kinds = [...(view.input.unread?.keys() ?? [])].filter((kind) => kind !== 'Log');
  return kinds.map((kind) => unknown('unread', `Verify ${kind} objects can be read`, view.notGiven(kind)));
}
