import { describe, expect, it, vi } from 'vitest';
import { examine, find, findings, meshedRun, remove } from '../../../test/doctor/meshed-run.ts';
import { leaves } from '../check.ts';
import { ClusterView } from '../cluster-view.ts';
import { osmDoctor } from './osm-doctor.ts';

// Whole labs are played: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

describe('a faultless run', () => {
  it('fails no check, and every part is looked at', async () => {
    const input = await meshedRun();
    expect(findings(input)).toEqual([]);
    const rules = new Set(leaves(examine(input).checks).map(({ rule }) => rule));
    for (const rule of [
      'deployment',
      'service',
      'endpoints',
      'control-plane-sidecar',
      'control-plane-ready',
      'control-plane-log',
      'webhook-service',
      'webhook-ca-bundle',
      'webhook-selector',
      'webhook-rules',
      'mesh-config-key',
      'crd',
      'namespace',
      'pod-injection',
      'probe-rewritten',
      'envoy-listener',
      'sidecar',
      'pod-ready',
      'trap-named-port',
      'trap-several-containers',
    ]) {
      expect(rules, rule).toContain(rule);
    }
  });

  it('is examined as it is, whatever its order', async () => {
    const input = await meshedRun();
    const before = examine(input);
    input.objects.reverse();
    expect(examine(input).counts).toEqual(before.counts);
  });
});

describe('the control plane', () => {
  it('misses a Deployment, with what that means', async () => {
    const input = await meshedRun();
    remove(input, 'Deployment', 'osm-injector');
    expect(findings(input)).toEqual([
      'Failure deployment: Deployment "osm-injector" not found in namespace "osm-system": no pod can be created in a namespace of the mesh (failurePolicy Fail)',
    ]);
  });

  it('sees a Service without one of its ports, and one that is not there', async () => {
    const input = await meshedRun();
    find(input, 'Service', 'osm-controller').spec.ports.pop();
    remove(input, 'Service', 'osm-validator');
    expect(findings(input)).toEqual([
      expect.stringMatching(/^Failure service: It has ports 15128; 9092 missing$/),
      'Failure service: Service "osm-validator" not found in namespace "osm-system"',
    ]);
  });

  it('sees an endpoint that is not ready', async () => {
    const input = await meshedRun();
    find(input, 'EndpointSlice', /^osm-injector-/).endpoints[0].conditions.ready = false;
    expect(findings(input)).toEqual(['Failure endpoints: No ready endpoint: connections to it are refused']);
  });

  it('sees an image that cannot be pulled, and what follows', async () => {
    const input = await meshedRun();
    const pod = find(input, 'Pod', /^osm-controller-/);
    pod.status.conditions.find((one: { type: string }) => one.type === 'Ready').status = 'False';
    pod.status.containerStatuses[0] = {
      ...pod.status.containerStatuses[0],
      ready: false,
      state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x"' } },
    };
    expect(findings(input)).toEqual([
      expect.stringMatching(
        /^Failure control-plane-ready: Pod not ready: osm-system\/osm-controller-\S+ container "osm-controller" is in ImagePullBackOff: Back-off pulling image "x"$/,
      ),
    ]);
  });

  it('finds an Envoy in osm-controller and the mesh that put it there', async () => {
    const input = await meshedRun();
    find(input, 'Pod', /^osm-controller-/).spec.containers.push({
      name: 'proxy',
      image: 'envoyproxy/envoy-alpine:v1.17.2',
    });
    find(input, 'Namespace', 'osm-system').metadata.labels['openservicemesh.io/monitored-by'] = 'osm2';
    const [first, second] = findings(input);
    expect(first).toContain(
      'Failure control-plane-sidecar: Container "proxy" with image "envoyproxy/envoy-alpine:v1.17.2"',
    );
    expect(first).toContain('mesh "osm2"');
    expect(second).toContain('Failure namespace: Namespace "osm-system" holds the control plane of mesh "osm"');
  });

  it('takes errors in the log of a pod that is ready as a warning', async () => {
    const input = await meshedRun();
    const pod = find(input, 'Pod', /^osm-injector-/).metadata.name;
    const line = '{"level":"error","message":"no"}';
    const logs = [{ namespace: 'osm-system', pod, container: 'osm-injector', lines: ['{"level":"info"}', line] }];
    expect(findings({ ...input, logs })).toEqual([`Warning control-plane-log: 1 line, the last: ${line}`]);
  });
});

describe('health endpoints of a live control plane', () => {
  it('are those of the release; what they say stands in the check', async () => {
    const input = await meshedRun();
    const wanted = osmDoctor.answers?.(new ClusterView(input), {}) ?? [];
    expect(wanted.map(({ scheme, port, path }) => `${scheme} ${port} ${path}`).sort()).toEqual([
      'http 9091 /health/alive',
      'http 9091 /health/ready',
      'http 9095 /healthz',
      'https 9090 /healthz',
    ]);
    const answers = wanted.map((one) => ({
      ...one,
      ok: one.path !== '/health/ready',
      text: one.path === '/health/ready' ? 'Readiness probe for ADS indicates it is not ready' : 'Health OK',
    }));
    expect(findings({ ...input, answers })).toEqual([
      expect.stringMatching(
        /^Failure control-plane-health: Probe failure: HTTP probe failed for pod osm-system\/osm-controller-\S+: Readiness probe for ADS indicates it is not ready$/,
      ),
    ]);
    const forbidden = answers.map((one) => ({ ...one, ok: false, text: 'pods/proxy is forbidden' }));
    expect(
      findings({ ...input, answers: forbidden }).every((text) => text.startsWith('Unknown control-plane-health')),
    ).toBe(true);
  });
});

describe('CRDs', () => {
  it('one is missing: what SMI kinds mean to osm-controller', async () => {
    const input = await meshedRun();
    remove(input, 'CustomResourceDefinition', 'tcproutes.specs.smi-spec.io');
    remove(input, 'CustomResourceDefinition', 'egresses.policy.openservicemesh.io');
    expect(findings(input)).toEqual([
      'Failure crd: CRD "egresses.policy.openservicemesh.io" not found',
      `Failure crd: CRD "tcproutes.specs.smi-spec.io" not found; osm-controller's liveness probe needs it: it is restarted again and again`,
    ]);
  });

  it('one serves another version', async () => {
    const input = await meshedRun();
    find(input, 'CustomResourceDefinition', 'trafficsplits.split.smi-spec.io').spec.versions[0].name = 'v1alpha4';
    expect(findings(input)).toEqual([expect.stringContaining('Failure crd: It serves v1alpha4; osm-controller')]);
  });
});

describe('namespaces', () => {
  const labels = 'openservicemesh.io/monitored-by';
  const annotation = 'openservicemesh.io/sidecar-injection';

  it('one without the label whose pods have sidecars', async () => {
    const input = await meshedRun();
    delete find(input, 'Namespace', 'bookstore').metadata.labels[labels];
    const found = findings(input);
    expect(found[0]).toBe(
      `Failure namespace: Missing label "${labels}" on namespace "bookstore", though 2 of its pods have a sidecar: new pods get no sidecar`,
    );
    expect(found.slice(1).every((text) => text.startsWith('Warning pod-injection: It has a sidecar, but'))).toBe(true);
  });

  it('one without the annotation', async () => {
    const input = await meshedRun();
    delete find(input, 'Namespace', 'bookstore').metadata.annotations[annotation];
    expect(findings(input)[0]).toBe(
      `Failure namespace: Missing annotation "${annotation}": "enabled" on namespace "bookstore": new pods get no sidecar`,
    );
  });

  it('one with a label of no mesh, and one with a value that OSM does not understand', async () => {
    const input = await meshedRun();
    find(input, 'Namespace', 'bookstore').metadata.labels[labels] = 'osmm';
    expect(findings(input)[0]).toBe(`Failure namespace: Expected label "${labels}" to have value "osm", got "osmm"`);
    const other = await meshedRun();
    find(other, 'Namespace', 'bookstore').metadata.annotations[annotation] = 'on';
    expect(findings(other)[0]).toBe(
      `Failure namespace: Invalid annotation value for key "${annotation}": on: no pod can be created in namespace "bookstore"`,
    );
  });

  it('kube-system never takes part', async () => {
    const input = await meshedRun();
    find(input, 'Namespace', 'kube-system').metadata.labels = { [labels]: 'osm' };
    expect(findings(input)).toEqual([
      `Failure namespace: Namespace "kube-system" never takes part in a mesh, and has label "${labels}=osm"`,
    ]);
  });
});

describe('what is not given', () => {
  it('pods alone: the rest is unknown, not broken', async () => {
    const input = await meshedRun();
    const objects = input.objects.filter(({ kind }) => kind === 'Pod');
    const pods = objects.filter(({ metadata }) => metadata.namespace === 'bookstore');
    const found = findings({ ...input, origin: 'files', objects: pods, events: [], logs: [], profiles: {} });
    expect(found.filter((text) => text.startsWith('Failure'))).toEqual([]);
    expect(found[0]).toContain('Unknown mesh: No part of a control plane');
  });

  it('a cluster without OSM', () => {
    const found = findings({ origin: 'cluster', objects: [], events: [], logs: [] });
    expect(found).toEqual(['Failure mesh: No osm mesh control planes found']);
  });

  it('a kind that may not be read is unknown', async () => {
    const input = await meshedRun();
    const unread = new Map([['Secret', 'secrets is forbidden']]);
    const objects = input.objects.filter(({ kind }) => kind !== 'Secret');
    const found = findings({ ...input, origin: 'cluster', objects, unread });
    expect(found.length).toBeGreaterThan(0);
    const expected = /^Unknown ((webhook-ca-bundle|envoy-listener|unread): .*forbidden|control-plane-log)/;
    expect(found.filter((text) => !expected.test(text))).toEqual([]);
  });
});

describe('the add-on of Azure Kubernetes Service', () => {
  /** The run as the add-on would have installed it: in kube-system, with names and ports as its page lists them. */
  async function addOn() {
    const input = await meshedRun();
    remove(input, 'Namespace', 'osm-system');
    const text = JSON.stringify(input)
      .replaceAll('"osm-system"', '"kube-system"')
      .replaceAll('osm-webhook-osm', 'aks-osm-webhook-osm')
      .replaceAll('osm-validator-mesh-osm', 'aks-osm-validator-mesh-osm');
    const addOn = JSON.parse(text) as typeof input;
    find(addOn, 'Service', 'osm-controller').spec.ports.push({ name: 'health', port: 9091 });
    find(addOn, 'MeshConfig', 'osm-mesh-config').spec = {};
    return addOn;
  }

  it('is known by its namespace, and has nothing wrong', async () => {
    const input = await addOn();
    expect(examine(input).checks[0]?.context).toBe(
      'Verify the control plane of mesh "osm" in namespace "kube-system" (v1.1.4, AKS add-on)',
    );
    expect(findings(input)).toEqual([]);
  });

  it('takes the validator that its page shows, and misses its port 9091', async () => {
    const input = await addOn();
    const [webhook] = find(input, 'ValidatingWebhookConfiguration', 'aks-osm-validator-mesh-osm').webhooks;
    const { caBundle } = webhook.clientConfig;
    const service = { name: 'osm-config-validator', namespace: 'kube-system', path: '/validate-webhook', port: 9093 };
    webhook.clientConfig = { service, caBundle };
    find(input, 'Service', 'osm-controller').spec.ports.pop();
    expect(findings(input)).toEqual(['Failure service: It has ports 15128, 9092; 9091 missing']);
  });
});
