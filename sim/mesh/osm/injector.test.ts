import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import type { AdmissionRequest } from '../../kube/admission.ts';
import { fromBase64 } from '../../kube/base64.ts';
import type { BootstrapSecret } from './bootstrap-secret.ts';
import type { EnvoyBootstrap } from './envoy-objects.ts';
import { createOsmInjector, type OsmInjectorOptions, type OsmLogEntry } from './injector.ts';

const UID = '705ab4f5-6393-11e8-b7cc-42010a800002';

function request(
  spec: object = {},
  annotations: Record<string, string> = {},
  more: Partial<AdmissionRequest> = {},
): AdmissionRequest {
  const meta = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  const labels = { 'openservicemesh.io/monitored-by': 'osm' };
  const onNamespace = { 'openservicemesh.io/sidecar-injection': 'enabled' };
  const container = { name: 'bookstore', livenessProbe: { httpGet: { path: '/liveness', port: 14001 } } };
  return {
    uid: UID,
    operation: 'CREATE',
    namespace: 'shop',
    namespaceObject: {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { ...meta, name: 'shop', labels, annotations: onNamespace },
    },
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...meta, name: 'p', namespace: 'shop', annotations },
      spec: { containers: [container], ...spec },
    },
    dryRun: false,
    ...more,
  };
}

function lab(options: Partial<OsmInjectorOptions> = {}) {
  const secrets: BootstrapSecret[] = [];
  const log: OsmLogEntry[] = [];
  const injector = createOsmInjector({
    random: new Random(7),
    createSecret: (secret) => secrets.push(secret),
    log: (entry) => log.push(entry),
    ...options,
  });
  return { injector, secrets, log };
}

test.each([
  ['1.0', { tls_maximum_protocol_version: 'TLSv1_3', tls_minimum_protocol_version: 'TLSv1_2' }],
  ['1.1', { cipher_suites: ['A'], tls_maximum_protocol_version: 'TLSv1_3', tls_minimum_protocol_version: 'TLSv1_1' }],
  ['1.2', { cipher_suites: ['A'], tls_maximum_protocol_version: 'TLSv1_3', tls_minimum_protocol_version: 'TLSv1_1' }],
] as const)('v%s: TLS towards osm-controller is fixed, or the MeshConfig has its say', (profile, expected) => {
  const sidecar = { tlsMinProtocolVersion: 'TLSv1_1', cipherSuites: ['A'], ecdhCurves: [] };
  const bootstraps: EnvoyBootstrap[] = [];
  const createSecret: OsmInjectorOptions['createSecret'] = (_secret, bootstrap) => bootstraps.push(bootstrap);
  lab({ profile, meshConfig: { spec: { sidecar } }, createSecret }).injector.admit(request());
  expect(bootstraps[0]?.static_resources.clusters[0]).toMatchObject({
    transport_socket: { typed_config: { common_tls_context: { tls_params: expected } } },
  });
});

test('a TLS version that Envoy does not know is left to Envoy', () => {
  const sidecar = { tlsMinProtocolVersion: 'TLS_AUTO', tlsMaxProtocolVersion: 'tlsv1_3' };
  const { injector, secrets } = lab({ meshConfig: { spec: { sidecar } } });
  injector.admit(request());
  expect(fromBase64(secrets[0]?.data['bootstrap.yaml'] ?? '')).toContain('tls_params: {}');
});

test('a pod of a monitored namespace gets its sidecar, and a Secret of the same uuid', () => {
  const { injector, secrets } = lab();
  const answer = injector.admit(request());
  if (!answer.allowed) throw new Error(answer.message);
  const { metadata, spec } = answer.object;
  expect(spec.containers.map((container: { name: string }) => container.name)).toEqual(['bookstore', 'envoy']);
  expect(spec.initContainers[0].name).toBe('osm-init');
  expect(secrets.map((secret) => secret.metadata.name)).toEqual([
    `envoy-bootstrap-config-${metadata.labels?.['osm-proxy-uuid']}`,
  ]);
  expect(spec.volumes.at(-1).secret.secretName).toBe(secrets[0]?.metadata.name);
});

test('the same seed gives the same bytes, the next pod another uuid', () => {
  const { injector, secrets } = lab();
  const first = injector.admit(request());
  const second = injector.admit(request());
  const again = lab();
  expect(JSON.stringify(again.injector.admit(request()))).toBe(JSON.stringify(first));
  expect(again.secrets[0]).toEqual(secrets[0]);
  expect(second).not.toEqual(first);
});

test('the answer holds no null, and the object asked about is not changed', () => {
  const asked = request({ containers: [{ name: 'a', readinessProbe: { grpc: { port: 1 } } }] });
  const before = JSON.stringify(asked);
  expect(JSON.stringify(lab().injector.admit(asked))).not.toContain('null');
  expect(JSON.stringify(asked)).toBe(before);
});

test('what is not injected is the very same object', () => {
  const { injector, secrets } = lab();
  const asked = request({ hostNetwork: true });
  const elsewhere = request({}, {}, { namespaceObject: undefined });
  expect(injector.admit(asked)).toEqual({ allowed: true, object: asked.object });
  for (const one of [asked, elsewhere]) {
    const answer = injector.admit(one);
    expect(answer.allowed && answer.object === one.object).toBe(true);
  }
  expect(secrets).toEqual([]);
});

test('a denial reaches the user as the API server garbles it, its text stands in the log', () => {
  const asked = request({}, { 'openservicemesh.io/sidecar-injection': 'on' });
  const text = 'Invalid annotation value for key "openservicemesh.io/sidecar-injection": on';
  const { injector, log } = lab();
  expect(injector.admit(asked)).toEqual({
    allowed: false,
    message: `Internal error occurred: failed calling webhook "osm-inject.k8s.io": received invalid webhook response: expected response.uid="${UID}", got ""`,
  });
  expect(log).toMatchObject([{ error: text }]);
  expect(lab({ denials: 'intended' }).injector.admit(asked)).toEqual({
    allowed: false,
    message: `admission webhook "osm-inject.k8s.io" denied the request: ${text}`,
  });
});

test('with the injector down pods of meshed namespaces cannot be created, others can', () => {
  const { injector } = lab({ unreachable: () => 'dial tcp 10.96.1.2:9090: connect: connection refused' });
  expect(injector.admit(request())).toEqual({
    allowed: false,
    message:
      'Internal error occurred: failed calling webhook "osm-inject.k8s.io": failed to call webhook: Post "https://osm-injector.osm-system.svc:9090/mutate-pod-creation?timeout=20s": dial tcp 10.96.1.2:9090: connect: connection refused',
  });
  expect(injector.admit(request({}, {}, { namespaceObject: undefined })).allowed).toBe(true);
});

test('a denial after the Secret was made leaves it behind', () => {
  const { injector, secrets } = lab();
  expect(injector.admit(request({}, { 'openservicemesh.io/inbound-port-exclusion-list': 'x' })).allowed).toBe(false);
  expect(secrets).toHaveLength(1);
});

test('a dry run makes no Secret, but the same patch', () => {
  const dry = lab();
  const wet = lab();
  expect(dry.injector.admit(request({}, {}, { dryRun: true }))).toEqual(wet.injector.admit(request()));
  expect(dry.secrets).toEqual([]);
});

test('a named port that does not exist is only logged', () => {
  const { injector, log } = lab();
  const container = { name: 'a', livenessProbe: { httpGet: { port: 'nope' } } };
  expect(injector.admit(request({ containers: [container] })).allowed).toBe(true);
  expect(log).toMatchObject([{ error: 'no matching port' }]);
});

test('of two faults the release decides which is reported: v1.2 reads the metrics annotation first', () => {
  const bad = request({}, { 'openservicemesh.io/outbound-port-exclusion-list': 'x' });
  bad.namespaceObject?.metadata &&
    Object.assign(bad.namespaceObject.metadata.annotations ?? {}, { 'openservicemesh.io/metrics': 'bad' });
  const message = (profile: '1.1' | '1.2') => {
    const answer = lab({ profile, denials: 'intended' }).injector.admit(bad);
    return answer.allowed ? 'allowed' : answer.message;
  };
  expect(message('1.1')).toContain('Invalid port value');
  expect(message('1.2')).toContain('Invalid value specified for annotation "openservicemesh.io/metrics"');
});

test('an object that is no pod is denied in the words of Go', () => {
  const { injector } = lab();
  const namespace = { name: 'shop', monitored: true, annotations: {} };
  expect(injector.mutate({ object: { spec: 'x' }, namespace })).toEqual({
    allowed: false,
    message: 'json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec',
  });
  expect(injector.mutate({ raw: '{', namespace })).toEqual({ allowed: false, message: 'unexpected end of JSON input' });
});
