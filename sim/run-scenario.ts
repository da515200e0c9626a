import { LabError } from './core/errors.ts';
import type { HistoryLevel } from './core/history.ts';
import { VirtualClock } from './core/virtual-clock.ts';
import type { StampedFact } from './kube/fact.ts';
import type { KubeObject } from './kube/objects.ts';
import { Invariants } from './lab/invariants.ts';
import type { OsmMeshOptions } from './lab/osm-mesh.ts';
import { describeStep, performStep } from './lab/perform-step.ts';
import { createLab, type Lab, type RuntimeFactory } from './lab.ts';
import { OSM_VERSIONS } from './mesh/osm/profiles.ts';
import type { BrokenInvariant } from './report/run-record.ts';
import { type ExpectationResult, evaluateExpectations } from './scenario/expectations.ts';
import { imageOverrides } from './scenario/image-overrides.ts';
import { type Scenario, type ScenarioStep, toleranceAt } from './scenario/scenario.ts';

/** A way to end a run early: `AbortSignal` is one. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface RunOptions {
  /** Where the containers run; default in virtual time. */
  runtime?: RuntimeFactory;
  /** Instead of the scenario's. */
  seed?: number;
  history?: { level?: HistoryLevel; limit?: number };
  /** Called with every fact as it is recorded. */
  onFact?: (fact: StampedFact, lab: Lab) => void;
  /** Ends the run as soon as it is aborted: everything is cleaned up, then `RUN_ABORTED` is thrown. */
  signal?: StopSignal;
  /** Leave the pods running: the caller disposes of the lab. */
  keep?: boolean;
}

/** One finished run. */
export interface RunResult {
  scenario: Scenario;
  seed: number;
  runtime: 'virtual' | 'docker';
  /** Calendar time of t = 0, ms since 1970. */
  epochMs: number;
  endMs: number;
  facts: readonly StampedFact[];
  /** What the API held at the end. */
  objects: readonly KubeObject[];
  expectations: readonly ExpectationResult[];
  /** Rules of the simulator that did not hold: our bugs. */
  violations: readonly BrokenInvariant[];
  profiles: Readonly<Record<string, string>>;
  /** With `keep`: the lab, still running. */
  lab?: Lab;
}

/**
 * Plays a scenario to its end and judges it. Nothing of it is left running, whatever happens (unless `keep`).
 * Throws LabError: `UNKNOWN_KUBELET_VERSION`, `UNKNOWN_MESH_VERSION`, what the API refuses (`Invalid`), a step that
 * finds no target (`STEP_WITHOUT_TARGET`), `RUNTIME_LOST`, `RUN_ABORTED`.
 */
export async function runScenario(scenario: Scenario, options: RunOptions = {}): Promise<RunResult> {
  const seed = options.seed ?? scenario.seed;
  const lab = await createLab({
    seed,
    ...(options.runtime === undefined ? {} : { runtime: options.runtime }),
    ...(options.history === undefined ? {} : { history: options.history }),
    kubelet: { ...scenario.kubelet },
    apps: scenario.apps,
    images: imageOverrides(scenario),
    mesh: meshOf(scenario),
  });
  let keep = false;
  try {
    const invariants = new Invariants(lab.history);
    const { onFact } = options;
    if (onFact !== undefined) lab.history.subscribe((fact) => onFact(fact, lab));
    await play(lab, scenario, options.signal, invariants);
    keep = options.keep === true;
    return result(lab, scenario, seed, invariants, keep);
  } finally {
    if (!keep) await lab.dispose();
  }
}

async function play(
  lab: Lab,
  scenario: Scenario,
  signal: StopSignal | undefined,
  invariants: Invariants,
): Promise<void> {
  const abort = () => lab.abort(new LabError('RUN_ABORTED', 'the run was interrupted'));
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  let cancel = () => {};
  try {
    lab.start();
    // Steps at 0 come right after the manifests.
    lab.apply(scenario.manifests);
    cancel = schedule(lab, scenario, invariants);
    await lab.advance(scenario.durationMs - lab.clock.now());
    invariants.end(lab.clock.now());
  } finally {
    cancel();
    signal?.removeEventListener('abort', abort);
  }
}

/** Sets a timer for each step; returns the way to take back those that are left. */
function schedule(lab: Lab, scenario: Scenario, invariants: Invariants): () => void {
  const kubelet = (action: 'restart' | 'stop' | 'start') => {
    const now = lab.clock.now();
    if (action !== 'start') {
      lab.kubelet.stop();
      invariants.kubeletStopped(now);
    }
    const upAt = action === 'stop' ? undefined : lab.kubelet.start(now);
    if (upAt !== undefined) invariants.kubeletStarted(upAt);
  };
  const perform = (step: ScenarioStep, index: number) => {
    lab.history.record({ kind: 'step', index, text: describeStep(step) });
    try {
      performStep(lab, step, { endMs: scenario.durationMs, kubelet });
    } catch (error) {
      lab.abort(atStep(error, step));
    }
  };
  const timers = scenario.steps.map((step, index) =>
    lab.clock.setTimeout(() => perform(step, index), Math.max(0, step.at - lab.clock.now())),
  );
  return () => {
    for (const timer of timers) lab.clock.clearTimeout(timer);
  };
}

/** The place of the step goes with an error that has none. */
function atStep(error: unknown, step: ScenarioStep): LabError {
  if (!(error instanceof LabError)) throw error;
  if (error.location !== undefined) return error;
  const { code, message, hint, fault } = error;
  return new LabError(code, message, { location: step.location, fault, ...(hint === undefined ? {} : { hint }) });
}

function result(lab: Lab, scenario: Scenario, seed: number, invariants: Invariants, keep: boolean): RunResult {
  const endMs = Math.round(Math.min(lab.clock.now(), scenario.durationMs));
  const virtual = lab.clock instanceof VirtualClock;
  const { facts } = lab.history;
  return {
    scenario,
    seed,
    runtime: virtual ? 'virtual' : 'docker',
    epochMs: lab.clock.epochMs,
    endMs,
    facts,
    objects: lab.store.kinds().flatMap((kind) => lab.store.list(kind) as KubeObject[]),
    expectations: evaluateExpectations(scenario, facts, {
      endMs,
      toleranceMs: virtual ? () => 0 : toleranceAt(scenario),
    }),
    violations: invariants.violations,
    profiles: {
      kubelet: lab.profile.version,
      ...(scenario.mesh.osm === undefined ? {} : { osm: scenario.mesh.osm.version ?? '1.1' }),
    },
    ...(keep ? { lab } : {}),
  };
}

function meshOf(scenario: Scenario): { osm?: OsmMeshOptions } {
  const { osm } = scenario.mesh;
  if (osm === undefined) return {};
  const { version, meshConfig, rewriteProbes, addedLater, name, namespace } = osm;
  const known = OSM_VERSIONS.find((candidate) => candidate === version);
  if (version !== undefined && known === undefined) {
    throw new LabError('UNKNOWN_MESH_VERSION', `OSM version "${version}" is not modelled`, {
      hint: `Use one of ${OSM_VERSIONS.join(', ')}.`,
    });
  }
  return {
    osm: {
      ...(known === undefined ? {} : { version: known }),
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(meshConfig === undefined ? {} : { meshConfig }),
      ...(rewriteProbes === undefined ? {} : { rewriteProbes }),
      ...(addedLater === undefined ? {} : { addedLater }),
    },
  };
}
