import type { EndpointSlice, Pod, Service } from '../../../kube/objects.ts';
import type { ServiceIdentity } from './identity.ts';
import { type MeshEndpoint, type MeshProtocol, type MeshService, type MeshView, serviceKey } from './mesh-view.ts';

/** What is asked of a view again and again: a view is of one moment, so it is worked out once. */
interface ViewIndex {
  services: MeshService[] | undefined;
  slices: Map<string, EndpointSlice[]> | undefined;
  ofPod: Map<Pod, MeshService[]>;
  identities: Map<string, ServiceIdentity[]> | undefined;
}

const INDICES = new WeakMap<MeshView, ViewIndex>();

function indexOf(view: MeshView): ViewIndex {
  const known = INDICES.get(view);
  if (known !== undefined) return known;
  const index = { services: undefined, slices: undefined, ofPod: new Map(), identities: undefined };
  INDICES.set(view, index);
  return index;
}

/** Every Service port of the mesh's namespaces, in the order of namespace, name and port. */
export function meshServices(view: MeshView): readonly MeshService[] {
  const index = indexOf(view);
  index.services ??= listServices(view);
  return index.services;
}

function listServices(view: MeshView): MeshService[] {
  const services = view.services.filter(({ metadata }) => view.monitored.has(metadata.namespace));
  const all = services.flatMap((service) => portsOf(view, service));
  const order = (service: MeshService) => `${serviceKey(service)} ${String(service.port).padStart(5, '0')}`;
  return all.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Models openservicemesh/osm v1.1 pkg/k8s ServiceToMeshServices: UDP ports are none of the mesh's. */
function portsOf(view: MeshView, service: Service): MeshService[] {
  const { namespace, name } = service.metadata;
  return (service.spec?.ports ?? [])
    .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
    .map((port) => ({
      namespace,
      name,
      port: port.port,
      targetPort: targetPort(view, service, port.name, port.targetPort) ?? port.port,
      protocol: protocolOf(port.appProtocol, port.name),
    }));
}

/** A named target port is what the endpoints say. */
function targetPort(
  view: MeshView,
  service: Service,
  name: string | undefined,
  declared: number | string | undefined,
): number | undefined {
  if (typeof declared === 'number') return declared;
  if (declared === undefined) return undefined;
  for (const slice of slicesOf(view, service.metadata.namespace, service.metadata.name)) {
    const port = slice.ports?.find((candidate) => (candidate.name ?? '') === (name ?? ''))?.port;
    if (port !== undefined) return port;
  }
  return undefined;
}

const PROTOCOLS: readonly MeshProtocol[] = ['tcp-server-first', 'http', 'grpc', 'tcp'];

/** `appProtocol`, else the prefix of the port's name, else HTTP. Models v1.1 pkg/k8s GetAppProtocolFromPortName. */
function protocolOf(appProtocol: string | undefined, portName = ''): MeshProtocol {
  const given = PROTOCOLS.find((protocol) => protocol === appProtocol?.toLowerCase());
  if (given !== undefined) return given;
  return PROTOCOLS.find((protocol) => portName.toLowerCase().startsWith(`${protocol}-`)) ?? 'http';
}

function slicesOf(view: MeshView, namespace: string, name: string): readonly EndpointSlice[] {
  const index = indexOf(view);
  index.slices ??= groupSlices(view);
  return index.slices.get(`${namespace}/${name}`) ?? [];
}

function groupSlices(view: MeshView): Map<string, EndpointSlice[]> {
  const groups = new Map<string, EndpointSlice[]>();
  for (const slice of view.endpointSlices) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name']}`;
    groups.set(key, [...(groups.get(key) ?? []), slice]);
  }
  return groups;
}

/** The ready endpoints of a service's port. */
export function endpointsOf(view: MeshView, service: MeshService): MeshEndpoint[] {
  const found = slicesOf(view, service.namespace, service.name).flatMap((slice) =>
    (slice.endpoints ?? []).flatMap(({ addresses, conditions }) =>
      conditions?.ready === true ? addresses.map((ip) => ({ ip, port: service.targetPort })) : [],
    ),
  );
  return found.sort((a, b) => (a.ip < b.ip ? -1 : 1));
}

/** The addresses that the service's name stands for: its own, or its pods' if it has none. */
export function resolvableAddresses(view: MeshView, service: MeshService): string[] {
  const object = view.services.find(
    ({ metadata }) => metadata.namespace === service.namespace && metadata.name === service.name,
  );
  const clusterIP = object?.spec?.clusterIP;
  if (clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None') return [view.serviceAddress ?? clusterIP];
  return [...new Set(endpointsOf(view, service).map(({ ip }) => ip))];
}

/** The services whose selectors take in a pod. */
export function servicesOfPod(view: MeshView, pod: Pod): readonly MeshService[] {
  const { ofPod } = indexOf(view);
  const known = ofPod.get(pod) ?? selecting(view, pod);
  ofPod.set(pod, known);
  return known;
}

function selecting(view: MeshView, { metadata: { namespace, labels = {} } }: Pod): MeshService[] {
  const names = new Set(
    view.services
      .filter(({ metadata, spec }) => {
        const selector = Object.entries(spec?.selector ?? {});
        if (metadata.namespace !== namespace || selector.length === 0) return false;
        return selector.every(([key, value]) => labels[key] === value);
      })
      .map(({ metadata }) => metadata.name),
  );
  return meshServices(view).filter((service) => service.namespace === namespace && names.has(service.name));
}

/** The services that pods of a ServiceAccount stand behind. */
export function servicesOfIdentity(view: MeshView, identity: ServiceIdentity): MeshService[] {
  const keys = new Set(
    view.pods.filter((pod) => runsAs(pod, identity)).flatMap((pod) => servicesOfPod(view, pod).map(portKey)),
  );
  return meshServices(view).filter((service) => keys.has(portKey(service)));
}

/** The ServiceAccounts of the pods behind a service. */
export function identitiesOfService(
  view: MeshView,
  service: Pick<MeshService, 'namespace' | 'name'>,
): readonly ServiceIdentity[] {
  const index = indexOf(view);
  index.identities ??= groupIdentities(view);
  return index.identities.get(serviceKey(service)) ?? [];
}

function groupIdentities(view: MeshView): Map<string, ServiceIdentity[]> {
  const names = new Map<string, Set<string>>();
  for (const pod of view.pods) {
    for (const key of new Set(servicesOfPod(view, pod).map(serviceKey))) {
      names.set(key, (names.get(key) ?? new Set()).add(pod.spec.serviceAccountName ?? 'default'));
    }
  }
  const identities = ([key, accounts]: [string, Set<string>]): [string, ServiceIdentity[]] => {
    const [namespace = ''] = key.split('/');
    return [key, [...accounts].sort().map((serviceAccount) => ({ serviceAccount, namespace }))];
  };
  return new Map([...names].map(identities));
}

function runsAs({ metadata, spec }: Pod, identity: ServiceIdentity): boolean {
  return (
    metadata.namespace === identity.namespace && (spec.serviceAccountName ?? 'default') === identity.serviceAccount
  );
}

function portKey(service: MeshService): string {
  return `${serviceKey(service)}:${service.port}`;
}
