import type { LocalProxyMode } from './iptables-rules.ts';

// Models openservicemesh/osm v1.1 pkg/apis/config/v1alpha2 MeshConfigSpec.
export interface MeshConfigSidecar {
  enablePrivilegedInitContainer?: boolean;
  logLevel?: string;
  envoyImage?: string;
  envoyWindowsImage?: string;
  initContainerImage?: string;
  maxDataPlaneConnections?: number;
  configResyncInterval?: string;
  resources?: { limits?: Readonly<Record<string, string>>; requests?: Readonly<Record<string, string>> };
  tlsMinProtocolVersion?: string;
  tlsMaxProtocolVersion?: string;
  cipherSuites?: readonly string[];
  ecdhCurves?: readonly string[];
  localProxyMode?: LocalProxyMode;
}

export interface MeshConfigTraffic {
  enableEgress?: boolean;
  enablePermissiveTrafficPolicyMode?: boolean;
  outboundPortExclusionList?: readonly number[] | null;
  inboundPortExclusionList?: readonly number[] | null;
  outboundIPRangeExclusionList?: readonly string[] | null;
  outboundIPRangeInclusionList?: readonly string[] | null;
  networkInterfaceExclusionList?: readonly string[] | null;
  inboundExternalAuthorization?: Readonly<Record<string, unknown>>;
}

export interface MeshConfigSpec {
  sidecar?: MeshConfigSidecar;
  traffic?: MeshConfigTraffic;
  observability?: {
    osmLogLevel?: string;
    enableDebugServer?: boolean;
    tracing?: { enable?: boolean; port?: number; address?: string; endpoint?: string };
  };
  certificate?: { serviceCertValidityDuration?: string; certKeyBitSize?: number };
  featureFlags?: Readonly<Record<string, boolean>>;
}

/** The object `osm-mesh-config`, as a scenario or the store holds it. */
export interface MeshConfig {
  apiVersion?: string;
  kind?: 'MeshConfig';
  metadata?: { name?: string; namespace?: string };
  spec?: MeshConfigSpec;
}

/** Which chart made the mesh's configuration: upstream's, or the add-on of Azure Kubernetes Service. */
export type MeshConfigFlavour = 'upstream' | 'aks';

/**
 * What a fresh installation has in its MeshConfig.
 * Models openservicemesh/osm v1.1 charts/osm preset-mesh-config; `aks` the values that the add-on's documentation lists.
 */
export function defaultMeshConfig(flavour: MeshConfigFlavour = 'upstream'): Required<MeshConfigSpec> {
  const aks = flavour === 'aks';
  return {
    sidecar: {
      enablePrivilegedInitContainer: false,
      logLevel: 'error',
      maxDataPlaneConnections: 0,
      configResyncInterval: '0s',
      resources: {},
      ...(aks
        ? {}
        : { tlsMinProtocolVersion: 'TLSv1_2', tlsMaxProtocolVersion: 'TLSv1_3', localProxyMode: 'Localhost' }),
    },
    traffic: {
      enableEgress: aks,
      enablePermissiveTrafficPolicyMode: aks,
      outboundPortExclusionList: [],
      inboundPortExclusionList: [],
      outboundIPRangeExclusionList: [],
      outboundIPRangeInclusionList: [],
      networkInterfaceExclusionList: [],
    },
    observability: {
      osmLogLevel: 'info',
      enableDebugServer: aks,
      tracing: { enable: false, port: 9411, endpoint: '/api/v2/spans' },
    },
    certificate: { serviceCertValidityDuration: '24h', ...(aks ? {} : { certKeyBitSize: 2048 }) },
    featureFlags: {
      enableWASMStats: true,
      enableEgressPolicy: true,
      enableIngressBackendPolicy: true,
      enableMulticlusterMode: false,
      enableSnapshotCacheMode: false,
      enableAsyncProxyServiceMapping: false,
      enableEnvoyActiveHealthChecks: false,
      enableRetryPolicy: false,
    },
  };
}

/** A mesh's configuration: the defaults with what the user set laid over them, section by section. */
export function effectiveMeshConfig(
  config: MeshConfig | undefined,
  flavour?: MeshConfigFlavour,
): Required<MeshConfigSpec> {
  const defaults = defaultMeshConfig(flavour);
  const spec = config?.spec ?? {};
  return {
    sidecar: { ...defaults.sidecar, ...spec.sidecar },
    traffic: { ...defaults.traffic, ...spec.traffic },
    observability: { ...defaults.observability, ...spec.observability },
    certificate: { ...defaults.certificate, ...spec.certificate },
    featureFlags: { ...defaults.featureFlags, ...spec.featureFlags },
  };
}
