import { describe, expect, it } from 'vitest';
import { PODS, SERVICES } from '../kube/objects.ts';
import type { NewObject } from '../kube/store.ts';
import { createLab, type Lab } from '../lab.ts';
import { appStep, pauseStep } from './container-steps.ts';
import { CUSTOM_RESOURCE_DEFINITIONS, discoverableKinds } from './osm-discovery.ts';
import { MUTATING_WEBHOOK_CONFIGURATIONS } from './osm-webhook.ts';

const SYSTEM: NewObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'osm-system', labels: { name: 'osm-system' } },
};
const MESHED: NewObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
  },
};
const INJECTOR_SERVICE: NewObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'osm-injector', namespace: 'osm-system' },
  spec: { selector: { app: 'osm-injector' }, ports: [{ name: 'sidecar-inject', port: 9090 }] },
};
const CONFIGURATION: NewObject = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  metadata: { name: 'osm-webhook-osm' },
};

function pod(name: string, namespace: string, more: Partial<NewObject['metadata']> = {}, probe = {}): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels: { app: name }, ...more },
    spec: { containers: [{ name, image: `openservicemesh/${name}:v1.1.4`, ...probe }] },
  };
}

async function meshedLab(...objects: NewObject[]): Promise<Lab> {
  const lab = await createLab({ mesh: { osm: {} } });
  lab.start();
  lab.apply([SYSTEM, MESHED, ...objects]);
  await lab.advance(10_000);
  return lab;
}

const containersOf = (lab: Lab, name: string) =>
  lab.store.get(PODS, 'shop', name)?.spec.containers.map((container) => container.name);
const create = (lab: Lab) => lab.api.create(pod('app', 'shop'));
const error = (cause: string) => ({
  code: 'InternalError',
  message: `Internal error occurred: failed calling webhook "osm-inject.k8s.io": failed to call webhook: Post "https://osm-injector.osm-system.svc:9090/mutate-pod-creation?timeout=20s": ${cause}`,
});

describe('the webhook of an injector that runs as pods', () => {
  it('is called without any of its objects: the injector runs elsewhere', async () => {
    const lab = await meshedLab();
    create(lab);
    expect(containersOf(lab, 'app')).toEqual(['app', 'envoy']);
  });

  it('refuses the connection without a ready endpoint, and answers with one', async () => {
    const lab = await meshedLab(INJECTOR_SERVICE);
    const ip = lab.store.get(SERVICES, 'osm-system', 'osm-injector')?.spec?.clusterIP;
    expect(() => create(lab)).toThrow(
      expect.objectContaining(error(`dial tcp ${ip}:9090: connect: connection refused`)),
    );
    lab.apply([pod('osm-injector', 'osm-system')]);
    await lab.advance(10_000);
    create(lab);
    expect(containersOf(lab, 'app')).toEqual(['app', 'envoy']);
  });

  it('cannot be found once its Service is gone', async () => {
    const lab = await meshedLab(INJECTOR_SERVICE, pod('osm-injector', 'osm-system'));
    lab.store.delete(SERVICES, 'osm-system', 'osm-injector');
    expect(() => create(lab)).toThrow(expect.objectContaining(error('service "osm-injector" not found')));
  });

  const INJECTOR = pod('osm-injector', 'osm-system');

  it('is refused when its port closes, however ready its endpoint still is', async () => {
    const lab = await meshedLab(INJECTOR_SERVICE, INJECTOR);
    appStep(lab, { container: 'osm-injector', server: 9090, listening: false });
    expect(() => create(lab)).toThrow(/: dial tcp 10\.96\.\d+\.\d+:9090: connect: connection refused$/);
  });

  it('never answers while its process stands still', async () => {
    const lab = await meshedLab(INJECTOR_SERVICE, INJECTOR);
    pauseStep(lab, { container: 'osm-injector' });
    expect(() => create(lab)).toThrow(expect.objectContaining(error('context deadline exceeded')));
  });

  it.each([
    ['', true],
    ['-A PREROUTING -p tcp --dport 9090 -j RETURN', false],
  ])(
    'is reset where something takes the connections to its port, unless the port is excluded (%s)',
    async (rule, reset) => {
      const rules = `*nat\n${rule}\n-A PREROUTING -p tcp -j REDIRECT --to-port 15003\nCOMMIT`;
      const intercepting = {
        ...INJECTOR,
        spec: {
          initContainers: [
            {
              name: 'init',
              image: 'openservicemesh/init:v1.1.4',
              command: ['/bin/sh'],
              args: ['-c', `iptables-restore --noflush <<EOF\n${rules}\nEOF\n`],
              securityContext: { capabilities: { add: ['NET_ADMIN'] }, runAsUser: 0 },
            },
          ],
          containers: [
            { name: 'osm-injector', image: 'openservicemesh/osm-injector:v1.1.4' },
            { name: 'proxy', image: 'example/proxy:1' },
          ],
        },
      };
      const proxy = { servers: [{ port: 15003, protocol: 'tcp' as const, connection: 'reset' as const }] };
      const lab = await createLab({ mesh: { osm: {} }, apps: { proxy } });
      lab.start();
      lab.apply([SYSTEM, MESHED, INJECTOR_SERVICE, intercepting as NewObject]);
      await lab.advance(10_000);
      if (!reset) create(lab);
      else
        expect(() => create(lab)).toThrow(
          /: read tcp 192\.168\.65\.3:\d+->10\.96\.\d+\.\d+:9090: read: connection reset by peer$/,
        );
    },
  );

  it('is not called once its configuration is deleted', async () => {
    const lab = await meshedLab(INJECTOR_SERVICE, CONFIGURATION);
    expect(() => create(lab)).toThrow('connection refused');
    lab.store.delete(MUTATING_WEBHOOK_CONFIGURATIONS, undefined, 'osm-webhook-osm');
    create(lab);
    expect(containersOf(lab, 'app')).toEqual(['app']);
  });
});

function definition(kind: string, group: string, version: string, served = true): NewObject {
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: { group, names: { kind, plural }, versions: [{ name: version, served, storage: true }] },
  };
}

const SMI = [
  definition('HTTPRouteGroup', 'specs.smi-spec.io', 'v1alpha4'),
  definition('TCPRoute', 'specs.smi-spec.io', 'v1alpha4'),
  definition('TrafficSplit', 'split.smi-spec.io', 'v1alpha2'),
  definition('TrafficTarget', 'access.smi-spec.io', 'v1alpha3'),
];

describe("osm-controller's discovery", () => {
  const READY = { readinessProbe: { httpGet: { path: '/health/ready', port: 9091 }, periodSeconds: 1 } };
  const ready = (lab: Lab) => lab.store.get(PODS, 'osm-system', 'osm-controller')?.status.containerStatuses?.[0]?.ready;

  it('knows kinds by group, version and whether it is served', () => {
    const other = definition('TCPRoute', 'specs.smi-spec.io', 'v1alpha3');
    const off = definition('TCPRoute', 'specs.smi-spec.io', 'v1alpha4', false);
    expect(discoverableKinds([...SMI, other] as never)).toHaveLength(4);
    expect(discoverableKinds([SMI[0], other, off, SMI[3]] as never)).toEqual(['HTTPRouteGroup', 'TrafficTarget']);
  });

  it('is complete in a lab without CustomResourceDefinitions', async () => {
    const lab = await meshedLab(pod('osm-controller', 'osm-system', {}, READY));
    expect(ready(lab)).toBe(true);
  });

  it('follows the CustomResourceDefinitions, also for a controller that starts later', async () => {
    const lab = await meshedLab(...SMI, pod('osm-controller', 'osm-system', {}, READY));
    expect(ready(lab)).toBe(true);
    lab.store.delete(CUSTOM_RESOURCE_DEFINITIONS, undefined, 'tcproutes.specs.smi-spec.io');
    await lab.advance(5000);
    expect(ready(lab)).toBe(false);
    lab.store.delete(PODS, 'osm-system', 'osm-controller', { gracePeriodSeconds: 1 });
    await lab.advance(5000);
    lab.apply([pod('osm-controller', 'osm-system', {}, READY)]);
    await lab.advance(10_000);
    expect(ready(lab)).toBe(false);
    lab.apply([SMI[1] as NewObject]);
    await lab.advance(5000);
    expect(ready(lab)).toBe(true);
  });

  it('has a debug server while the MeshConfig says so', async () => {
    const meshConfig = (enableDebugServer: boolean): NewObject => ({
      apiVersion: 'config.openservicemesh.io/v1alpha2',
      kind: 'MeshConfig',
      metadata: { name: 'osm-mesh-config', namespace: 'osm-system' },
      spec: { observability: { enableDebugServer } },
    });
    const probe = { readinessProbe: { tcpSocket: { port: 9092 }, periodSeconds: 1 } };
    const lab = await meshedLab(meshConfig(true), pod('osm-controller', 'osm-system', {}, probe));
    expect(ready(lab)).toBe(true);
    lab.apply([meshConfig(false)]);
    await lab.advance(10_000);
    expect(ready(lab)).toBe(false);
  });
});

it("the injector goes by the lab's MeshConfig", async () => {
  const lab = await meshedLab({
    apiVersion: 'config.openservicemesh.io/v1alpha2',
    kind: 'MeshConfig',
    metadata: { name: 'osm-mesh-config', namespace: 'osm-system' },
    spec: { sidecar: { envoyImage: 'envoyproxy/envoy:v1.40.0' } },
  });
  create(lab);
  expect(lab.store.get(PODS, 'shop', 'app')?.spec.containers[1]?.image).toBe('envoyproxy/envoy:v1.40.0');
});
