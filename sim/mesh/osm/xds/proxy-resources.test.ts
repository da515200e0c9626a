import { describe, expect, it } from 'vitest';
import type { EndpointSlice, KubeObject, Pod, Service } from '../../../kube/objects.ts';
import { effectiveMeshConfig, type MeshConfigTraffic } from '../mesh-config.ts';
import type { MeshView } from './mesh-view.ts';
import { proxyResources } from './proxy-resources.ts';
import { XDS_TYPES, type XdsResource } from './resource.ts';

const meta = (name: string, namespace: string, more = {}) => ({
  name,
  namespace,
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '',
  ...more,
});
const pod = (name: string, more = {}): Pod =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: meta(name, name, { labels: { app: name }, ...more }),
    spec: { serviceAccountName: name, containers: [] },
    status: {},
  }) as unknown as Pod;
const service = (name: string, ports: object[], clusterIP = '10.96.0.20'): Service =>
  ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(name, 'bookstore'),
    spec: { clusterIP, ports, selector: { app: 'bookstore' } },
  }) as unknown as Service;
const slice = (name: string, ...ips: string[]): EndpointSlice =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta(`${name}-1`, 'bookstore', { labels: { 'kubernetes.io/service-name': name } }),
    ports: [{ name: 'web', port: 14001 }],
    endpoints: [
      ...ips.map((ip) => ({ addresses: [ip], conditions: { ready: true } })),
      { addresses: ['10.244.0.99'], conditions: { ready: false } },
    ],
  }) as unknown as EndpointSlice;
const target = (sources: string[], rules: object[] = []): KubeObject => ({
  apiVersion: 'access.smi-spec.io/v1alpha3',
  kind: 'TrafficTarget',
  metadata: meta('books', 'bookstore'),
  spec: {
    destination: { kind: 'ServiceAccount', name: 'bookstore', namespace: 'bookstore' },
    sources: sources.map((name) => ({ kind: 'ServiceAccount', name, namespace: name })),
    rules,
  },
});
const group: KubeObject = {
  apiVersion: 'specs.smi-spec.io/v1alpha4',
  kind: 'HTTPRouteGroup',
  metadata: meta('routes', 'bookstore'),
  spec: { matches: [{ name: 'buy', pathRegex: '/buy', methods: ['GET', 'POST'], headers: { 'x-club': 'y.*' } }] },
};

function view(traffic: MeshConfigTraffic, more: Partial<MeshView> = {}): MeshView {
  return {
    meshConfig: effectiveMeshConfig({ spec: { traffic } }),
    monitored: new Set(['bookstore', 'bookbuyer']),
    services: [service('bookstore', [{ name: 'web', port: 80, targetPort: 14001 }])],
    endpointSlices: [slice('bookstore', '10.244.0.5', '10.244.0.4')],
    pods: [pod('bookstore'), pod('bookbuyer')],
    trafficTargets: [],
    httpRouteGroups: [],
    tcpRoutes: [],
    trafficSplits: [],
    ...more,
  };
}

const CERTIFICATE = { certificateChain: 'chain', privateKey: 'key', issuingCA: 'ca' };
const PERMISSIVE = { enablePermissiveTrafficPolicyMode: true };
type Loose = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: resources are read as the JSON they are.
type Any = any;

function of(state: MeshView, name: string, more = {}) {
  const all = proxyResources(state, pod(name, more), CERTIFICATE);
  const named = (type: keyof typeof XDS_TYPES): Record<string, Any> =>
    Object.fromEntries(
      all[XDS_TYPES[type]].map((one: XdsResource) => [String(one.name ?? (one as Loose).cluster_name), one]),
    );
  return {
    listeners: named('listeners'),
    clusters: named('clusters'),
    endpoints: named('endpoints'),
    routes: named('routes'),
    secrets: named('secrets'),
  };
}

describe('permissive mode', () => {
  it('lets the caller reach every service at its address, by mutual TLS with the service’s name', () => {
    const { listeners, clusters, endpoints, routes } = of(view(PERMISSIVE), 'bookbuyer');
    expect(Object.keys(listeners)).toEqual(['outbound-listener']);
    const [chain] = listeners['outbound-listener'].filter_chains;
    expect(chain).toMatchObject({
      name: 'outbound-mesh-http-filter-chain:outbound_bookstore/bookstore_80_http',
      filter_chain_match: { destination_port: 80, prefix_ranges: [{ address_prefix: '10.96.0.20', prefix_len: 32 }] },
    });
    const cluster = clusters['bookstore/bookstore|14001'];
    expect(cluster).toMatchObject({ type: 'EDS' });
    expect(cluster.transport_socket.typed_config).toMatchObject({
      sni: 'bookstore.bookstore.svc.cluster.local',
      common_tls_context: {
        alpn_protocols: ['osm'],
        tls_certificate_sds_secret_configs: [{ name: 'service-cert:bookbuyer/bookbuyer' }],
        validation_context_sds_secret_config: { name: 'root-cert-for-mtls-outbound:bookstore/bookstore' },
      },
    });
    const hosts = endpoints['bookstore/bookstore|14001'].endpoints[0].lb_endpoints;
    expect(hosts).toEqual([
      { endpoint: { address: { socket_address: { address: '10.244.0.4', port_value: 14001 } } } },
      { endpoint: { address: { socket_address: { address: '10.244.0.5', port_value: 14001 } } } },
    ]);
    expect(routes['rds-outbound.80'].virtual_hosts[0].domains).toEqual([
      'bookstore.bookstore',
      'bookstore.bookstore:80',
      'bookstore.bookstore.svc',
      'bookstore.bookstore.svc:80',
      'bookstore.bookstore.svc.cluster',
      'bookstore.bookstore.svc.cluster:80',
      'bookstore.bookstore.svc.cluster.local',
      'bookstore.bookstore.svc.cluster.local:80',
    ]);
  });

  it('opens the service’s target port to proxies of the mesh only', () => {
    const { listeners, clusters, secrets, routes } = of(view(PERMISSIVE), 'bookstore');
    const { filter_chains: chains, listener_filters: filters } = listeners['inbound-listener'];
    expect(filters.map(({ name }: Any) => name)).toEqual([
      'envoy.filters.listener.tls_inspector',
      'envoy.filters.listener.original_dst',
    ]);
    expect(chains).toHaveLength(1);
    expect(chains[0]).toMatchObject({
      name: 'inbound-mesh-http-filter-chain:bookstore/bookstore:14001',
      filter_chain_match: {
        destination_port: 14001,
        server_names: ['bookstore.bookstore.svc.cluster.local'],
        transport_protocol: 'tls',
        application_protocols: ['osm'],
      },
    });
    expect(chains[0].filters).toHaveLength(1);
    expect(chains[0].transport_socket.typed_config.require_client_certificate).toBe(true);
    expect(clusters['bookstore/bookstore|14001|local'].load_assignment.endpoints[0].lb_endpoints).toHaveLength(1);
    expect(secrets['root-cert-for-mtls-inbound:bookstore/bookstore'].validation_context).toEqual({
      trusted_ca: { inline_bytes: btoa('ca') },
    });
    const [route] = routes['rds-inbound.14001'].virtual_hosts[0].routes;
    expect(route.typed_per_filter_config['envoy.filters.http.rbac'].rbac.rules.policies['rbac-for-route']).toEqual({
      permissions: [{ any: true }],
      principals: [{ any: true }],
    });
  });
});

describe('policies of SMI', () => {
  it('without any: nobody may call, and the caller has no listener', () => {
    const caller = of(view({}), 'bookbuyer');
    expect(caller.listeners).toEqual({});
    expect(caller.clusters).toEqual({});
    const [chain] = of(view({}), 'bookstore').listeners['inbound-listener'].filter_chains;
    expect(chain.filters[0]).toMatchObject({
      name: 'envoy.filters.network.rbac',
      typed_config: { rules: { policies: {} } },
    });
  });

  it('let in by certificate, path, method and header', () => {
    const rules = [{ kind: 'HTTPRouteGroup', name: 'routes', matches: ['buy'] }];
    const state = view({}, { trafficTargets: [target(['bookbuyer'], rules)], httpRouteGroups: [group] });
    expect(Object.keys(of(state, 'bookbuyer').clusters)).toEqual(['bookstore/bookstore|14001']);
    expect(
      of(state, 'bookbuyer').secrets['root-cert-for-mtls-outbound:bookstore/bookstore'].validation_context,
    ).toMatchObject({
      match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: 'bookstore.bookstore.cluster.local' } }],
    });
    const { listeners, routes } = of(state, 'bookstore');
    const principal = { authenticated: { principal_name: { exact: 'bookbuyer.bookbuyer.cluster.local' } } };
    expect(listeners['inbound-listener'].filter_chains[0].filters[0].typed_config.rules.policies).toEqual({
      'bookstore/books': { permissions: [{ any: true }], principals: [principal] },
    });
    const all = routes['rds-inbound.14001'].virtual_hosts[0].routes;
    expect(all.map((route: Any) => route.match)).toEqual(
      ['GET', 'POST'].map((method) => ({
        safe_regex: { regex: '/buy' },
        headers: [
          { name: ':method', safe_regex_match: { regex: method } },
          { name: 'x-club', safe_regex_match: { regex: 'y.*' } },
        ],
      })),
    );
  });

  it('split a service by weight among its backends', () => {
    const services = ['bookstore', 'bookstore-v1', 'bookstore-v2'].map((name, i) =>
      service(name, [{ name: 'web', port: 80, targetPort: 14001 + i }], `10.96.0.${20 + i}`),
    );
    const split: KubeObject = {
      apiVersion: 'split.smi-spec.io/v1alpha2',
      kind: 'TrafficSplit',
      metadata: meta('split', 'bookstore'),
      spec: {
        service: 'bookstore.bookstore',
        backends: [
          { service: 'bookstore-v1', weight: 90 },
          { service: 'bookstore-v2', weight: 10 },
        ],
      },
    };
    const { routes } = of(view(PERMISSIVE, { services, trafficSplits: [split] }), 'bookbuyer');
    const host = routes['rds-outbound.80'].virtual_hosts.find(({ name }: Any) =>
      name.endsWith('|bookstore.bookstore.svc.cluster.local'),
    );
    expect(host.routes[0].route.timeout).toBe('0s');
    expect(host.routes[0].route.weighted_clusters.clusters).toEqual([
      { name: 'bookstore/bookstore-v1|14002', weight: 90 },
      { name: 'bookstore/bookstore-v2|14003', weight: 10 },
    ]);
  });
});

describe('other parts of a proxy', () => {
  it('are its metrics, if the pod is to be scraped', () => {
    const { listeners, clusters } = of(view(PERMISSIVE), 'bookbuyer', {
      annotations: { 'prometheus.io/scrape': 'true' },
    });
    expect(listeners['inbound-prometheus-listener'].address.socket_address.port_value).toBe(15010);
    expect(clusters).toHaveProperty('envoy-metrics-cluster');
  });

  it('are egress to wherever, if the mesh allows it', () => {
    const { listeners, clusters } = of(view({ enableEgress: true }), 'bookbuyer');
    expect(listeners['outbound-listener'].default_filter_chain.name).toBe('outbound-egress-filter-chain');
    expect(clusters['passthrough-outbound'].type).toBe('ORIGINAL_DST');
  });

  it.each([
    ['tcp-database', undefined, 'tcp'],
    ['database', 'tcp', 'tcp'],
    ['grpc-api', undefined, 'http'],
  ])('are TCP proxies for a port %s (%s)', (name, appProtocol, kind) => {
    const services = [service('bookstore', [{ name, appProtocol, port: 80, targetPort: 14001 }])];
    const [chain] = of(view(PERMISSIVE, { services }), 'bookstore').listeners['inbound-listener'].filter_chains;
    expect(chain.name).toBe(`inbound-mesh-${kind}-filter-chain:bookstore/bookstore:14001`);
  });

  it('are one chain where two services’ names lead to one address and port', () => {
    const port = { name: 'web', port: 80, targetPort: 14001 };
    const services = [service('bookstore', [port]), service('second', [port], '10.96.0.21')];
    const { listeners, routes } = of(view(PERMISSIVE, { services, serviceAddress: '10.244.0.1' }), 'bookbuyer');
    expect(listeners['outbound-listener'].filter_chains).toHaveLength(1);
    expect(routes['rds-outbound.80'].virtual_hosts).toHaveLength(2);
  });
});
