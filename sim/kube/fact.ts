import type { HistoryLevel } from '../core/history.ts';
import { History, type Stamped } from '../core/history.ts';
import type { KubeObject } from './objects.ts';

export type ProbeType = 'startup' | 'readiness' | 'liveness';
/** What the results manager holds for a container. */
export type ProbeResult = 'Success' | 'Failure' | 'Unknown';

/** Which pod a fact is about. */
export interface PodRef {
  namespace: string;
  name: string;
  uid: string;
}

/** One probe attempt ended: one request, connection or exec. Three of them may make one run (retries after errors). */
export interface ProbeFact {
  kind: 'probe';
  pod: PodRef;
  container: string;
  containerID: string;
  probe: ProbeType;
  /** `warning` counts as success (a redirect to another host). `error` is retried and then thrown away. */
  result: 'success' | 'failure' | 'warning' | 'error';
  /** The handler's output or error text, as it stands in events. */
  output: string;
  /** Run time in ms at which the attempt began. */
  startedAt: number;
}

/** A value in a results manager changed. No `previous`: the first value for this container id. */
export interface ResultFact {
  kind: 'result';
  pod: PodRef;
  container: string;
  containerID: string;
  probe: ProbeType;
  result: ProbeResult;
  previous?: ProbeResult;
}

/** A results manager dropped a container id. */
export interface ResultRemovedFact {
  kind: 'result-removed';
  pod: PodRef;
  container: string;
  containerID: string;
  probe: ProbeType;
  previous: ProbeResult;
}

/** A probe worker came to life or ended. */
export interface WorkerFact {
  kind: 'worker';
  pod: PodRef;
  container: string;
  probe: ProbeType;
  op: 'added' | 'ended';
}

/** An event recorder was called, before correlation; what the API holds is a write of kind Event. */
export interface RecordedEventFact {
  kind: 'event';
  object: { kind: string; namespace: string; name: string; uid: string };
  fieldPath?: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  component: string;
}

/** Something happened to a container at the runtime. */
export interface ContainerFact {
  kind: 'container';
  pod: PodRef;
  container: string;
  containerID: string;
  /** Restarts before this instance. */
  attempt: number;
  op: 'created' | 'started' | 'signalled' | 'exited' | 'removed';
  signal?: string;
  exitCode?: number;
  /** Why the kubelet acts: `liveness`, `startup`, `deletion`, … */
  cause?: string;
}

/** The kubelet began to sync a pod. */
export interface SyncFact {
  kind: 'sync';
  pod: PodRef;
  type: 'create' | 'update' | 'kill' | 'terminated';
}

/** A write to the store. Objects in the store are never changed in place, so this is the state in force from now on. */
export interface ObjectFact {
  kind: 'object';
  op: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: KubeObject;
}

/** A step of the scenario was carried out. */
export interface StepFact {
  kind: 'step';
  index: number;
  /** Short text for the timeline: `app bookstore /liveness → 503`. */
  text: string;
}

/** A request that a step, an expectation's client or a program sent, through a Service or to a pod. */
export interface RequestFact {
  kind: 'request';
  client: string;
  target: string;
  pod?: PodRef;
  status?: number;
  error?: string;
  startedAt: number;
}

/** A line that a container wrote. */
export interface LogFact {
  kind: 'log';
  pod: PodRef;
  container: string;
  containerID: string;
  stream: 'stdout' | 'stderr';
  line: string;
}

/** Something the user should know about the run: a field the lab does not run, an image that is a stand-in. */
export interface NoticeFact {
  kind: 'notice';
  level: 'info' | 'warning' | 'error';
  code: string;
  message: string;
  location?: { file: string; line: number; column: number };
}

/** Anything else a mesh or a program wants in the story. */
export interface MeshFact {
  kind: 'mesh';
  mesh: string;
  op: string;
  pod?: PodRef;
  text: string;
}

export type Fact =
  | ProbeFact
  | ResultFact
  | ResultRemovedFact
  | WorkerFact
  | RecordedEventFact
  | ContainerFact
  | SyncFact
  | ObjectFact
  | StepFact
  | RequestFact
  | LogFact
  | NoticeFact
  | MeshFact;

export type StampedFact = Stamped<Fact>;
export type LabHistory = History<Fact>;

/** A lab's history. At level `changes`, attempts, syncs and recorder calls are not kept. */
export function createHistory(options: { clock: { now(): number }; level?: HistoryLevel; limit?: number }): LabHistory {
  return new History<Fact>({
    ...options,
    keep: (fact) => fact.kind !== 'probe' && fact.kind !== 'sync' && fact.kind !== 'event',
  });
}
