/** A timer that `Clock.setTimeout` returned; hand it to `clearTimeout`. */
export interface Timer {
  readonly due: number;
}

/**
 * The order of timers that fall due in the same millisecond: lower first, then by insertion.
 * Ticks come before the ends of probes (spec/kubelet.md, "Same-millisecond rule").
 */
export const DUE_ORDER = { tick: -1, normal: 0, late: 1 } as const;

/** The only source of time in a run. All times are milliseconds since the start of the run (t = 0: manifests applied). */
export interface Clock {
  /** Milliseconds since the start of the run; may be negative before the manifests are applied. */
  now(): number;
  /** Wall-clock milliseconds since 1970 at `now() === 0`. */
  readonly epochMs: number;
  /** Calls `fn` once, `delayMs` (≥ 0) from now. `order` decides ties, see `DUE_ORDER`. */
  setTimeout(fn: () => void, delayMs: number, order?: number): Timer;
  /** Cancels a timer; a timer that ran or is unknown is ignored. */
  clearTimeout(timer: Timer | undefined): void;
}

/** RFC 3339 with whole seconds, as `metav1.Time` is written, of the run time `atMs` (default: now). */
export function rfc3339(clock: Pick<Clock, 'now' | 'epochMs'>, atMs = clock.now()): string {
  const seconds = Math.floor((clock.epochMs + atMs) / 1000) * 1000;
  return new Date(seconds).toISOString().replace('.000Z', 'Z');
}

/** RFC 3339 with microseconds, as `metav1.MicroTime` is written. */
export function rfc3339Micro(clock: Pick<Clock, 'now' | 'epochMs'>, atMs = clock.now()): string {
  return new Date(Math.floor(clock.epochMs + atMs)).toISOString().replace('Z', '000Z');
}
