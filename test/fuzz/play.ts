import { stringify } from 'yaml';
import { LabError, LabErrors } from '../../sim/core/errors.ts';
import { decodeObject } from '../../sim/kube/decoding/decode-object.ts';
import type { StampedFact } from '../../sim/kube/fact.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { DEFAULT_TIMINGS } from '../../sim/kubelet/timings.ts';
import { NO_CERTIFICATES } from '../../sim/lab/osm-mesh.ts';
import type { RuntimeFactory } from '../../sim/lab.ts';
import { type RunResult, runScenario } from '../../sim/run-scenario.ts';
import { createVirtualRuntime } from '../../sim/runtime/virtual/virtual-runtime.ts';
import { loadScenario } from '../../sim/scenario/load.ts';
import { DEFAULT_TOLERANCE_MS, type Scenario } from '../../sim/scenario/scenario.ts';
import { scenarioSchema } from '../../sim/scenario/schema.ts';
import { BoundedClock } from './bounded-clock.ts';
import type { ScenarioDocument } from './draw/scenario.ts';

/** What came of a drawn scenario. */
export interface Play {
  scenario: Scenario;
  /** Undefined: the run was refused, as a user's would be (a step that finds nothing). */
  result: RunResult | undefined;
  refused: string | undefined;
  /** Facts recorded after the run had ended and everything was disposed of. */
  afterwards: readonly StampedFact[];
  /** Timers that still fire again and again, long after. */
  timersLeft: number;
}

/** The pods may come into a loop in which each sync asks for the next (spec/kubelet.md 12): real, and not quick. */
const TIMERS_PER_SECOND = 5000;
/** Longer than the longest single wait that may be left (a hook without a time limit): what is left then goes on for ever. */
const AFTERWARDS_MS = 25 * 3_600_000;

/** The scenario file's text: what `probelab run` plays. */
export function fileText(document: ScenarioDocument): string {
  return stringify(document, { aliasDuplicateObjects: false });
}

/** The scenario, read the long way: as a file. */
export function fromFile(document: ScenarioDocument): Scenario {
  return loadScenario(fileText(document), { file: 'fuzzed.yaml', readFile: () => undefined });
}

/** The same scenario without a detour over text, for thousands of them. */
export function fromDocument(document: ScenarioDocument): Scenario {
  const { metadata, spec } = scenarioSchema.parse(document);
  const location = { file: 'fuzzed.yaml', line: 1, column: 1 };
  return {
    name: metadata.name,
    file: 'fuzzed.yaml',
    labels: {},
    durationMs: spec.duration,
    seed: spec.seed ?? 1,
    kubelet: {
      ...(spec.kubelet?.version === undefined ? {} : { version: spec.kubelet.version }),
      uptimeMs: spec.kubelet?.uptime ?? 3_600_000,
    },
    mesh: spec.mesh ?? {},
    manifests: spec.manifests.map(
      (raw) => decodeObject(raw as Record<string, unknown>, { sorted: true }).object as NewObject,
    ),
    sources: [],
    apps: spec.apps ?? {},
    steps: (spec.steps ?? []).map(({ apply: _, ...step }) => ({ ...step, location })).toSorted((a, b) => a.at - b.at),
    expect: [],
    images: {},
    toleranceMs: DEFAULT_TOLERANCE_MS,
    runtimes: ['virtual'],
  };
}

/** Plays a scenario in bounded time, and then looks whether anything of it lives on. */
export async function play(scenario: Scenario): Promise<Play> {
  const clock = new BoundedClock(10_000 + (scenario.durationMs / 1000) * TIMERS_PER_SECOND);
  const runtime: RuntimeFactory = {
    name: 'virtual',
    clock,
    timings: DEFAULT_TIMINGS,
    envoyVersion: '1.40.0',
    certificates: NO_CERTIFICATES,
    create: async ({ clock, random, apps }) => createVirtualRuntime({ clock, random, apps }),
  };
  let over = false;
  const afterwards: StampedFact[] = [];
  const onFact = (fact: StampedFact) => {
    if (over) afterwards.push(fact);
  };
  let result: RunResult | undefined;
  let refused: string | undefined;
  try {
    result = await runScenario(scenario, { runtime, onFact });
  } catch (error) {
    refused = refusal(error);
  }
  over = true;
  clock.runUntil(clock.now() + AFTERWARDS_MS);
  return { scenario, result, refused, afterwards, timersLeft: clock.pending };
}

/** What a user would be told; anything else is thrown on. */
function refusal(error: unknown): string {
  const first = error instanceof LabErrors ? error.errors[0] : error;
  if (!(first instanceof LabError) || first.fault === 'system' || first.code === 'RUNTIME_LOST') throw error;
  return `${first.code}: ${first.message}`;
}
