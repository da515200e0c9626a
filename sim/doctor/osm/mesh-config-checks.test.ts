import { describe, expect, it, vi } from 'vitest';
import { find, findings, meshedRun, remove } from '../../../test/doctor/meshed-run.ts';
import { ClusterView } from '../cluster-view.ts';
import { findMeshes } from './mesh.ts';
import { meshConfigKeys } from './mesh-config-keys.ts';

// Whole labs are played: a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });

/** The findings of a faultless run whose MeshConfig is changed. */
// biome-ignore lint/suspicious/noExplicitAny: it is broken in ways that its type forbids.
async function findingsAfter(change: (spec: any) => void): Promise<string[]> {
  const input = await meshedRun();
  change(find(input, 'MeshConfig', 'osm-mesh-config').spec);
  return findings(input);
}

describe('MeshConfig', () => {
  it('is not there', async () => {
    const input = await meshedRun();
    remove(input, 'MeshConfig', 'osm-mesh-config');
    expect(findings(input)).toEqual([
      expect.stringContaining('Failure mesh-config: MeshConfig "osm-mesh-config" not found in namespace "osm-system"'),
    ]);
  });

  it('another value than the default is a warning that says how to get the default back', async () => {
    const found = await findingsAfter((spec) => {
      spec.traffic.enableEgress = true;
    });
    expect(found).toEqual([
      expect.stringMatching(/^Warning mesh-config-key: spec.traffic.enableEgress is true, by default false/),
    ]);
  });

  it.each([
    ['spec.featureFlags.enableWASMStats', 'true', 'must be true or false, without quotes'],
    ['spec.sidecar.maxDataPlaneConnections', 'error', 'must be a whole number, without quotes'],
    ['spec.sidecar.logLevel', 'loud', 'must be one of trace'],
    ['spec.sidecar.localProxyMode', 'podip', 'must be one of Localhost, PodIP'],
    ['spec.sidecar.configResyncInterval', '30', 'must be a duration such as 24h'],
    ['spec.traffic.outboundPortExclusionList', [6379, '8080'], 'must be a list of whole numbers'],
    ['spec.traffic.inboundPortExclusionList', [70000], 'must be ports, 1 to 65535'],
    ['spec.traffic.outboundIPRangeExclusionList', ['10.0.0.0'], 'must be IP ranges'],
    ['spec.observability.tracing.port', 0, 'must be a port'],
  ])('%s: %j is wrong', async (path, value, text) => {
    const found = await findingsAfter((spec) => {
      const steps = path.split('.').slice(1);
      const last = steps.pop() as string;
      steps.reduce((at, step) => at[step], spec)[last] = value;
    });
    expect(found).toEqual([
      expect.stringContaining(`Failure mesh-config-key: ${path} is ${JSON.stringify(value)}: it ${text}`),
    ]);
  });

  it('a slip and a key in the wrong place are found', async () => {
    const found = await findingsAfter((spec) => {
      spec.traffic.enableEgres = true;
      spec.observability.tracing.osmLogLevel = 'info';
    });
    expect(found).toEqual([
      'Failure mesh-config-unknown-key: spec.traffic.enableEgres is not a key of MeshConfig: OSM does not read it',
      'Failure mesh-config-unknown-key: spec.observability.tracing.osmLogLevel is not a key of MeshConfig: OSM does not read it',
    ]);
  });

  it('a section that is no object does not crash', async () => {
    expect(
      await findingsAfter((spec) => {
        spec.traffic = 7;
      }),
    ).toEqual(['Failure mesh-config-unknown-key: spec.traffic must be an object']);
  });

  it('a key that is left out has its default', async () => {
    expect(
      await findingsAfter((spec) => {
        delete spec.sidecar;
      }),
    ).toEqual([]);
  });
});

describe('the add-on of AKS', () => {
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'osm-controller', namespace: 'kube-system', labels: { app: 'osm-controller' } },
  };
  const config = (spec: object) => ({
    apiVersion: 'config.openservicemesh.io/v1alpha1',
    kind: 'MeshConfig',
    metadata: { name: 'osm-mesh-config', namespace: 'kube-system' },
    spec,
  });
  const input = (spec: object) =>
    ({ origin: 'files', objects: [deployment, config(spec)], events: [], logs: [] }) as never;

  it('has the keys and defaults of its page', () => {
    const [mesh] = findMeshes(new ClusterView(input({})), {});
    const keys = Object.fromEntries(meshConfigKeys(mesh as never).map(({ path, byDefault }) => [path, byDefault]));
    expect(keys).toMatchObject({
      'spec.traffic.enableEgress': true,
      'spec.traffic.enablePermissiveTrafficPolicyMode': true,
      'spec.traffic.useHTTPSIngress': false,
      'spec.traffic.outboundPortExclusionList': [],
      'spec.traffic.outboundIPRangeExclusionList': [],
      'spec.traffic.inboundPortExclusionList': [],
      'spec.certificate.serviceCertValidityDuration': '24h',
      'spec.observability.enableDebugServer': true,
      'spec.observability.tracing.enable': false,
      'spec.observability.tracing.address': 'jaeger.kube-system.svc.cluster.local',
      'spec.observability.tracing.endpoint': '/api/v2/spans',
      'spec.observability.tracing.port': 9411,
      'spec.observability.osmLogLevel': 'info',
      'spec.sidecar.enablePrivilegedInitContainer': false,
      'spec.sidecar.logLevel': 'error',
      'spec.sidecar.maxDataPlaneConnections': 0,
      'spec.sidecar.envoyImage': 'oss/envoyproxy/envoy:v1.19.1',
      'spec.sidecar.initContainerImage': 'oss/openservicemesh/init:v0.11.1',
      'spec.sidecar.configResyncInterval': '0s',
      'spec.featureFlags.enableWASMStats': true,
      'spec.featureFlags.enableEgressPolicy': true,
      'spec.featureFlags.enableMulticlusterMode': false,
      'spec.featureFlags.enableSnapshotCacheMode': false,
      'spec.featureFlags.enableAsyncProxyServiceMapping': false,
      'spec.featureFlags.enableIngressBackendPolicy': true,
      'spec.featureFlags.enableEnvoyActiveHealthChecks': false,
    });
  });

  it('finds nothing in the MeshConfig that its page shows', () => {
    const spec = {
      certificate: { serviceCertValidityDuration: '24h' },
      featureFlags: { enableEgressPolicy: true, enableMulticlusterMode: false, enableWASMStats: true },
      observability: {
        enableDebugServer: true,
        osmLogLevel: 'info',
        tracing: {
          address: 'jaeger.kube-system.svc.cluster.local',
          enable: false,
          endpoint: '/api/v2/spans',
          port: 9411,
        },
      },
      sidecar: {
        configResyncInterval: '0s',
        enablePrivilegedInitContainer: false,
        envoyImage: 'mcr.azk8s.cn/oss/envoyproxy/envoy:v1.18.3',
        initContainerImage: 'mcr.azk8s.cn/oss/openservicemesh/init:v0.9.1',
        logLevel: 'error',
        maxDataPlaneConnections: 0,
        resources: {},
      },
      traffic: {
        enableEgress: true,
        enablePermissiveTrafficPolicyMode: true,
        inboundExternalAuthorization: {
          enable: false,
          failureModeAllow: false,
          statPrefix: 'inboundExtAuthz',
          timeout: '1s',
        },
        useHTTPSIngress: false,
      },
    };
    expect(findings(input(spec)).filter((text) => text.includes('mesh-config'))).toEqual([]);
    const other = findings(input({ ...spec, traffic: { enableEgress: false } }));
    expect(other.filter((text) => text.includes('mesh-config'))).toEqual([
      expect.stringContaining('Warning mesh-config-key: spec.traffic.enableEgress is false, by default true'),
    ]);
  });
});
