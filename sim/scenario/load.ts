import { LabError, LabErrors } from '../core/errors.ts';
import { decodeAt, decodeManifests, type Manifest } from '../kube/decoding/manifests.ts';
import { readYaml, type YamlDocument } from '../kube/decoding/yaml-file.ts';
import { yaml12Scalar } from '../kube/decoding/yaml-scalar.ts';
import type { NewObject } from '../kube/store.ts';
import { checkScenario } from './check-scenario.ts';
import { checkStory } from './check-story.ts';
import {
  DEFAULT_SEED,
  DEFAULT_TOLERANCE_MS,
  DEFAULT_UPTIME_MS,
  type Expectation,
  MANIFEST_DURATION_MS,
  type Scenario,
  type ScenarioStep,
} from './scenario.ts';
import type { ScenarioFile } from './schema.ts';

export interface LoadOptions {
  /** As the user named the file; stands in errors. */
  file: string;
  /** The text of a manifest file, named as in the scenario, relative to the scenario's folder; undefined if there is none. */
  readFile(name: string): string | undefined;
}

/**
 * Reads a scenario file, or a plain manifest file (any Kubernetes YAML), which becomes a scenario of one minute.
 * Throws LabErrors with everything that is wrong, each with code, place and hint: `SCENARIO_EMPTY`, `YAML_SYNTAX`,
 * `SCENARIO_UNKNOWN_FIELD`, `SCENARIO_MISSING_FIELD`, `SCENARIO_INVALID_TYPE`, `SCENARIO_INVALID_VALUE`,
 * `SCENARIO_INVALID_DURATION`, `SCENARIO_INVALID_INTERVAL`, `SCENARIO_INVALID_REGEX`, `SCENARIO_STEP_AFTER_END`,
 * `SCENARIO_EXPECTATION_AFTER_END`, `SCENARIO_AMBIGUOUS`, `SCENARIO_NAME`, `MANIFEST_NOT_FOUND`, `MANIFEST_…`.
 */
export function loadScenario(text: string, options: LoadOptions): Scenario {
  const { file } = options;
  const yaml = readYaml(text, { file, uniqueKeys: true });
  const start = { file, line: 1, column: 1 };
  if (yaml.documents.length === 0 && yaml.errors.length === 0) {
    throw new LabErrors([
      new LabError('SCENARIO_EMPTY', `${file} is empty`, {
        location: start,
        hint: 'Write a Scenario, or a Kubernetes manifest to run it for a minute.',
      }),
    ]);
  }
  if (!saysScenario(text)) return scenarioFromManifests(text, { file });
  if (yaml.errors.length > 0) throw new LabErrors(yaml.errors);
  const [document, extra] = yaml.documents as [YamlDocument, YamlDocument?];
  if (extra !== undefined) {
    const hint = 'Put the manifests under spec.manifests.';
    const message = 'A scenario file holds one document';
    throw new LabErrors([new LabError('SCENARIO_EXTRA_DOCUMENT', message, { location: extra.location, hint })]);
  }
  return fromDocument(document, options);
}

/** True for a text that is meant to be a scenario, even if it is broken. */
export function saysScenario(text: string): boolean {
  return (
    /^kind:\s*["']?Scenario["']?\s*(#.*)?$/m.test(text) ||
    /"kind"\s*:\s*"Scenario"/.test(text) ||
    /^apiVersion:\s*["']?probelab\.dev\//m.test(text)
  );
}

/**
 * A scenario of one minute that applies the objects of a manifest file and expects nothing.
 * Throws LabErrors as `decodeManifests` lists them.
 */
export function scenarioFromManifests(text: string, options: { file: string }): Scenario {
  const { manifests, errors } = decodeManifests(text, options.file);
  if (errors.length > 0) throw new LabErrors(errors);
  return {
    name: baseName(options.file),
    file: options.file,
    labels: {},
    durationMs: MANIFEST_DURATION_MS,
    seed: DEFAULT_SEED,
    kubelet: { uptimeMs: DEFAULT_UPTIME_MS },
    mesh: {},
    manifests: manifests.map((manifest) => manifest.object),
    sources: manifests,
    apps: {},
    steps: [],
    expect: [],
    images: {},
    toleranceMs: DEFAULT_TOLERANCE_MS,
    runtimes: ['virtual', 'docker'],
  };
}

/** `scenarios/osm/x.yaml` → `x`. */
function baseName(file: string): string {
  const name = file.split(/[/\\]/).at(-1) ?? file;
  return name === '-' ? 'stdin' : name.replace(/\.(ya?ml|json)$/, '');
}

function fromDocument(document: YamlDocument, options: LoadOptions): Scenario {
  const value = readValue(document);
  const checked = checkScenario(value, document);
  const errors: LabError[] = [...checked.errors];
  const raw = (value as { spec?: { manifests?: unknown; steps?: unknown } } | null)?.spec;
  const sources = listOf(raw?.manifests).flatMap((item, i) =>
    manifestsOf(item, ['spec', 'manifests', i], document, options, errors),
  );
  const applied = listOf(raw?.steps).map((item, i) => {
    const apply = (item as { apply?: unknown } | null)?.apply;
    const path = ['spec', 'steps', i, 'apply'];
    if (apply === undefined) return [];
    if (!Array.isArray(apply)) return manifestsOf(apply, path, document, options, errors);
    return apply.flatMap((one, j) => manifestsOf(one, [...path, j], document, options, errors));
  });
  errors.push(...checkStory(value, options.file, document));
  const { scenario } = checked;
  if (errors.length > 0 || scenario === undefined) throw new LabErrors(inOrder(errors));
  return build(scenario, options.file, document, sources, applied);
}

/** An alias that leads nowhere is found only now. */
function readValue(document: YamlDocument): unknown {
  try {
    return document.value(yaml12Scalar);
  } catch (error) {
    throw error instanceof LabError ? new LabErrors([error]) : error;
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The objects of one entry: those of a file, or the one that stands there. */
function manifestsOf(
  item: unknown,
  path: readonly (string | number)[],
  document: YamlDocument,
  options: LoadOptions,
  errors: LabError[],
): readonly Manifest[] {
  if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
    const decoded = decodeAt(document, path, { codePrefix: 'SCENARIO' });
    errors.push(...decoded.errors);
    return decoded.manifests;
  }
  if (typeof item !== 'string') return [];
  const text = options.readFile(item);
  if (text === undefined) {
    errors.push(
      new LabError('MANIFEST_NOT_FOUND', `There is no manifest file ${item}`, {
        location: document.locate(path, 'value'),
        hint: `Names are relative to the folder of ${options.file}.`,
      }),
    );
    return [];
  }
  const decoded = decodeManifests(text, besides(options.file, item));
  errors.push(...decoded.errors);
  return decoded.manifests;
}

/** `pod.yaml` named in `scenarios/x.yaml` is `scenarios/pod.yaml`. */
function besides(file: string, name: string): string {
  const folder = file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  return /^([/\\]|[A-Za-z]:)/.test(name) ? name : `${folder}${name.replace(/^\.\//, '')}`;
}

function inOrder(errors: readonly LabError[]): LabError[] {
  const place = (error: LabError) => (error.location?.line ?? 0) * 10_000 + (error.location?.column ?? 0);
  return errors.toSorted((a, b) => place(a) - place(b));
}

function build(
  { metadata, spec }: ScenarioFile,
  file: string,
  document: YamlDocument,
  sources: readonly Manifest[],
  applied: readonly (readonly Manifest[])[],
): Scenario {
  const steps = (spec.steps ?? []).map(({ apply, ...step }, i): ScenarioStep => {
    const location = document.locate(['spec', 'steps', i]);
    if (apply === undefined) return { ...step, location };
    const objects: readonly NewObject[] = (applied[i] ?? []).map((manifest) => manifest.object);
    return { ...step, location, apply: objects };
  });
  const expect = (spec.expect ?? []).map(
    (expectation, i): Expectation => ({ ...expectation, location: document.locate(['spec', 'expect', i]) }),
  );
  return {
    name: metadata.name,
    file,
    labels: metadata.labels ?? {},
    ...(spec.description !== undefined && { description: spec.description }),
    ...(spec.source !== undefined && { source: spec.source }),
    durationMs: spec.duration,
    seed: spec.seed ?? DEFAULT_SEED,
    kubelet: {
      ...(spec.kubelet?.version !== undefined && { version: spec.kubelet.version }),
      uptimeMs: spec.kubelet?.uptime ?? DEFAULT_UPTIME_MS,
      ...(spec.kubelet?.tlsMax !== undefined && { tlsMax: spec.kubelet.tlsMax }),
    },
    mesh: spec.mesh ?? {},
    manifests: sources.map((manifest) => manifest.object),
    sources,
    apps: spec.apps ?? {},
    steps: steps.toSorted((a, b) => a.at - b.at),
    expect,
    images: spec.images ?? {},
    toleranceMs: spec.tolerance ?? DEFAULT_TOLERANCE_MS,
    runtimes: spec.runtimes ?? ['virtual', 'docker'],
  };
}
