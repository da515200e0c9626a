import type { Clock } from '../../core/clock.ts';

/**
 * The name of an event about an object called `name`, recorded at run time `nowMs` plus `nanos` (0 to 999,999).
 * Models client-go v0.34 tools/record/util GenerateEventName.
 */
export function eventName(clock: Pick<Clock, 'epochMs'>, name: string, nowMs: number, nanos: number): string {
  const unixNano = BigInt(Math.floor(clock.epochMs + nowMs)) * 1_000_000n + BigInt(nanos);
  return `${name}.${unixNano.toString(16)}`;
}
