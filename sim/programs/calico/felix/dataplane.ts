import { parseDuration } from '../../../core/duration.ts';
import type { ProgramHost } from '../../host.ts';
import type { CalicoProfile } from '../profiles.ts';
import type { FelixSettings } from './felix.ts';
import type { HealthAggregator } from './health-aggregator.ts';

const CALC_TIMEOUT_MS = 20_000;
const BEAT_MS = 10_000;
const DEFAULT_WATCHDOG_S = 90;
const MIN_WATCHDOG_MS = 20_000;
/** The first rules, and what the node's interfaces and routes add to them. */
const APPLIES_MS = [400, 2200];

/**
 * The calculation graph and the dataplane's main loop as reporters: each beats every ten seconds until a simulated hang
 * (FELIX_DEBUGSIMULATECALCGRAPHHANGAFTER, FELIX_DEBUGSIMULATEDATAPLANEHANGAFTER) stops it.
 * Models felix/calc/async_calc_graph.go and felix/dataplane/linux/int_dataplane.go.
 */
export function startDataplane(
  host: ProgramHost,
  { profile, aggregator, settings }: { profile: CalicoProfile; aggregator: HealthAggregator; settings: FelixSettings },
): void {
  const dashed = profile.reporterNames === 'dashed';
  const calc = dashed ? 'async_calc_graph' : 'CalculationGraph';
  const loop = dashed ? 'int_dataplane' : 'InternalDataplaneMainLoop';
  const watchdog =
    profile.watchdog === 'fixed'
      ? MIN_WATCHDOG_MS
      : Math.max(MIN_WATCHDOG_MS, seconds(settings('dataplanewatchdogtimeout')));
  aggregator.register(calc, { live: true, ready: true }, CALC_TIMEOUT_MS);
  aggregator.register(loop, { live: true, ready: true }, watchdog);
  beat(host, aggregator, calc, { atMs: [150], hangAfterMs: hang(settings('debugsimulatecalcgraphhangafter')) });
  beat(host, aggregator, loop, {
    atMs: APPLIES_MS,
    hangAfterMs: hang(settings('debugsimulatedataplanehangafter')),
  });
}

function seconds(text: string | undefined): number {
  return duration(text) ?? DEFAULT_WATCHDOG_S * 1000;
}

function hang(text: string | undefined): number {
  return duration(text) ?? Number.POSITIVE_INFINITY;
}

/** Felix writes durations as seconds; a Go duration is taken, too. 0 and nothing are none. */
function duration(text: string | undefined): number | undefined {
  if (text === undefined || text === '' || text === '0') return undefined;
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
}

function beat(
  host: ProgramHost,
  aggregator: HealthAggregator,
  name: string,
  { atMs, hangAfterMs }: { atMs: readonly number[]; hangAfterMs: number },
): void {
  const startedAt = host.clock.now();
  const report = (): void => {
    if (host.clock.now() - startedAt < hangAfterMs) aggregator.report(name, { live: true, ready: true });
  };
  const beatAgain = (): void => {
    report();
    host.clock.setTimeout(beatAgain, BEAT_MS);
  };
  for (const ms of atMs) host.clock.setTimeout(report, ms);
  host.clock.setTimeout(beatAgain, BEAT_MS);
}
