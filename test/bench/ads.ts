import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEngine } from '../../containers/docker/engine.ts';
import { createCertificateAuthority } from '../../containers/osm/certificate-authority.ts';
import { encodeResource } from '../../containers/osm/encode-resource.ts';
import { listenAds } from '../../containers/program-host/ads.ts';
import type { EndpointSlice, Pod, Service } from '../../sim/kube/objects.ts';
import { envoyBootstrap, proxyCommonName } from '../../sim/mesh/osm/envoy-bootstrap.ts';
import type { EnvoyBootstrap } from '../../sim/mesh/osm/envoy-objects.ts';
import { effectiveMeshConfig } from '../../sim/mesh/osm/mesh-config.ts';
import { OSM_PROFILES } from '../../sim/mesh/osm/profiles.ts';
import { proxyResources } from '../../sim/mesh/osm/xds/proxy-resources.ts';
import { resourceName, XDS_TYPES } from '../../sim/mesh/osm/xds/resource.ts';
import type { AdsStream } from '../../sim/programs/ads.ts';
import { AdsServer } from '../../sim/programs/osm/ads-server.ts';
import { type Figure, medianOf } from './figure.ts';

const ROUNDS = 5;
const SERVICES = 20;
const GIVEN_UP_MS = 20_000;
const UUID = '4d6b2f0e-0000-4000-8000-000000000000';
const NAME = proxyCommonName(UUID, 'bookstore', 'bookstore');

/** ms from a real Envoy's stream to its having taken clusters, endpoints, listeners, routes and secrets. */
export async function adsFigures(): Promise<Figure[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await firstConfiguration());
  const name = `Envoy's first configuration over ADS, ${SERVICES} services`;
  return [{ name, ...medianOf(times), unit: 'ms', budget: 300 }];
}

async function firstConfiguration(): Promise<number> {
  const { docker } = await connectEngine();
  const gateway = (await docker.getNetwork('bridge').inspect()).IPAM?.Config?.[0]?.Gateway ?? '172.17.0.1';
  const authority = createCertificateAuthority();
  const issue = (name: string) => authority.issue(name, Date.now() + 3_600_000);
  const own = issue('ads');
  const tls = { cert: own.certificateChain, key: own.privateKey, ca: own.issuingCA };
  const server = discovery(issue('bookstore.bookstore.cluster.local'));
  const directory = mkdtempSync(join(tmpdir(), 'probelab-bench-'));
  const port = await freePort();
  let taken: (ms: number) => void = () => {};
  const done = new Promise<number>((resolve, reject) => {
    taken = resolve;
    setTimeout(() => reject(new Error('Envoy did not take its configuration')), GIVEN_UP_MS).unref();
  });
  const listener = listenAds({ port, tls }, { onStream: (stream) => server.accept(watched(stream, taken)) });
  writeFileSync(join(directory, 'bootstrap.yaml'), JSON.stringify(bootstrapAt(gateway, port, issue(NAME))));
  const container = await docker.createContainer({
    Image: 'envoyproxy/envoy:v1.40.0',
    Cmd: ['--config-path', '/etc/envoy/bootstrap.yaml', '--service-cluster', 'bookstore', '--log-level', 'error'],
    HostConfig: { Binds: [`${directory}:/etc/envoy:ro`], AutoRemove: true },
    User: '0',
  });
  try {
    await container.start();
    return await done;
  } finally {
    await container.remove({ force: true }).catch(() => {});
    listener.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The stream, with an eye on what the proxy acknowledges. */
function watched(stream: AdsStream, taken: (ms: number) => void): AdsStream {
  const startedAt = performance.now();
  const missing = new Set<string>(Object.values(XDS_TYPES));
  return {
    commonName: stream.commonName,
    remoteAddress: stream.remoteAddress,
    onClose: (handler) => stream.onClose(handler),
    send: (response) => stream.send(response),
    fail: (code, message) => stream.fail(code, message),
    onRequest: (handler) =>
      stream.onRequest((request) => {
        if (request.response_nonce !== '' && request.error_detail === undefined) missing.delete(request.type_url);
        if (missing.size === 0) taken(performance.now() - startedAt);
        handler(request);
      }),
  };
}

/** OSM's own bootstrap, with another address for osm-controller. */
function bootstrapAt(address: string, port: number, certificate: Certificate): EnvoyBootstrap {
  const bootstrap = envoyBootstrap({
    profile: OSM_PROFILES['1.1'],
    nodeId: NAME,
    osmNamespace: 'osm-system',
    certificate,
    probes: [],
  });
  const text = JSON.stringify(bootstrap)
    .replaceAll('osm-controller.osm-system.svc.cluster.local', address)
    .replaceAll('15128', String(port));
  return JSON.parse(text) as EnvoyBootstrap;
}

type Certificate = { certificateChain: string; privateKey: string; issuingCA: string };

function discovery(certificate: Certificate): AdsServer {
  const clock = {
    now: () => performance.now(),
    epochMs: performance.timeOrigin,
    setTimeout: () => ({ due: 0 }),
    clearTimeout: () => {},
  };
  const server = new AdsServer({ clock }, (_level, _component, _at, message) => console.error(message));
  const snapshot = Object.entries(proxyResources(mesh(), POD, certificate)).map(([type, all]) => [
    type,
    all.map((resource) => ({ name: resourceName(resource), resource: encodeResource(resource) })),
  ]);
  server.update({ [NAME]: Object.fromEntries(snapshot) });
  return server;
}

const meta = (name: string) => ({
  name,
  namespace: 'bookstore',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '',
});
const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...meta('bookstore'), labels: { app: 'service-0' } },
  spec: { serviceAccountName: 'bookstore', containers: [] },
  status: {},
} as unknown as Pod;

function mesh() {
  const names = Array.from({ length: SERVICES }, (_, i) => `service-${i}`);
  const services = names.map((name, i) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name),
    spec: {
      clusterIP: `10.96.1.${i + 1}`,
      ports: [{ name: 'web', port: 80, targetPort: 14001 }],
      selector: { app: name },
    },
  }));
  const slices = names.map((name, i) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { ...meta(`${name}-1`), labels: { 'kubernetes.io/service-name': name } },
    ports: [{ name: 'web', port: 14001 }],
    endpoints: [{ addresses: [`10.244.9.${i + 1}`], conditions: { ready: true } }],
  }));
  return {
    meshConfig: effectiveMeshConfig({ spec: { traffic: { enablePermissiveTrafficPolicyMode: true } } }),
    monitored: new Set(['bookstore']),
    services: services as unknown as Service[],
    endpointSlices: slices as unknown as EndpointSlice[],
    pods: [POD],
    trafficTargets: [],
    httpRouteGroups: [],
    tcpRoutes: [],
    trafficSplits: [],
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
