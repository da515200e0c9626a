import type { Container } from '../../kube/objects.ts';
import {
  BOOTSTRAP_FILE,
  BOOTSTRAP_VOLUME,
  ENVOY_CONFIG_DIRECTORY,
  ENVOY_CONTAINER,
  ENVOY_UID,
  HEALTHCHECK_CONTAINER,
  INIT_CONTAINER,
  OSM_PORTS,
  PROBE_TYPES,
} from './constants.ts';
import type { MeshConfigSidecar } from './mesh-config.ts';
import type { OsmImages, OsmProfile } from './profiles.ts';
import type { OriginalProbe } from './rewrite-probes.ts';

/** What the containers that OSM adds are made from. */
export interface SidecarSettings {
  profile: OsmProfile;
  sidecar: MeshConfigSidecar;
  images: OsmImages;
  /** `imagePullPolicy` of OSM's own images. */
  pullPolicy: string;
  /** Log level of the injector, which osm-healthcheck inherits. */
  logLevel: string;
  windows: boolean;
}

/** Models openservicemesh/osm v1.1 pkg/injector/init_container.go getInitContainerSpec. */
export function initContainer(script: string, settings: SidecarSettings): Container {
  const { profile, sidecar } = settings;
  const podIP = { name: 'POD_IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } };
  return {
    name: INIT_CONTAINER,
    image: sidecar.initContainerImage || settings.images.init,
    ...(profile.containers.initPodIP ? { imagePullPolicy: settings.pullPolicy, env: [podIP] } : {}),
    command: ['/bin/sh'],
    args: ['-c', script],
    securityContext: {
      capabilities: { add: ['NET_ADMIN'] },
      privileged: sidecar.enablePrivilegedInitContainer ?? false,
      runAsNonRoot: false,
      runAsUser: 0,
    },
  };
}

/** Has no probes of its own. Models openservicemesh/osm v1.1 pkg/injector/healthcheck_container.go. */
export function healthcheckContainer(settings: SidecarSettings): Container {
  return {
    name: HEALTHCHECK_CONTAINER,
    image: settings.images.healthcheck,
    imagePullPolicy: settings.pullPolicy,
    command: ['/osm-healthcheck'],
    args: ['--verbosity', settings.logLevel],
    ports: [{ containerPort: OSM_PORTS.healthcheck }],
  };
}

/**
 * The proxy. It has no readiness probe and no lifecycle hook: nothing holds the app back until it listens.
 * Models openservicemesh/osm v1.1 pkg/injector/envoy_container.go getEnvoySidecarContainerSpec.
 */
export function envoyContainer(
  identity: { serviceAccount: string; namespace: string },
  probes: readonly OriginalProbe[],
  settings: SidecarSettings,
): Container {
  const { profile, sidecar, windows } = settings;
  const field = (name: string, fieldPath: string): { name: string; valueFrom: object } => ({
    name,
    valueFrom: { fieldRef: { fieldPath } },
  });
  return {
    name: ENVOY_CONTAINER,
    image: envoyImage(settings),
    imagePullPolicy: 'IfNotPresent',
    command: ['envoy'],
    args: [
      '--log-level',
      sidecar.logLevel || 'error',
      '--config-path',
      `${ENVOY_CONFIG_DIRECTORY}/${BOOTSTRAP_FILE}`,
      '--service-cluster',
      `${identity.serviceAccount}.${identity.namespace}`,
      ...profile.containers.envoyExtraArgs,
    ],
    ports: envoyPorts(probes),
    env: [
      field('POD_UID', 'metadata.uid'),
      field('POD_NAME', 'metadata.name'),
      field('POD_NAMESPACE', 'metadata.namespace'),
      field('POD_IP', 'status.podIP'),
      field('SERVICE_ACCOUNT', 'spec.serviceAccountName'),
    ],
    resources: { ...sidecar.resources },
    securityContext: windows ? { windowsOptions: { runAsUserName: 'EnvoyUser' } } : envoyUser(profile),
    volumeMounts: [{ name: BOOTSTRAP_VOLUME, readOnly: true, mountPath: ENVOY_CONFIG_DIRECTORY }],
  };
}

/** The mesh's own image, else the chart's. Empty: neither is set. */
export function envoyImage({ sidecar, images, windows }: SidecarSettings): string {
  return windows ? sidecar.envoyWindowsImage || images.envoyWindows : sidecar.envoyImage || images.envoy;
}

function envoyUser(profile: OsmProfile): { runAsUser: number; allowPrivilegeEscalation?: boolean } {
  const { envoyAllowPrivilegeEscalation: allow } = profile.containers;
  return { ...(allow === undefined ? {} : { allowPrivilegeEscalation: allow }), runAsUser: ENVOY_UID };
}

/** A probe port is declared for each type that was rewritten, even where osm-healthcheck answers instead of Envoy. */
function envoyPorts(probes: readonly OriginalProbe[]): { name: string; containerPort: number }[] {
  return [
    { name: 'proxy-admin', containerPort: OSM_PORTS.admin },
    { name: 'proxy-inbound', containerPort: OSM_PORTS.inbound },
    { name: 'proxy-metrics', containerPort: OSM_PORTS.prometheus },
    ...PROBE_TYPES.filter((type) => probes.some((probe) => probe.type === type)).map((type) => ({
      name: `${type}-port`,
      containerPort: OSM_PORTS[type],
    })),
  ];
}
