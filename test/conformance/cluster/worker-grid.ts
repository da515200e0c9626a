import type { ProbeEntry } from './story.ts';

/** Of the attempts of one worker, how late the latest may be after its tick. */
const LATEST_MS = 700;

/**
 * A tick of a worker whose period begins anew with nothing (liveness, startup), ms: attempts end a little after their
 * tick, never before, so the earliest of all within the period says it. Undefined without attempts.
 */
export function tickOf(attempts: readonly ProbeEntry[], periodMs: number, costMs: number): number | undefined {
  const quick = attempts.filter(({ result }) => result === 'success');
  const ends = (quick.length > 0 ? quick : attempts).map(({ t }) => Math.round(t * 1000));
  const [first] = ends;
  if (first === undefined) return undefined;
  const lateness = (end: number, base: number) => (((end - base) % periodMs) + periodMs) % periodMs;
  // The one that no other is a little earlier than.
  const fits = ends.filter((base) => ends.every((end) => lateness(end, base) <= LATEST_MS));
  const base = fits[0] ?? first;
  // Of the same phase, at the first attempt.
  return first - lateness(first, base) - costMs;
}
