import type { ProbeType } from '../../../sim/kube/fact.ts';

/** One scripted probe outcome: holds for attempts that begin at `fromMs` or later, up to the next one's. */
export interface Outcome {
  fromMs: number;
  outcome: 'success' | 'failure' | 'error' | 'timeout';
  output?: string;
  durationMs?: number;
}

export interface ProbeScript {
  initialDelaySeconds: number;
  periodSeconds: number;
  timeoutSeconds: number;
  successThreshold: number;
  failureThreshold: number;
  durationMs: number;
  /** What `fromMs` counts from. */
  base?: 'pod' | 'container';
  outcomes: Outcome[];
}

export type ContainerScript = {
  name: string;
  init?: boolean;
  sidecar?: boolean;
  /** From being eligible to start; negative: it ran already when the pod was added. */
  startMs: number;
  exits?: { atMs: number; code: number }[];
  stopMs: number;
  killExitCode: number;
  restartDelayMs: number;
  backoffSyncMs: number;
} & Partial<Record<ProbeType, ProbeScript>>;

/** The input of a recording. All times in ms since the pod was added, unless said otherwise. */
export interface ProberScenario {
  name: string;
  tags: string[];
  /** Age of the prober manager when the pod is added. */
  kubeletUptimeMs: number;
  wallFractionMs: number;
  durationMs: number;
  restartPolicy: string;
  syncDelayMs: number;
  plegLagMs: number;
  statusLagMs: number;
  resyncMs: number;
  cleanupAtMs?: number;
  deletion?: { atMs: number; mutateAddedPod?: boolean; onlyMutate?: boolean };
  containers: ContainerScript[];
}

export interface TraceContainer {
  name: string;
  init?: boolean;
  id?: string;
  state: string;
  startedAtMs?: number;
  ready: boolean;
  started?: boolean;
  restarts: number;
}

/** The output of a recording. */
export interface TraceEntry {
  t: number;
  k: 'probe' | 'update' | 'remove' | 'event' | 'status' | 'runtime' | 'sync' | 'op';
  c?: string;
  probe?: ProbeType;
  id?: string;
  outcome?: string;
  end?: number;
  result?: string;
  prev?: string;
  type?: string;
  reason?: string;
  message?: string;
  op?: string;
  code?: number;
  phase?: string;
  cs?: TraceContainer[];
  conds?: Record<string, string>;
}

export interface ProberCase {
  scenario: ProberScenario;
  trace: TraceEntry[];
}
