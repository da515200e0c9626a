import { describe, expect, it, vi } from 'vitest';
import { decodeManifests } from '../../kube/decoding/manifests.ts';
import { findRestarts } from '../../report/restarts.ts';
import { runScenario } from '../../run-scenario.ts';
import { loadScenario } from '../../scenario/load.ts';
import { checkManifests, RULES } from './check-manifests.ts';
import { probeTimes } from './probe-times.ts';

// Whole labs are played: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

const HTTP = 'httpGet: {path: /, port: 80}';

/** `rule: message` of each finding in a pod whose container has these lines; `around`: further lines of its spec. */
function find(
  container: string,
  { spec = '', metadata = '', more = '', startupMs = undefined as number | undefined } = {},
) {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: p, labels: {app: web}${metadata}}
spec:
  containers:
    - name: app
      image: x
${container.replace(/^/gm, '      ')}
${spec.replace(/^/gm, '  ')}
${more}`;
  const { manifests, errors } = decodeManifests(text, 'p.yaml');
  expect(errors).toEqual([]);
  return checkManifests([manifests], startupMs === undefined ? {} : { startupMs });
}
const rules = (findings: ReturnType<typeof find>) => findings.map(({ rule }) => rule);
const READY = `readinessProbe: {${HTTP}}`;

describe('rules', () => {
  it.each([
    ['liveness-without-startup', `livenessProbe: {${HTTP}, periodSeconds: 5}`, {}],
    [
      'delay-behind-startup',
      `readinessProbe: {${HTTP}, initialDelaySeconds: 9}
startupProbe: {${HTTP}}`,
      {},
    ],
    [
      'liveness-threshold-one',
      `livenessProbe: {tcpSocket: {port: 80}, failureThreshold: 1, initialDelaySeconds: 60}`,
      {},
    ],
    ['timeout-over-period', `readinessProbe: {${HTTP}, periodSeconds: 2, timeoutSeconds: 5}`, {}],
    ['hook-over-grace', `lifecycle: {preStop: {exec: {command: [sh, -c, "sleep 30"]}}}`, {}],
    ['hook-over-grace', `lifecycle: {preStop: {sleep: {seconds: 9}}}`, { spec: 'terminationGracePeriodSeconds: 10' }],
    [
      'long-liveness-grace',
      `livenessProbe: {${HTTP}, periodSeconds: 20}`,
      { spec: 'terminationGracePeriodSeconds: 300' },
    ],
    ['unknown-port-name', `ports: [{name: http, containerPort: 80}]\nreadinessProbe: {httpGet: {port: web}}`, {}],
    ['probe-of-the-node', `readinessProbe: {httpGet: {port: 80, host: localhost}}`, {}],
    ['start-up-killed', `startupProbe: {${HTTP}, periodSeconds: 5, failureThreshold: 6}`, { startupMs: 60_000 }],
    [
      'start-up-killed',
      `livenessProbe: {${HTTP}, periodSeconds: 20}`,
      { metadata: ', annotations: {probelab.dev/startup: 2m}' },
    ],
  ])('%s', (rule, container, around) => {
    expect(rules(find(container, around))).toEqual([rule]);
  });

  const service =
    '---\napiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n';
  it('service-without-readiness, slow-readiness: only with a Service that selects the pod', () => {
    expect(rules(find('', { more: service }))).toEqual(['service-without-readiness']);
    expect(rules(find(''))).toEqual([]);
    expect(rules(find(`readinessProbe: {${HTTP}, periodSeconds: 30}`, { more: service }))).toEqual(['slow-readiness']);
    expect(rules(find(`readinessProbe: {${HTTP}, periodSeconds: 30}`))).toEqual([]);
    expect(rules(find('', { more: service.replace('app: web', 'app: db') }))).toEqual([]);
  });

  it('liveness-before-readiness: not if liveness is slower, or asks something else', () => {
    const live = (more: string) =>
      `livenessProbe: {${HTTP}, periodSeconds: 10, initialDelaySeconds: 30${more}}\n${READY}`;
    expect(rules(find(live('')))).toEqual(['liveness-before-readiness']);
    expect(rules(find(live(', failureThreshold: 9')))).toEqual([]);
    expect(rules(find(live('').replace('path: /,', 'path: /live,')))).toEqual([]);
  });

  it('rollout-deadline: of a Deployment, at the place of its own field', () => {
    const text = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  progressDeadlineSeconds: 60
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: app, image: x, startupProbe: {tcpSocket: {port: 80}, failureThreshold: 30}}
`;
    const { manifests } = decodeManifests(text, 'd.yaml');
    expect(checkManifests([manifests])).toMatchObject([
      { rule: 'rollout-deadline', object: 'deployment/web', location: { file: 'd.yaml', line: 5, column: 3 } },
    ]);
  });

  it('the place is that of the field, the message has the numbers', () => {
    const [finding] = find(`livenessProbe:\n  ${HTTP}\n  periodSeconds: 5`);
    expect(finding).toMatchObject({
      container: 'app',
      level: 'warning',
      location: { file: 'p.yaml', line: 8, column: 7 },
    });
    expect(finding?.message).toBe(
      'an app that takes longer than 10s to come up is killed, at the latest after 16s, and there is no startupProbe',
    );
  });

  it('a rule is silenced by the annotation or the option; a pod without faults is silent', () => {
    const live = `livenessProbe: {${HTTP}}`;
    expect(
      rules(find(live, { metadata: ', annotations: {probelab.dev/ignore: "x, liveness-without-startup"}' })),
    ).toEqual([]);
    expect(rules(find(`${live}\nstartupProbe: {${HTTP}}`))).toEqual([]);
  });

  it('every rule has an id of its own and says why and what to do', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    for (const { id, title, why, example, fix } of RULES) {
      expect(
        [title, why, example, fix].every((text) => text.length > 10),
        id,
      ).toBe(true);
    }
  });
});

describe('the arithmetic is that of the kubelet', () => {
  const PROBES: [string, Parameters<typeof probeTimes>[0]][] = [
    ['periodSeconds: 5', { periodSeconds: 5 }],
    [
      'periodSeconds: 7, initialDelaySeconds: 4, failureThreshold: 2',
      { periodSeconds: 7, initialDelaySeconds: 4, failureThreshold: 2 },
    ],
    [
      'periodSeconds: 3, failureThreshold: 4, timeoutSeconds: 2',
      { periodSeconds: 3, failureThreshold: 4, timeoutSeconds: 2 },
    ],
  ];

  /** The facts of a pod whose liveness probe asks `port`, where its app listens on 80, until 20.5 s. */
  async function played(probe: string, port: number, seed: number) {
    const scenario = loadScenario(
      `apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: t}
spec:
  duration: 60s
  seed: ${seed}
  manifests:
    - apiVersion: v1
      kind: Pod
      metadata: {name: p}
      spec: {terminationGracePeriodSeconds: 1, containers: [{name: app, image: x, livenessProbe: {tcpSocket: {port: ${port}}, ${probe}}}]}
  apps: {app: {servers: [{port: 80, protocol: http}]}}
  steps: [{at: 20500ms, app: {container: app, server: 80, listening: false, instanceOnly: true}}]
`,
      { file: 't.yaml', readFile: () => undefined },
    );
    const { facts } = await runScenario(scenario);
    expect(findRestarts(facts).length).toBeGreaterThan(0);
    const at = (op: string) =>
      (facts.find((fact) => fact.kind === 'container' && fact.op === op)?.at ?? Number.NaN) / 1000;
    return { started: at('started'), signalled: at('signalled') };
  }

  // The kill follows the result within the latencies of a real node.
  const LATENCY = 0.5;

  it.each(PROBES)('%s: an app that never answers is killed within the time that is said', async (text, probe) => {
    const { least, most } = probeTimes(probe).givenUp;
    for (let seed = 1; seed <= 12; seed++) {
      const { started, signalled } = await played(text, 81, seed);
      expect(signalled - started).toBeGreaterThanOrEqual(least);
      expect(signalled - started).toBeLessThanOrEqual(most + LATENCY);
    }
  });

  it.each(PROBES)('%s: an app that stops answering is killed within the time that is said', async (text, probe) => {
    const { least, most } = probeTimes(probe).detection;
    for (let seed = 1; seed <= 12; seed++) {
      const { signalled } = await played(text, 80, seed);
      expect(signalled - 20.5).toBeGreaterThanOrEqual(least);
      expect(signalled - 20.5).toBeLessThanOrEqual(most + LATENCY);
    }
  });
});
