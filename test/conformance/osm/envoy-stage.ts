import type { Clock } from '../../../sim/core/clock.ts';
import type { ProbeTransport } from '../../../sim/runtime/transport.ts';
import type { ObservedCase } from './envoy-case.ts';
import type { SeenRequest } from './observed-apps.ts';

/** A pod in which a case's apps and its Envoy run, and a node that probes it. */
export interface EnvoyStage {
  ip: string;
  clock: Pick<Clock, 'now' | 'setTimeout'>;
  transport: ProbeTransport;
  /** What the apps were asked; emptied by who plays. */
  seen: SeenRequest[];
  /** Comes back when `work` has called its argument. */
  finish(work: (done: () => void) => void): Promise<void>;
  /** Envoy's output, once it has so many lines or no more come. */
  output(lines: number): Promise<readonly string[]>;
  /** `127.0.0.1:8080` as the recordings write it: `<pod>:8080`. */
  place(upstream: string): string;
  close(): Promise<void>;
}

export type OpenStage = (item: ObservedCase) => Promise<EnvoyStage>;
