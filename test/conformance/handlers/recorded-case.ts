import type { ContainerPort, EnvVar, Probe } from '../../../sim/kube/objects.ts';
import type { ExecScript } from './exec-script.ts';

export const KINDS = ['Liveness', 'Readiness', 'Startup'] as const;
export type Kind = (typeof KINDS)[number];

export interface RecordedEvent {
  Type: string;
  Reason: string;
  Message: string;
}

/** One line of handlers.jsonl: what a probe is, and what the real kubelet made of it. */
export interface RecordedCase {
  name: string;
  environmentSpecific?: boolean;
  probe: Probe;
  ports?: ContainerPort[];
  env?: EnvVar[];
  podIP: string;
  exec?: ExecScript;
  /** The handler's verdict: success, failure, warning or unknown. */
  result: string;
  output: string;
  /** The handler's error: retried, then thrown away. */
  err?: string;
  url?: string;
  rawRequest?: string;
  events: Partial<Record<Kind, RecordedEvent | null>>;
  kubeletResult: Partial<Record<Kind, string>>;
}
