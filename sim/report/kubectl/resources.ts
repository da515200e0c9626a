import type {
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Event,
  KubeObject,
  Pod,
  ReplicaSet,
  Service,
} from '../../kube/objects.ts';
import { age } from './age.ts';
import { describeDaemonSet } from './describe-daemon-set.ts';
import { describeDeployment, describeReplicaSet } from './describe-deployment.ts';
import { eventsOf } from './describe-events.ts';
import { describePod } from './describe-pod.ts';
import { describeEndpointSlice, describeService } from './describe-service.ts';
import { eventTable } from './event-tables.ts';
import { type GetOptions, podTable } from './pod-table.ts';
import { endpointSliceTable, endpointsTable, serviceTable } from './service-tables.ts';
import type { Table } from './table.ts';
import { daemonSetTable, deploymentTable, replicaSetTable } from './workload-tables.ts';

/** Everything that the API held at a moment. */
export interface Cluster {
  objects: readonly KubeObject[];
  events: readonly Event[];
}

/** A kind that `get` and `describe` know to print. */
export interface Resource {
  kind: string;
  /** Before a name when several kinds are printed: `deployment.apps`. */
  prefix: string;
  /** All names by which a user may ask for it. */
  names: readonly string[];
  table(objects: readonly KubeObject[], options: GetOptions): Table;
  /** Undefined: described as YAML by the caller. */
  describe?: (object: KubeObject, cluster: Cluster, now: number) => string;
}

const as = <T>(objects: readonly KubeObject[]): T[] => objects as unknown as T[];

const DEFINITION = 'CustomResourceDefinition';

export const RESOURCES: readonly Resource[] = [
  {
    kind: 'Pod',
    prefix: 'pod',
    names: ['pods', 'pod', 'po'],
    table: (objects, options) => podTable(as<Pod>(objects), options),
    describe: (object, { events }, now) => describePod(object as unknown as Pod, eventsOf(events, object), now),
  },
  {
    kind: 'Service',
    prefix: 'service',
    names: ['services', 'service', 'svc'],
    table: (objects, options) => serviceTable(as<Service>(objects), options),
    describe: (object, cluster, now) => {
      const slices = cluster.objects.filter((slice) => isSliceOf(slice, object)) as unknown as EndpointSlice[];
      return describeService(object as unknown as Service, slices, eventsOf(cluster.events, object), now);
    },
  },
  {
    kind: 'Deployment',
    prefix: 'deployment.apps',
    names: ['deployments', 'deployment', 'deploy', 'deployments.apps', 'deployment.apps'],
    table: (objects, options) => deploymentTable(as<Deployment>(objects), options),
    describe: (object, cluster, now) =>
      describeDeployment(
        object as unknown as Deployment,
        owned<ReplicaSet>(cluster, 'ReplicaSet', object),
        eventsOf(cluster.events, object),
        now,
      ),
  },
  {
    kind: 'ReplicaSet',
    prefix: 'replicaset.apps',
    names: ['replicasets', 'replicaset', 'rs', 'replicasets.apps', 'replicaset.apps'],
    table: (objects, options) => replicaSetTable(as<ReplicaSet>(objects), options),
    describe: (object, cluster, now) =>
      describeReplicaSet(
        object as unknown as ReplicaSet,
        owned<Pod>(cluster, 'Pod', object),
        eventsOf(cluster.events, object),
        now,
      ),
  },
  {
    kind: 'DaemonSet',
    prefix: 'daemonset.apps',
    names: ['daemonsets', 'daemonset', 'ds', 'daemonsets.apps', 'daemonset.apps'],
    table: (objects, options) => daemonSetTable(as<DaemonSet>(objects), options),
    describe: (object, cluster, now) =>
      describeDaemonSet(
        object as unknown as DaemonSet,
        owned<Pod>(cluster, 'Pod', object),
        eventsOf(cluster.events, object),
        now,
      ),
  },
  {
    kind: 'Endpoints',
    prefix: 'endpoints',
    names: ['endpoints', 'ep'],
    table: (objects, options) => endpointsTable(as<Endpoints>(objects), options),
  },
  {
    kind: 'EndpointSlice',
    prefix: 'endpointslice.discovery.k8s.io',
    names: ['endpointslices', 'endpointslice', 'endpointslices.discovery.k8s.io', 'endpointslice.discovery.k8s.io'],
    table: (objects, options) => endpointSliceTable(as<EndpointSlice>(objects), options),
    describe: (object, { events }, now) =>
      describeEndpointSlice(object as unknown as EndpointSlice, eventsOf(events, object), now),
  },
  {
    kind: 'Event',
    prefix: 'event',
    names: ['events', 'event', 'ev'],
    table: (objects, options) => eventTable(as<Event>(objects), options),
  },
  {
    kind: 'Namespace',
    prefix: 'namespace',
    names: ['namespaces', 'namespace', 'ns'],
    table: (objects, options) => ({
      headers: ['NAME', 'STATUS', 'AGE'],
      rows: objects.map((object) => [
        object.metadata.name,
        (object.status as { phase?: string } | undefined)?.phase ?? 'Active',
        age(object.metadata.creationTimestamp, options.now),
      ]),
    }),
  },
  plain(
    'ConfigMap',
    'configmap',
    ['configmaps', 'configmap', 'cm'],
    [['DATA', (object) => String(Object.keys((object.data as object | undefined) ?? {}).length)]],
  ),
  plain(
    'Secret',
    'secret',
    ['secrets', 'secret'],
    [
      ['TYPE', (object) => String(object.type ?? 'Opaque')],
      ['DATA', (object) => String(Object.keys((object.data as object | undefined) ?? {}).length)],
    ],
  ),
  webhookConfiguration('Validating'),
  webhookConfiguration('Mutating'),
  {
    kind: DEFINITION,
    prefix: 'customresourcedefinition.apiextensions.k8s.io',
    names: ['customresourcedefinitions', 'customresourcedefinition', 'crds', 'crd'].flatMap((name) =>
      name.startsWith('custom') ? [name, `${name}.apiextensions.k8s.io`] : [name],
    ),
    table: (objects) => ({
      headers: ['NAME', 'CREATED AT'],
      rows: objects.map(({ metadata }) => [metadata.name, metadata.creationTimestamp]),
    }),
  },
];

/** The kinds that `kubectl get all` means, as far as the lab has them. */
export const ALL: readonly string[] = ['pods', 'services', 'deployments', 'replicasets'];

/**
 * The resource a user means: by plural, singular, short name; of a custom one also by the names in its definition, or by
 * the kind of an object that is there. Undefined if there is none.
 */
export function findResource(name: string, objects: readonly KubeObject[]): Resource | undefined {
  const wanted = name.toLowerCase();
  const known = RESOURCES.find((resource) => resource.names.includes(wanted));
  if (known !== undefined) return known;
  const custom = definedKind(wanted, objects);
  if (custom !== undefined) return plain(custom.kind, custom.prefix, [wanted], []);
  const found = objects.find(({ kind }) => kind.toLowerCase() === wanted || `${kind.toLowerCase()}s` === wanted);
  if (found === undefined) return undefined;
  const [group = ''] = found.apiVersion.includes('/') ? found.apiVersion.split('/') : [];
  const prefix = found.kind.toLowerCase();
  return plain(found.kind, group === '' ? prefix : `${prefix}.${group}`, [wanted], []);
}

interface DefinitionSpec {
  group?: string;
  names?: { kind?: string; plural?: string; singular?: string; shortNames?: readonly string[] };
}

/** The kind whose definition has this name: `meshconfigs`, `meshconfig.config.openservicemesh.io`, a short name. */
function definedKind(wanted: string, objects: readonly KubeObject[]): { kind: string; prefix: string } | undefined {
  for (const definition of objects) {
    if (definition.kind !== DEFINITION) continue;
    const { group = '', names = {} } = (definition['spec'] ?? {}) as DefinitionSpec;
    const { kind, plural = '', singular = kind?.toLowerCase() ?? '', shortNames = [] } = names;
    if (kind === undefined) continue;
    const calls = [plural, singular, ...shortNames];
    if (calls.some((call) => call === wanted || `${call}.${group}` === wanted)) {
      return { kind, prefix: `${singular}.${group}` };
    }
  }
  return undefined;
}

function webhookConfiguration(type: 'Mutating' | 'Validating'): Resource {
  const kind = `${type}WebhookConfiguration`;
  const group = 'admissionregistration.k8s.io';
  const singular = kind.toLowerCase();
  const webhooks = (object: KubeObject) => String((object['webhooks'] as unknown[] | undefined)?.length ?? 0);
  const names = [`${singular}s`, singular].flatMap((name) => [name, `${name}.${group}`]);
  return plain(kind, `${singular}.${group}`, names, [['WEBHOOKS', webhooks]]);
}

function plain(
  kind: string,
  prefix: string,
  names: readonly string[],
  columns: readonly (readonly [header: string, cell: (object: KubeObject) => string])[],
): Resource {
  return {
    kind,
    prefix,
    names,
    table: (objects, options) => ({
      headers: ['NAME', ...columns.map(([header]) => header), 'AGE'],
      rows: objects.map((object) => [
        object.metadata.name,
        ...columns.map(([, cell]) => cell(object)),
        age(object.metadata.creationTimestamp, options.now),
      ]),
    }),
  };
}

function isSliceOf(slice: KubeObject, service: KubeObject): boolean {
  return (
    slice.kind === 'EndpointSlice' &&
    slice.metadata.namespace === service.metadata.namespace &&
    slice.metadata.labels?.['kubernetes.io/service-name'] === service.metadata.name
  );
}

function owned<T>(cluster: Cluster, kind: string, owner: KubeObject): T[] {
  return cluster.objects.filter(
    (object) => object.kind === kind && object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid),
  ) as unknown as T[];
}
