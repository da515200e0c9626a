import type { Span } from './spans.ts';

/** What a run shows of the subject of one expectation. */
export interface Observation {
  /** What is expected, in words. */
  text: string;
  /** When it was so, in order. */
  spans: readonly Span[];
  /** When it happened, for what happens (events, attempts, requests) rather than lasts. */
  moments?: readonly number[];
  /** For counts within an interval: is this number of moments as expected? */
  countFits?: (count: number) => boolean;
  /** What was so instead at a moment, a sentence without its full stop. */
  instead(at: number): string;
  /** The state at a moment, for whoever wants to see all of it. */
  stateAt(at: number): unknown;
  /** Name of the pod it is about, if it is about one. */
  pod?: string;
}
