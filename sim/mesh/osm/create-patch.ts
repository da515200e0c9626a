import type { Container, Volume } from '../../kube/objects.ts';
import { type BootstrapSecret, bootstrapOf, bootstrapSecret, bootstrapSecretName } from './bootstrap-secret.ts';
import { BOOTSTRAP_SECRET_PREFIX, BOOTSTRAP_VOLUME, OSM_PORTS, PROXY_UUID_LABEL } from './constants.ts';
import { envoyBootstrap, type ProxyCertificate, proxyCommonName } from './envoy-bootstrap.ts';
import type { EnvoyBootstrap } from './envoy-objects.ts';
import { iptablesScript } from './iptables-rules.ts';
import type { MeshConfigSpec } from './mesh-config.ts';
import { effectiveProbes, type OriginalProbe, rewriteProbes } from './rewrite-probes.ts';
import {
  envoyContainer,
  envoyImage,
  healthcheckContainer,
  initContainer,
  type SidecarSettings,
} from './sidecar-containers.ts';
import { metricsEnabled, type NamespaceView, OsmDenial } from './sidecar-injection.ts';
import { trafficExclusions } from './traffic-exclusions.ts';

/** A pod as Go's typed Pod holds it: what it marshals when empty is there. */
export interface TypedPod {
  metadata: {
    name?: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: {
    containers: Container[] | null;
    initContainers?: Container[];
    volumes?: Volume[];
    nodeSelector?: Record<string, string>;
    serviceAccountName?: string;
    hostNetwork?: boolean;
  };
}

/** All that one injection depends on. */
export interface PatchContext {
  uuid: string;
  /** The request's. */
  namespace: NamespaceView;
  dryRun: boolean;
  meshName: string;
  osmNamespace: string;
  /** Value of the Secret's version label. */
  release: string;
  meshConfig: Required<MeshConfigSpec>;
  settings: Omit<SidecarSettings, 'windows' | 'sidecar'>;
  issueCertificate(commonName: string): ProxyCertificate;
  createSecret(secret: BootstrapSecret, bootstrap: EnvoyBootstrap): void;
  getSecret(namespace: string, name: string): { data?: Readonly<Record<string, string>> } | undefined;
  onUnknownPort(container: Container, port: number | string): void;
}

/**
 * Puts the sidecar into the pod, in place. The Secret is created early: a denial that comes after leaves it behind.
 * Throws OsmDenial.
 * Models openservicemesh/osm v1.1 (and v1.2) pkg/injector/patch.go createPatch.
 */
export function createPatch(pod: TypedPod, context: PatchContext): void {
  const { profile } = context.settings;
  const commonName = proxyCommonName(context.uuid, pod.spec.serviceAccountName ?? '', context.namespace.name);
  const certificate = context.issueCertificate(commonName);
  const containers = pod.spec.containers ?? [];
  const probes = effectiveProbes(rewriteProbes(containers, profile, context.onUnknownPort), profile);
  const copyOf = profile.recognizesCopies ? originalOfCopy(pod) : undefined;

  createBootstrapSecret(
    { nodeId: profile.bootstrap.nodeId === 'uuid' ? context.uuid : commonName, copyOf, probes, certificate },
    context,
  );
  if (profile.metricsFirst) annotateMetrics(pod, context);
  pod.metadata.labels = { ...pod.metadata.labels, [PROXY_UUID_LABEL]: context.uuid };
  const volume = { name: BOOTSTRAP_VOLUME, secret: { secretName: bootstrapSecretName(context.uuid) } };
  if (copyOf !== undefined) {
    const volumes = pod.spec.volumes ?? [];
    volumes[volumes.findIndex((candidate) => candidate.name === BOOTSTRAP_VOLUME)] = volume;
    return;
  }
  pod.spec.volumes = [...(pod.spec.volumes ?? []), volume];
  addContainers(pod, containers, probes, context);
  if (!profile.metricsFirst) annotateMetrics(pod, context);
}

/** The uuid in the name of the Secret that a copied pod mounts. Models getProxyUUID. */
function originalOfCopy(pod: TypedPod): string | undefined {
  const volume = pod.spec.volumes?.find((candidate) => candidate.name === BOOTSTRAP_VOLUME);
  return volume === undefined ? undefined : (volume.secret?.secretName ?? '').replace(BOOTSTRAP_SECRET_PREFIX, '');
}

interface SecretContent {
  nodeId: string;
  copyOf: string | undefined;
  probes: readonly OriginalProbe[];
  certificate: ProxyCertificate;
}

function createBootstrapSecret(content: SecretContent, context: PatchContext): void {
  if (context.dryRun) return;
  const { settings, osmNamespace, namespace, uuid, meshName, release } = context;
  const { nodeId, certificate, probes } = content;
  const tls = context.meshConfig.sidecar;
  const bootstrap =
    content.copyOf === undefined
      ? envoyBootstrap({ profile: settings.profile, nodeId, osmNamespace, certificate, probes, tls })
      : copiedBootstrap(content.copyOf, nodeId, context);
  const place = { name: bootstrapSecretName(uuid), namespace: namespace.name, meshName, release };
  context.createSecret(bootstrapSecret(place, bootstrap, certificate, settings.profile), bootstrap);
}

/** Models createEnvoyBootstrapFromExisting: the old bootstrap under the new identity. */
function copiedBootstrap(copyOf: string, nodeId: string, context: PatchContext): EnvoyBootstrap {
  const name = bootstrapSecretName(copyOf);
  const existing = context.getSecret(context.namespace.name, name);
  if (existing === undefined) throw new OsmDenial(`secrets "${name}" not found`);
  const bootstrap = bootstrapOf(existing);
  if (bootstrap === undefined) throw new OsmDenial('error unmarshalling envoy bootstrap config');
  return { ...bootstrap, node: { ...bootstrap.node, id: nodeId } };
}

function addContainers(
  pod: TypedPod,
  containers: Container[],
  probes: readonly OriginalProbe[],
  context: PatchContext,
): void {
  const { sidecar, traffic } = context.meshConfig;
  const windows = pod.spec.nodeSelector?.['kubernetes.io/os']?.toLowerCase() === 'windows';
  const settings: SidecarSettings = { ...context.settings, sidecar, windows };
  checkImages(settings);
  if (!windows) {
    const exclusions = trafficExclusions(pod.metadata.annotations, traffic, settings.profile);
    const script = iptablesScript(exclusions, sidecar.localProxyMode, settings.profile);
    pod.spec.initContainers = [...(pod.spec.initContainers ?? []), initContainer(script, settings)];
  }
  if (settings.profile.probes.tcpBecomesHealthcheck && probes.some((probe) => probe.kind === 'tcp')) {
    containers.push(healthcheckContainer(settings));
  }
  const fromRequest = settings.profile.containers.serviceClusterNamespace === 'request';
  const namespace = fromRequest ? context.namespace.name : (pod.metadata.namespace ?? '');
  containers.push(envoyContainer({ serviceAccount: pod.spec.serviceAccountName ?? '', namespace }, probes, settings));
  pod.spec.containers = containers;
}

/** Models verifyPrerequisites. */
function checkImages(settings: SidecarSettings): void {
  if (envoyImage(settings) === '') {
    throw new OsmDenial(`MeshConfig sidecar.${settings.windows ? 'envoyWindowsImage' : 'envoyImage'} not set`);
  }
  if (!settings.windows && (settings.sidecar.initContainerImage || settings.images.init) === '') {
    throw new OsmDenial('MeshConfig sidecar.initContainerImage not set');
  }
}

/** Overwrites what the pod says itself. */
function annotateMetrics(pod: TypedPod, context: PatchContext): void {
  if (!metricsEnabled(context.namespace)) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    'prometheus.io/scrape': 'true',
    'prometheus.io/port': String(OSM_PORTS.prometheus),
    'prometheus.io/path': '/stats/prometheus',
  };
}
