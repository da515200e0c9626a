import type { SourceLocation } from '../core/errors.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { KubeObject } from '../kube/objects.ts';

/** One expectation of a scenario, decided. */
export interface ExpectationOutcome {
  ok: boolean;
  /** What was expected, one line: `by 45s: Pod bookstore-v1 …`. */
  text: string;
  location?: SourceLocation;
  /** What was so instead. */
  actual?: string;
  /** Run time in ms at which it was clear that it failed. */
  at?: number;
  /** The pod it is about, if it is about one. */
  pod?: string;
}

/** Something that must never happen, happened: our bug. */
export interface BrokenInvariant {
  at: number;
  rule: string;
  text: string;
}

/** Something the user should know about the run. */
export interface Notice {
  at: number;
  level: 'info' | 'warning' | 'error';
  code: string;
  message: string;
  location?: SourceLocation;
}

/** All that a report is made of: one finished run. */
export interface RunRecord {
  name: string;
  /** As the user named it. */
  file?: string;
  description?: string;
  source?: string;
  seed: number;
  runtime: 'virtual' | 'docker';
  /** Calendar time of t = 0, ms since 1970. */
  epochMs: number;
  /** Run time in ms at which the run ended. */
  endMs: number;
  facts: readonly StampedFact[];
  /** What the API held at the end, events included. */
  objects: readonly KubeObject[];
  expectations: readonly ExpectationOutcome[];
  violations: readonly BrokenInvariant[];
  /** What was noticed before the run began: parts of manifests that are not run. */
  notices: readonly Notice[];
  /** What was modelled: `{kubelet: '1.34', osm: '1.1'}`. */
  profiles: Readonly<Record<string, string>>;
}
