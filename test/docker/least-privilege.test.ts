import { stat } from 'node:fs/promises';
import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectEngine } from '../../containers/docker/engine.ts';
import { dockerRuntime } from '../../containers/docker/factory.ts';
import { LABEL } from '../../containers/docker/owner.ts';
import { PODS } from '../../sim/kube/objects.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { createLab, type Lab } from '../../sim/lab.ts';
import { describeDocker, ensureImages } from './engine.ts';

const MESHED: NewObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: 'shop',
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
  },
};
const POD: NewObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    containers: [
      {
        name: 'bookstore',
        image: 'openservicemesh/bookstore:v1.1.4',
        ports: [{ containerPort: 14001 }],
        livenessProbe: { tcpSocket: { port: 14001 } },
        readinessProbe: { httpGet: { path: '/readiness', port: 14001 }, periodSeconds: 1 },
      },
    ],
  },
};

describeDocker('a meshed pod has what it needs and no more', () => {
  let lab: Lab;
  let containers: ReadonlyMap<string, Dockerode.ContainerInspectInfo>;

  beforeAll(async () => {
    await ensureImages();
    const runtime = dockerRuntime();
    lab = await createLab({ runtime, mesh: { osm: {} } });
    lab.start();
    lab.apply([MESHED, POD]);
    const ready = () => lab.store.get(PODS, 'shop', 'web')?.status.containerStatuses?.every((status) => status.ready);
    for (let i = 0; i < 60 && !ready(); i++) await lab.advance(500);
    containers = await inspectRun(runtime.runId);
  });
  afterAll(() => lab?.dispose());

  it('is the pause container, osm-init, the app, osm-healthcheck and Envoy', () => {
    expect([...containers.keys()].sort()).toEqual(['bookstore', 'envoy', 'osm-healthcheck', 'osm-init', 'pause']);
  });

  it('nobody is privileged, and osm-init alone may change the network', () => {
    for (const [name, { HostConfig }] of containers) {
      expect(HostConfig, name).toMatchObject({ Privileged: false, PidMode: '', UsernsMode: '' });
      const added = (HostConfig.CapAdd ?? []).map((capability: string) => capability.replace(/^CAP_/, ''));
      expect(added, name).toEqual(name === 'osm-init' ? ['NET_ADMIN'] : []);
      expect(HostConfig.Devices ?? [], name).toEqual([]);
    }
    expect(containers.get('pause')?.HostConfig).toMatchObject({ CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges'] });
    expect(containers.get('envoy')?.Config.User).toBe('1500');
  });

  it('no port is published, and the pod is on its own network only', () => {
    for (const [name, { HostConfig, NetworkSettings }] of containers) {
      expect(HostConfig.PortBindings ?? {}, name).toEqual({});
      expect(Object.keys(NetworkSettings.Networks ?? {}), name).toHaveLength(name === 'pause' ? 1 : 0);
    }
  });

  it("sees nothing of the machine but its volumes, which lie in a folder of this user's", async () => {
    const sources = [...containers.values()].flatMap(({ Mounts }) => Mounts.map(({ Source }) => Source));
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect(source).toMatch(/\/probelab-[^/]+\//);
      const folder = source.replace(/(\/probelab-[^/]+)\/.*$/, '$1');
      expect((await stat(folder)).mode & 0o077, folder).toBe(0);
    }
  });
});

async function inspectRun(runId: string): Promise<ReadonlyMap<string, Dockerode.ContainerInspectInfo>> {
  const { docker } = await connectEngine();
  const listed = await docker.listContainers({ all: true, filters: { label: [`${LABEL.run}=${runId}`] } });
  const inspected = await Promise.all(listed.map(({ Id }) => docker.getContainer(Id).inspect()));
  return new Map(inspected.map((info) => [info.Config.Labels['io.kubernetes.container.name'] ?? 'pause', info]));
}
