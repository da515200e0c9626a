import { expect, test } from 'vitest';
import { envoyBootstrap } from './envoy-bootstrap.ts';
import { OSM_PROFILES, type OsmVersion } from './profiles.ts';
import { standaloneBootstrap } from './standalone-bootstrap.ts';

const CERTIFICATES = { certificateChain: 'CHAIN', privateKey: 'KEY', trustedCA: 'CA' };

function original(version: OsmVersion = '1.1') {
  return envoyBootstrap({
    profile: OSM_PROFILES[version],
    nodeId: 'node-1',
    osmNamespace: 'osm-system',
    certificate: { certificateChain: 'xds', privateKey: 'xds', issuingCA: 'xds' },
    probes: [{ type: 'liveness', container: 'app', kind: 'http', port: 8080, path: '/live', timeoutSeconds: 2 }],
  });
}

const standalone = (version: OsmVersion = '1.1', envoyVersion = '1.40.0', inboundPorts: number[] = [8080]) =>
  standaloneBootstrap(original(version), { envoyVersion, certificates: CERTIFICATES, inboundPorts });

test('no control plane is left in it, the rest of the injector is', () => {
  const before = original();
  const after = standaloneBootstrap(before, {
    envoyVersion: '1.40.0',
    certificates: CERTIFICATES,
    inboundPorts: [8080],
  });
  expect(JSON.stringify(after)).not.toContain('osm-controller');
  expect(after).not.toHaveProperty('dynamic_resources');
  expect(after.node).toEqual({ id: 'node-1' });
  expect(after.admin).toEqual(before.admin);
  expect(after.static_resources.clusters[0]).toEqual(before.static_resources.clusters[1]);
  expect(before).toEqual(original());
});

test.each([
  ['1.40.0', true],
  ['v1.22.2', true],
  ['1.19.3', false],
])('Envoy %s: the router is typed: %s', (envoyVersion, typed) => {
  expect(JSON.stringify(standalone('1.1', envoyVersion)).includes('filters.http.router.v3.Router')).toBe(typed);
});

test("15003 lets in TLS with the mesh's ALPN and a client certificate only, for each port", () => {
  const listener = standalone('1.1', '1.40.0', [8080, 9090]).static_resources.listeners?.find(
    (candidate) => candidate.address.socket_address.port_value === 15003,
  );
  expect(listener?.filter_chains?.map((chain) => chain.filter_chain_match)).toEqual([
    { destination_port: 8080, transport_protocol: 'tls', application_protocols: ['osm'] },
    { destination_port: 9090, transport_protocol: 'tls', application_protocols: ['osm'] },
  ]);
  for (const chain of listener?.filter_chains ?? []) {
    expect(chain.transport_socket?.typed_config).toMatchObject({
      require_client_certificate: true,
      common_tls_context: {
        tls_certificates: [{ private_key: { inline_bytes: btoa('KEY') } }],
        validation_context: { trusted_ca: { inline_string: 'CA' } },
      },
    });
  }
});

test('without a port the listener is there and leads nowhere', () => {
  const { clusters, listeners } = standalone('1.1', '1.40.0', []).static_resources;
  expect(listeners?.map((listener) => listener.address.socket_address.port_value)).toEqual([15901, 15003, 15001]);
  expect(clusters.map((cluster) => cluster.name)).toEqual(['liveness_cluster', 'local-none', 'passthrough-outbound']);
});

test('a standalone bootstrap made standalone once more is the same', () => {
  const once = standalone();
  expect(
    standaloneBootstrap(once, { envoyVersion: '1.40.0', certificates: CERTIFICATES, inboundPorts: [8080] }),
  ).toEqual(once);
});
