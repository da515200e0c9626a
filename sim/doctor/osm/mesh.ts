import type { Deployment, Pod } from '../../kube/objects.ts';
import { INIT_CONTAINER, MONITORED_BY_LABEL } from '../../mesh/osm/constants.ts';
import type { MeshConfigFlavour } from '../../mesh/osm/mesh-config.ts';
import { OSM_PROFILES, type OsmProfile, type OsmVersion } from '../../mesh/osm/profiles.ts';
import type { ClusterView } from '../cluster-view.ts';
import type { DoctorOptions } from '../doctor.ts';
import { textAt } from '../untyped.ts';

/** Label `app` of the parts of a control plane. */
export const CONTROL_PLANE_APPS = ['osm-controller', 'osm-injector', 'osm-bootstrap'] as const;
export type ControlPlaneApp = (typeof CONTROL_PLANE_APPS)[number];

/** One mesh, as the objects show it. */
export interface Mesh {
  name: string;
  namespace: string;
  /** Which chart: upstream's, or the add-on of Azure Kubernetes Service. */
  flavour: MeshConfigFlavour;
  /** As its labels say, `v1.1.4`; undefined if nothing says. */
  release: string | undefined;
  profile: OsmProfile;
  /** Something of its control plane is among the objects. */
  seen: boolean;
}

/**
 * The meshes of a cluster: one for each namespace with a part of a control plane. If there is none, the one that pods
 * and namespaces speak of, not `seen`.
 */
export function findMeshes(view: ClusterView, options: DoctorOptions): Mesh[] {
  const namespaces = new Set<string>();
  for (const deployment of view.list<Deployment>('Deployment')) {
    if (isControlPlane(deployment)) namespaces.add(deployment.metadata.namespace);
  }
  for (const config of view.list('MeshConfig')) namespaces.add(config.metadata.namespace ?? '');
  for (const service of webhookServices(view)) namespaces.add(service);
  const meshes = [...namespaces]
    .filter((namespace) => namespace !== '')
    .sort()
    .map((namespace) => meshIn(namespace, view, options));
  const wanted = meshes.filter(
    ({ name, namespace }) =>
      (options.name === undefined || options.name === name) &&
      (options.systemNamespace === undefined || options.systemNamespace === namespace),
  );
  return wanted.length > 0 ? wanted : [unseenMesh(view, options)];
}

/** Namespaces of the Services that webhooks of OSM call. */
function webhookServices(view: ClusterView): string[] {
  return [...view.list('MutatingWebhookConfiguration'), ...view.list('ValidatingWebhookConfiguration')]
    .filter(({ metadata }) => /^(aks-)?osm-(webhook|validator-mesh)-/.test(metadata.name))
    .map((configuration) => textAt(configuration, 'webhooks', 0, 'clientConfig', 'service', 'namespace') ?? '');
}

export function isControlPlane({ metadata }: { metadata: { labels?: Readonly<Record<string, string>> } }): boolean {
  return (CONTROL_PLANE_APPS as readonly string[]).includes(metadata.labels?.app ?? '');
}

function meshIn(namespace: string, view: ClusterView, options: DoctorOptions): Mesh {
  const parts = view.list<Deployment>('Deployment', namespace).filter(isControlPlane);
  const labels = parts.map(({ metadata }) => metadata.labels ?? {});
  const release = labels.map((all) => all['app.kubernetes.io/version']).find(Boolean) ?? releaseOfImages(parts);
  const name =
    labels.map((all) => all.meshName ?? all['app.kubernetes.io/instance']).find(Boolean) ??
    argument(parts, '--mesh-name') ??
    nameOfWebhook(namespace, view) ??
    'osm';
  const isAddOn = namespace === 'kube-system' || nameOfWebhook(namespace, view, 'aks-') !== undefined;
  return {
    name,
    namespace,
    flavour: isAddOn ? 'aks' : 'upstream',
    release,
    profile: OSM_PROFILES[versionOf(options.version ?? release ?? view.input.profiles?.osm)],
    seen: true,
  };
}

function nameOfWebhook(namespace: string, view: ClusterView, prefix = ''): string | undefined {
  for (const configuration of view.list('MutatingWebhookConfiguration')) {
    const [, aks = '', name] = /^(aks-)?osm-webhook-(.+)$/.exec(configuration.metadata.name) ?? [];
    const its = textAt(configuration, 'webhooks', 0, 'clientConfig', 'service', 'namespace');
    if (name !== undefined && its === namespace && aks.startsWith(prefix)) return name;
  }
  return undefined;
}

function releaseOfImages(deployments: readonly Deployment[]): string | undefined {
  return tagOf(deployments.map((one) => one.spec?.template.spec?.containers?.[0]?.image));
}

function tagOf(images: readonly (string | undefined)[]): string | undefined {
  return images.map((image) => /:([^:/@]+)(@.*)?$/.exec(image ?? '')?.[1]).find((tag) => tag !== undefined);
}

/** Value of a flag of any of the control plane's containers. */
export function argument(deployments: readonly Deployment[], flag: string): string | undefined {
  for (const deployment of deployments) {
    for (const { args = [] } of deployment.spec?.template.spec?.containers ?? []) {
      const index = args.indexOf(flag);
      if (index >= 0) return args[index + 1];
      const joined = args.find((arg) => arg.startsWith(`${flag}=`));
      if (joined !== undefined) return joined.slice(flag.length + 1);
    }
  }
  return undefined;
}

function unseenMesh(view: ClusterView, options: DoctorOptions): Mesh {
  const named = view
    .list('Namespace')
    .map(({ metadata }) => metadata.labels?.[MONITORED_BY_LABEL])
    .find(Boolean);
  const inits = view.list<Pod>('Pod').flatMap(({ spec }) => spec.initContainers ?? []);
  const release = tagOf(inits.filter((init) => init.name === INIT_CONTAINER).map(({ image }) => image));
  const namespace = options.systemNamespace ?? 'osm-system';
  return {
    name: options.name ?? named ?? 'osm',
    namespace,
    flavour: namespace === 'kube-system' ? 'aks' : 'upstream',
    release,
    profile: OSM_PROFILES[versionOf(options.version ?? view.input.profiles?.osm ?? release)],
    seen: false,
  };
}

/** The profile that models a release: `v1.1.4` is 1.1; what came before 1.0 rewrites as 1.0 does. */
export function versionOf(release: string | undefined): OsmVersion {
  if (release === undefined) return '1.1';
  if (release.includes('main')) return 'main';
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(release) ?? [];
  if (major === undefined || minor === undefined) return '1.1';
  if (Number(major) === 0 || minor === '0') return '1.0';
  return minor === '1' ? '1.1' : minor === '2' ? '1.2' : 'main';
}

/** True if a release is older than v`major`.`minor`; an unknown one is not. */
export function isBefore(release: string | undefined, major: number, minor: number): boolean {
  const [, has = '', hasMinor = ''] = /^v?(\d+)\.(\d+)/.exec(release ?? '') ?? [];
  return has !== '' && (Number(has) < major || (Number(has) === major && Number(hasMinor) < minor));
}
