import { describe, expect, test } from 'vitest';
import { type LabError, LabErrors } from '../core/errors.ts';
import { loadScenario, saysScenario } from './load.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
    - name: app
      image: nginx
`;

const HEAD = `apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: x}
spec:
`;

const MINIMAL = `${HEAD}  duration: 90s
  manifests: [pod.yaml]
`;

const FILES: Record<string, string> = { 'pod.yaml': POD };

function load(text: string, files: Record<string, string> = FILES, file = 'scenarios/x.yaml') {
  return loadScenario(text, { file, readFile: (name) => files[name] });
}

/** `CODE line:column hint` of each error. */
function errorsOf(text: string, files?: Record<string, string>): string[] {
  return thrown(text, files).map(({ code, location, hint }) => `${code} ${location?.line}:${location?.column} ${hint}`);
}

function thrown(text: string, files?: Record<string, string>): readonly LabError[] {
  try {
    load(text, files);
  } catch (error) {
    if (error instanceof LabErrors) return error.errors;
    throw error;
  }
  return [];
}

describe('a scenario that is read', () => {
  test('has its defaults', () => {
    expect(load(MINIMAL)).toMatchObject({
      name: 'x',
      durationMs: 90_000,
      seed: 1,
      kubelet: { uptimeMs: 3_600_000 },
      toleranceMs: 1000,
      runtimes: ['virtual', 'docker'],
      steps: [],
      expect: [],
      apps: {},
      images: {},
    });
  });

  test('has durations in milliseconds, wherever they stand', () => {
    const scenario = load(
      `${MINIMAL}  kubelet: {uptime: 1m30s}
  apps:
    app:
      startup: 2s
      servers: [{port: 80, protocol: http, routes: [{path: /, delay: 20ms, windows: [{from: 1s, until: 1.5s, status: 503}]}]}]
      termination: {delay: 3s}
  steps:
    - {at: 10s, app: {container: app, delay: 250ms}}
  expect:
    - {between: [1s, 2m], object: {kind: Pod}}
`.replace('90s', '2m'),
    );
    expect(scenario.kubelet.uptimeMs).toBe(90_000);
    expect(scenario.apps).toEqual({
      app: {
        startup: 2000,
        servers: [
          {
            port: 80,
            protocol: 'http',
            routes: [{ path: '/', delay: 20, windows: [{ from: 1000, until: 1500, status: 503 }] }],
          },
        ],
        termination: { delay: 3000 },
      },
    });
    expect(scenario.steps).toMatchObject([{ at: 10_000, app: { delay: 250 } }]);
    expect(scenario.expect).toMatchObject([{ between: [1000, 120_000], location: { line: 16, column: 7 } }]);
  });

  test('has its steps by time, those of equal time in the order of the file', () => {
    const { steps } = load(`${MINIMAL}  steps:
    - {at: 20s, delete: pod/a}
    - {at: 10s, delete: pod/b}
    - {at: 20s, delete: pod/c}
`);
    expect(steps.map((step) => step.delete)).toEqual(['pod/b', 'pod/a', 'pod/c']);
  });

  test('reads its own fields as YAML 1.2, its manifests as kubectl does', () => {
    const scenario = load(`${HEAD}  duration: 90s
  description: on
  seed: 010
  manifests:
    - apiVersion: v1
      kind: ConfigMap
      metadata: {name: c}
      immutable: yes
    - apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec: {containers: [{name: app, image: nginx, ports: [{containerPort: 010}]}]}
`);
    expect(scenario).toMatchObject({ description: 'on', seed: 10 });
    expect(scenario.manifests).toMatchObject([
      { immutable: true },
      { spec: { containers: [{ ports: [{ containerPort: 8 }] }] } },
    ]);
  });

  test('has the objects of its files, of steps, and where their fields stand', () => {
    const scenario = load(`${MINIMAL}  steps:
    - {at: 5s, apply: pod.yaml}
    - {at: 6s, apply: [pod.yaml, {apiVersion: v1, kind: Namespace, metadata: {name: ns1}}]}
`);
    expect(scenario.manifests.map(({ kind }) => kind)).toEqual(['Pod']);
    expect(scenario.steps.map(({ apply }) => apply?.map(({ kind }) => kind))).toEqual([['Pod'], ['Pod', 'Namespace']]);
    expect(scenario.sources[0]?.locate(['spec', 'containers', 0, 'image'])).toEqual({
      file: 'scenarios/pod.yaml',
      line: 7,
      column: 7,
    });
  });
});

test('a plain manifest is a scenario of one minute', () => {
  const scenario = load(
    `${POD}---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: ns1}}\n`,
  );
  expect(scenario).toMatchObject({ name: 'x', durationMs: 60_000, expect: [] });
  expect(scenario.manifests.map(({ kind }) => kind)).toEqual(['Pod', 'Namespace']);
});

test.each([
  [MINIMAL, true],
  ['kind: "Scenario" # a story', true],
  ['{"kind": "Scenario"}', true],
  [POD, false],
  ['', false],
])('%j says that it is a scenario: %s', (text, says) => {
  expect(saysScenario(text)).toBe(says);
});

describe('an error has code, place and hint', () => {
  test.each<[string, string, string[]]>([
    ['nothing', '', ['SCENARIO_EMPTY 1:1 Write a Scenario, or a Kubernetes manifest to run it for a minute.']],
    [
      'only a comment',
      '# soon',
      ['SCENARIO_EMPTY 1:1 Write a Scenario, or a Kubernetes manifest to run it for a minute.'],
    ],
    ['a misspelt field', `${MINIMAL}  expects: []\n`, ['SCENARIO_UNKNOWN_FIELD 7:3 Did you mean expect?']],
    [
      'a missing field',
      `${HEAD}  manifests: [pod.yaml]\n`,
      ['SCENARIO_MISSING_FIELD 4:1 Say how long the run goes on: duration: 60s.'],
    ],
    ['a number for a duration', MINIMAL.replace('90s', '90'), ['SCENARIO_INVALID_DURATION 5:13 Did you mean 90s?']],
    [
      'an unknown unit',
      MINIMAL.replace('90s', '90x'),
      ['SCENARIO_INVALID_DURATION 5:13 Write a Go duration: 500ms, 20s, 1m30s.'],
    ],
    [
      'a negative duration',
      MINIMAL.replace('90s', '-90s'),
      ['SCENARIO_INVALID_DURATION 5:13 Write a Go duration: 500ms, 20s, 1m30s.'],
    ],
    ['a wrong type', `${MINIMAL}  seed: one\n`, ['SCENARIO_INVALID_TYPE 7:9 undefined']],
    [
      'a number where text belongs',
      `${MINIMAL}  kubelet: {version: 1.34}\n`,
      ['SCENARIO_INVALID_TYPE 7:22 Put it in quotes.'],
    ],
    ['a wrong word', `${MINIMAL}  runtimes: [dokcer]\n`, ['SCENARIO_INVALID_VALUE 7:14 Did you mean docker?']],
    ['a key given twice', `${MINIMAL}  duration: 80s\n`, ['YAML_SYNTAX 7:3 Keep one of them.']],
    ['another name than the file', MINIMAL.replace('name: x', 'name: y'), ['SCENARIO_NAME 3:18 Call it x.']],
    [
      'a file that is not there',
      MINIMAL.replace('pod.yaml', 'pdo.yaml'),
      ['MANIFEST_NOT_FOUND 6:15 Names are relative to the folder of scenarios/x.yaml.'],
    ],
    [
      'a step after the end',
      `${MINIMAL}  steps: [{at: 2m, delete: pod/a}]\n`,
      ['SCENARIO_STEP_AFTER_END 7:16 Make spec.duration 2m0s or more.'],
    ],
    [
      'a step that does nothing',
      `${MINIMAL}  steps: [{at: 2s}]\n`,
      [
        'SCENARIO_AMBIGUOUS 7:11 One of app, apply, delete, patch, scale, rollout, network, envoy, kubelet, runtime, pause, exec, request.',
      ],
    ],
    [
      'an expectation after the end',
      `${MINIMAL}  expect: [{by: 91s, object: {}}]\n`,
      ['SCENARIO_EXPECTATION_AFTER_END 7:17 Make spec.duration 1m31s or more.'],
    ],
    [
      'an interval that runs backwards',
      `${MINIMAL}  expect: [{during: [20s, 10s], object: {}}]\n`,
      ['SCENARIO_INVALID_INTERVAL 7:21 Write [10s, 20s].'],
    ],
    [
      'a broken pattern',
      `${MINIMAL}  expect: [{by: 1s, event: {reason: /(/}}]\n`,
      ['SCENARIO_INVALID_REGEX 7:37 Invalid regular expression: /(/: Unterminated group'],
    ],
    ['two documents', `${MINIMAL}---\n${POD}`, ['SCENARIO_EXTRA_DOCUMENT 8:1 Put the manifests under spec.manifests.']],
  ])('%s', (_, text, expected) => {
    expect(errorsOf(text)).toEqual(expected);
  });

  test.each([
    ['not YAML', 'a: [1, 2'],
    ['tabs', '\tkind: Pod'],
    ['a broken scenario', `${MINIMAL}  steps: [\n`],
    ['an unknown alias', `${MINIMAL}  description: *none\n`],
  ])('%s is a matter of syntax', (_, text) => {
    expect(thrown(text).every(({ code, location }) => code === 'YAML_SYNTAX' && location !== undefined)).toBe(true);
    expect(thrown(text)).not.toEqual([]);
  });

  test.each(['just words', '[]', '42', 'a: 1', 'kind: Pod'])('%s is no manifest', (text) => {
    expect(thrown(text).map(({ code }) => code)).toEqual(['MANIFEST_NO_KIND']);
  });
});

test('all errors of a file come at once, in the order of their places, those of its manifests too', () => {
  const text = `${HEAD}  duration: 90
  sed: 1
  manifests:
    - bad.yaml
    - apiVersion: v1
      kind: Pod
      metadata: {name: web}
      spec:
        containers:
          - {name: app, image: nginx, livenessProb: {}}
  steps:
    - {at: 5s}
`;
  const errors = thrown(text, { 'bad.yaml': POD.replace('image', 'imgae') });
  expect(errors.map(({ code, location }) => `${code} ${location?.file}:${location?.line}`)).toEqual([
    'SCENARIO_INVALID_DURATION scenarios/x.yaml:5',
    'SCENARIO_UNKNOWN_FIELD scenarios/x.yaml:6',
    'MANIFEST_UNKNOWN_FIELD scenarios/bad.yaml:7',
    'SCENARIO_UNKNOWN_FIELD scenarios/x.yaml:14',
    'SCENARIO_AMBIGUOUS scenarios/x.yaml:16',
  ]);
});
