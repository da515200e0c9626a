import { defaultMeshConfig } from '../../mesh/osm/mesh-config.ts';
import { isRecord } from '../untyped.ts';
import { isBefore, type Mesh } from './mesh.ts';

/** What a key of the MeshConfig must be, and is if nobody changed it. */
export interface MeshConfigKey {
  /** `spec.traffic.enableEgress`. */
  path: string;
  type: 'boolean' | 'string' | 'integer' | 'integers' | 'strings' | 'object';
  /** Undefined: the chart leaves it out. */
  byDefault: unknown;
  /** Says what is wrong with a value of the right type. */
  problem?: (value: never) => string | undefined;
  /** What another value than the default means for probes and traffic. */
  effect?: string;
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic', 'disabled'];
const ENVOY_LOG_LEVELS = ['trace', 'debug', 'info', 'warning', 'warn', 'error', 'critical', 'off'];
const TLS_VERSIONS = ['TLS_AUTO', 'TLSv1_0', 'TLSv1_1', 'TLSv1_2', 'TLSv1_3'];

const oneOf = (values: readonly (string | number)[]) => (value: string | number) =>
  values.includes(value) ? undefined : `must be one of ${values.join(', ')}`;
const duration = (value: string) =>
  /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(value) ? undefined : 'must be a duration such as 24h';
const port = (value: number) => (value >= 1 && value <= 65_535 ? undefined : 'must be a port, 1 to 65535');
const ports = (values: readonly number[]) =>
  values.every((value) => port(value) === undefined) ? undefined : 'must be ports, 1 to 65535';
const ranges = (values: readonly string[]) =>
  values.every(
    (value) => /^\d{1,3}(\.\d{1,3}){3}\/([0-9]|[12]\d|3[0-2])$/.test(value) || /^[0-9a-f:]+\/\d+$/i.test(value),
  )
    ? undefined
    : 'must be IP ranges such as 10.0.0.0/8';
const notNegative = (value: number) => (value >= 0 ? undefined : 'must not be negative');

const PROBLEMS: Readonly<Record<string, MeshConfigKey['problem']>> = {
  'spec.sidecar.logLevel': oneOf(ENVOY_LOG_LEVELS),
  'spec.sidecar.maxDataPlaneConnections': notNegative,
  'spec.sidecar.configResyncInterval': duration,
  'spec.sidecar.localProxyMode': oneOf(['Localhost', 'PodIP']),
  'spec.sidecar.tlsMinProtocolVersion': oneOf(TLS_VERSIONS),
  'spec.sidecar.tlsMaxProtocolVersion': oneOf(TLS_VERSIONS),
  'spec.traffic.outboundPortExclusionList': ports,
  'spec.traffic.inboundPortExclusionList': ports,
  'spec.traffic.outboundIPRangeExclusionList': ranges,
  'spec.traffic.outboundIPRangeInclusionList': ranges,
  'spec.observability.osmLogLevel': oneOf(LOG_LEVELS),
  'spec.observability.tracing.port': port,
  'spec.certificate.serviceCertValidityDuration': duration,
  'spec.certificate.certKeyBitSize': oneOf([2048, 3072, 4096]),
};

const EFFECTS: Readonly<Record<string, string>> = {
  'spec.traffic.enableEgress':
    'calls to hosts outside the mesh are refused unless a policy allows them when it is false',
  'spec.traffic.enablePermissiveTrafficPolicyMode':
    'when it is false only traffic that a TrafficTarget allows passes; probes are not concerned',
  'spec.traffic.inboundPortExclusionList':
    'these ports are reached without the mesh; rewritten probes are not concerned',
  'spec.sidecar.localProxyMode':
    'PodIP: Envoy reaches apps at the pod IP; osm-healthcheck still dials 127.0.0.1 (tcpSocket probes: 404)',
  'spec.sidecar.enablePrivilegedInitContainer': 'osm-init runs privileged',
  'spec.sidecar.maxDataPlaneConnections': 'pods beyond this number get no configuration',
};

const TYPES_WITHOUT_DEFAULT: Readonly<Record<string, MeshConfigKey['type']>> = {
  'spec.sidecar.envoyImage': 'string',
  'spec.sidecar.envoyWindowsImage': 'string',
  'spec.sidecar.initContainerImage': 'string',
  'spec.sidecar.cipherSuites': 'strings',
  'spec.sidecar.ecdhCurves': 'strings',
  'spec.traffic.inboundExternalAuthorization': 'object',
};

/** The add-on's images, without their registry, which differs between clouds. */
const AKS_IMAGES: Readonly<Record<string, string>> = {
  'spec.sidecar.envoyImage': 'oss/envoyproxy/envoy:v1.19.1',
  'spec.sidecar.initContainerImage': 'oss/openservicemesh/init:v0.11.1',
};

/** Every key that a mesh's configuration may have, with its default. */
export function meshConfigKeys(mesh: Mesh): MeshConfigKey[] {
  const keys = flatten('spec', defaultMeshConfig(mesh.flavour));
  const tracing = `jaeger.${mesh.namespace}.svc.cluster.local`;
  keys.push({ path: 'spec.observability.tracing.address', type: 'string', byDefault: tracing });
  if (mesh.flavour === 'aks' || isBefore(mesh.release, 1, 0)) {
    keys.push({ path: 'spec.traffic.useHTTPSIngress', type: 'boolean', byDefault: false });
  }
  if (mesh.flavour === 'aks') {
    for (const path of ['spec.sidecar.tlsMinProtocolVersion', 'spec.sidecar.tlsMaxProtocolVersion']) {
      keys.push({
        path,
        type: 'string',
        byDefault: undefined,
        problem: oneOf(TLS_VERSIONS) as MeshConfigKey['problem'],
      });
    }
    const modes = oneOf(['Localhost', 'PodIP']) as MeshConfigKey['problem'];
    keys.push({ path: 'spec.sidecar.localProxyMode', type: 'string', byDefault: undefined, problem: modes });
    keys.push({ path: 'spec.certificate.certKeyBitSize', type: 'integer', byDefault: undefined });
  }
  for (const [path, type] of Object.entries(TYPES_WITHOUT_DEFAULT)) {
    keys.push({ path, type, byDefault: mesh.flavour === 'aks' ? AKS_IMAGES[path] : undefined });
  }
  return keys;
}

function flatten(path: string, value: unknown): MeshConfigKey[] {
  if (isRecord(value) && Object.keys(value).length > 0) {
    return Object.entries(value).flatMap(([name, item]) => flatten(`${path}.${name}`, item));
  }
  const problem = PROBLEMS[path];
  const effect = EFFECTS[path];
  return [
    {
      path,
      type: typeOf(path, value),
      byDefault: value,
      ...(problem === undefined ? {} : { problem }),
      ...(effect === undefined ? {} : { effect }),
    },
  ];
}

function typeOf(path: string, value: unknown): MeshConfigKey['type'] {
  if (Array.isArray(value)) return path.includes('Port') ? 'integers' : 'strings';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'number') return 'integer';
  return typeof value === 'string' ? 'string' : 'object';
}
