import { describe, expect, it } from 'vitest';
import type { Pod, Service } from '../../sim/kube/objects.ts';
import { effectiveMeshConfig } from '../../sim/mesh/osm/mesh-config.ts';
import { proxyResources } from '../../sim/mesh/osm/xds/proxy-resources.ts';
import { encodeResource } from './encode-resource.ts';
import { envoyProtos } from './envoy-protos.ts';

const metadata = { name: 'bookstore', namespace: 'bookstore', uid: '1', resourceVersion: '1', creationTimestamp: '' };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, labels: { app: 'bookstore' }, annotations: { 'prometheus.io/scrape': 'true' } },
  spec: { serviceAccountName: 'bookstore', containers: [] },
  status: {},
} as unknown as Pod;
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata,
  spec: {
    clusterIP: '10.96.0.9',
    selector: { app: 'bookstore' },
    ports: [
      { name: 'web', port: 80, targetPort: 14001 },
      { name: 'tcp-db', port: 5432 },
    ],
  },
} as unknown as Service;
const account = { kind: 'ServiceAccount', name: 'bookstore', namespace: 'bookstore' };
const trafficTarget = {
  apiVersion: 'access.smi-spec.io/v1alpha3',
  kind: 'TrafficTarget',
  metadata,
  spec: {
    destination: account,
    sources: [account],
    rules: [
      { kind: 'TCPRoute', name: 'bookstore' },
      { kind: 'HTTPRouteGroup', name: 'bookstore', matches: ['all'] },
    ],
  },
};
const tcpRoute = { ...trafficTarget, kind: 'TCPRoute', spec: { matches: { ports: [5432] } } };
const group = { ...trafficTarget, kind: 'HTTPRouteGroup', spec: { matches: [{ name: 'all', pathRegex: '.*' }] } };

const resources = (enablePermissiveTrafficPolicyMode: boolean) =>
  proxyResources(
    {
      meshConfig: effectiveMeshConfig({
        spec: {
          sidecar: { cipherSuites: ['ECDHE-ECDSA-AES128-GCM-SHA256'] },
          traffic: { enableEgress: true, enablePermissiveTrafficPolicyMode },
        },
      }),
      monitored: new Set(['bookstore']),
      services: [service],
      endpointSlices: [],
      pods: [pod],
      trafficTargets: [trafficTarget],
      httpRouteGroups: [group],
      tcpRoutes: [tcpRoute],
      trafficSplits: [],
    },
    pod,
    { certificateChain: 'chain', privateKey: 'key', issuingCA: 'ca' },
  );

describe('what the control plane makes', () => {
  it.each([[true], [false]])('fits Envoy’s API, field by field (permissive: %s)', (permissive) => {
    const all = Object.values(resources(permissive)).flat();
    expect(all.length).toBeGreaterThan(10);
    for (const resource of all) {
      const url = resource['@type'];
      const type = envoyProtos().lookupType(url.slice(url.lastIndexOf('/') + 1));
      const bytes = Buffer.from(encodeResource(resource), 'base64');
      const read = type.toObject(type.decode(bytes), { enums: String, bytes: String });
      expect(read.name ?? read.cluster_name).toBe(resource.name ?? resource.cluster_name);
      expect(Object.keys(read).sort()).toEqual(
        Object.keys(resource)
          .filter((key) => key !== '@type')
          .sort(),
      );
    }
  });
});

describe('proto3’s JSON form', () => {
  const encode = (type: string, fields: object) => () =>
    encodeResource({ '@type': `type.googleapis.com/${type}`, ...fields });

  it('has durations, wrappers, any and maps of its own', () => {
    const type = envoyProtos().lookupType('envoy.config.cluster.v3.Cluster');
    const router = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' };
    const bytes = encode('envoy.config.cluster.v3.Cluster', {
      name: 'a',
      connect_timeout: '1.25s',
      per_connection_buffer_limit_bytes: 7,
      typed_extension_protocol_options: { x: router },
    })();
    expect(type.toObject(type.decode(Buffer.from(bytes, 'base64')), { longs: Number, bytes: String })).toEqual({
      name: 'a',
      connect_timeout: { seconds: 1, nanos: 250_000_000 },
      per_connection_buffer_limit_bytes: { value: 7 },
      typed_extension_protocol_options: { x: { type_url: router['@type'], value: '' } },
    });
  });

  it.each([
    [{ nam: 'a' }, 'has no field "nam"'],
    [{ type: 'NOWHERE' }, 'has no value "NOWHERE"'],
    [{ connect_timeout: '1 minute' }, '"1 minute" is no duration'],
  ])('%j is refused', (fields, message) => {
    expect(encode('envoy.config.cluster.v3.Cluster', fields)).toThrow(message);
  });
});
