import type { Clock } from '../sim/core/clock.ts';
import { LabError } from '../sim/core/errors.ts';
import type { StampedFact } from '../sim/kube/fact.ts';
import type { RuntimeFactory } from '../sim/lab.ts';
import type { ExpectationOutcome, RunRecord } from '../sim/report/run-record.ts';
import { type RunResult, runScenario } from '../sim/run-scenario.ts';
import type { ExpectationResult } from '../sim/scenario/expectations.ts';
import type { RuntimeName, Scenario } from '../sim/scenario/scenario.ts';
import type { Interrupt } from './interrupt.ts';
import type { LoadedScenario } from './load-all.ts';
import { err } from './streams.ts';

export interface PlayOptions {
  runtime: RuntimeName;
  seed?: number;
  /** docker: leave the containers there. */
  keep: boolean;
  interrupt: Interrupt;
  onFact(fact: StampedFact, clock: Pick<Clock, 'epochMs'>): void;
}

/** In a virtual run nothing but facts comes by: so often it is asked whether to stop. */
const FACTS_BETWEEN_CHECKS = 64;

/**
 * Plays one scenario to its end.
 * @throws LabError INTERRUPTED, WALL_CLOCK_LIMIT, DOCKER_UNAVAILABLE, and what the run throws.
 */
export async function play({ scenario, unsupported }: LoadedScenario, options: PlayOptions): Promise<RunRecord> {
  const { interrupt, seed } = options;
  const factory = options.runtime === 'docker' ? await dockerFactory(scenario, options.keep) : undefined;
  let facts = 0;
  try {
    const result = await runScenario(scenario, {
      ...(factory === undefined ? {} : { runtime: factory }),
      ...(seed === undefined ? {} : { seed }),
      signal: interrupt.signal,
      onFact: (fact, { clock }) => {
        if (facts++ % FACTS_BETWEEN_CHECKS === 0) interrupt.check();
        options.onFact(fact, clock);
      },
    });
    if (factory !== undefined && options.keep)
      err(`The containers are left running. End them: probelab down ${factory.runId}\n`);
    return {
      ...recordOf(result),
      notices: unsupported.map((part) => ({ at: 0, level: 'warning' as const, ...part })),
    };
  } catch (error) {
    if (factory !== undefined && options.keep) await endKept(factory.runId);
    if (error instanceof LabError && error.code === 'RUN_ABORTED') throw interrupt.error ?? error;
    throw error;
  }
}

/** A run that did not come to its end is not worth keeping. */
async function endKept(runId: string): Promise<void> {
  const { endRun } = await import('../containers/docker/cleanup.ts');
  try {
    await endRun(runId);
  } catch {
    // The engine is gone; the error that led here says so.
  }
}

/** The docker runtime for a scenario; loaded only if it is asked for. */
export async function dockerFactory(scenario: Scenario, keep: boolean): Promise<RuntimeFactory & { runId: string }> {
  const { dockerRuntimeFor } = await import('../containers/docker/scenario-runtime.ts');
  return dockerRuntimeFor(scenario, { keep });
}

function recordOf(result: RunResult): Omit<RunRecord, 'notices'> {
  const { scenario, expectations, ...rest } = result;
  const { name, file, description, source } = scenario;
  return {
    ...rest,
    name,
    file,
    ...(description === undefined ? {} : { description }),
    ...(source === undefined ? {} : { source }),
    expectations: expectations.map(outcomeOf),
  };
}

function outcomeOf({ ok, text, location, actual, at, pod }: ExpectationResult): ExpectationOutcome {
  return {
    ok,
    text,
    location,
    ...(actual === undefined ? {} : { actual }),
    ...(at === undefined ? {} : { at }),
    ...(pod === undefined ? {} : { pod }),
  };
}
