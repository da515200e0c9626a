import type {
  DaemonSet as ApiDaemonSet,
  Deployment as ApiDeployment,
  ReplicaSet as ApiReplicaSet,
} from 'kubernetes-types/apps/v1.js';
import type {
  ConfigMap as ApiConfigMap,
  Container as ApiContainer,
  Endpoints as ApiEndpoints,
  Namespace as ApiNamespace,
  Pod as ApiPod,
  PodSpec as ApiPodSpec,
  PodStatus as ApiPodStatus,
  PodTemplateSpec as ApiPodTemplateSpec,
  Secret as ApiSecret,
  Service as ApiService,
} from 'kubernetes-types/core/v1.js';
import type { Endpoint as ApiEndpoint, EndpointSlice as ApiEndpointSlice } from 'kubernetes-types/discovery/v1.js';
import type { ObjectMeta as ApiObjectMeta } from 'kubernetes-types/meta/v1.js';

export type {
  ContainerPort,
  ContainerState,
  ContainerStatus,
  EnvVar,
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  HTTPHeader,
  Lifecycle,
  LifecycleHandler,
  PodCondition,
  Probe,
  TCPSocketAction,
  Volume,
  VolumeMount,
} from 'kubernetes-types/core/v1.js';
export type { LabelSelector, OwnerReference } from 'kubernetes-types/meta/v1.js';

/** Metadata of an object that the store holds: what the API server fills in is there. */
export interface ObjectMeta extends ApiObjectMeta {
  name: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
}

/** Any object, of a known kind or not. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  // biome-ignore lint/suspicious/noExplicitAny: a custom kind's fields are not known here.
  [field: string]: any;
}

type Stored<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata'> & {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
};

/** `restartPolicy` of a container is newer than the type package's default shape for init containers allows for. */
export type Container = ApiContainer;
export type PodSpec = ApiPodSpec;
export type PodStatus = ApiPodStatus & { observedGeneration?: number };
export type PodTemplateSpec = ApiPodTemplateSpec;
/** A namespaced pod with its defaults filled in; `status` is always there. */
export type Pod = Stored<Omit<ApiPod, 'spec' | 'status'>> & {
  metadata: { namespace: string };
  spec: PodSpec;
  status: PodStatus;
};
export type Service = Stored<ApiService> & { metadata: { namespace: string } };
export type Endpoints = Stored<ApiEndpoints> & { metadata: { namespace: string } };
export type Endpoint = ApiEndpoint;
export type EndpointSlice = Stored<Omit<ApiEndpointSlice, 'metadata'>> & { metadata: { namespace: string } };
export type Namespace = Stored<ApiNamespace>;
export type ConfigMap = Stored<ApiConfigMap> & { metadata: { namespace: string } };
export type Secret = Stored<ApiSecret> & { metadata: { namespace: string } };
export type Deployment = Stored<ApiDeployment> & { metadata: { namespace: string } };
export type DaemonSet = Stored<ApiDaemonSet> & { metadata: { namespace: string } };
export type ReplicaSet = Stored<ApiReplicaSet> & { metadata: { namespace: string } };

/** A core/v1 Event as the recorder writes it. */
export interface Event {
  apiVersion: 'v1';
  kind: 'Event';
  metadata: ObjectMeta & { namespace: string };
  involvedObject: ObjectReference;
  reason: string;
  message: string;
  type: 'Normal' | 'Warning';
  source: { component: string; host?: string };
  reportingComponent: string;
  reportingInstance: string;
  count?: number;
  firstTimestamp: string | null;
  lastTimestamp: string | null;
  /** Set instead of count and timestamps by events.k8s.io/v1 clients (the scheduler). */
  eventTime: string | null;
  action?: string;
}

/** What an event is about. */
export interface ObjectReference {
  apiVersion?: string;
  kind: string;
  namespace?: string;
  name: string;
  uid?: string;
  resourceVersion?: string;
  /** Such as `spec.containers{app}`. */
  fieldPath?: string;
}

/** The name and the place in the API of one kind of object; typed, so that the store's answers are. */
export interface Kind<T> {
  readonly apiVersion: string;
  readonly kind: string;
  /** Lower-case plural, as in URLs and in kubectl. */
  readonly plural: string;
  readonly namespaced: boolean;
  /** Never set: carries the type. */
  readonly object?: T;
}

export const PODS: Kind<Pod> = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };
export const SERVICES: Kind<Service> = { apiVersion: 'v1', kind: 'Service', plural: 'services', namespaced: true };
export const ENDPOINTS: Kind<Endpoints> = {
  apiVersion: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  namespaced: true,
};
export const ENDPOINT_SLICES: Kind<EndpointSlice> = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};
export const NAMESPACES: Kind<Namespace> = {
  apiVersion: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  namespaced: false,
};
export const CONFIG_MAPS: Kind<ConfigMap> = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
};
export const SECRETS: Kind<Secret> = { apiVersion: 'v1', kind: 'Secret', plural: 'secrets', namespaced: true };
export const EVENTS: Kind<Event> = { apiVersion: 'v1', kind: 'Event', plural: 'events', namespaced: true };
export const DEPLOYMENTS: Kind<Deployment> = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
export const REPLICA_SETS: Kind<ReplicaSet> = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  namespaced: true,
};
export const DAEMON_SETS: Kind<DaemonSet> = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  namespaced: true,
};

/** The kinds the lab knows by name. Any other object is kept under its own apiVersion and kind. */
export const KNOWN_KINDS: readonly Kind<unknown>[] = [
  PODS,
  SERVICES,
  ENDPOINTS,
  ENDPOINT_SLICES,
  NAMESPACES,
  CONFIG_MAPS,
  SECRETS,
  EVENTS,
  DEPLOYMENTS,
  REPLICA_SETS,
  DAEMON_SETS,
];

/** The kind of any object; an unknown kind counts as namespaced unless the object has no namespace. */
export function kindOf(object: { apiVersion: string; kind: string; metadata?: { namespace?: string } }): Kind<unknown> {
  const known = KNOWN_KINDS.find((kind) => kind.kind === object.kind && kind.apiVersion === object.apiVersion);
  return (
    known ?? {
      apiVersion: object.apiVersion,
      kind: object.kind,
      plural: `${object.kind.toLowerCase()}s`,
      namespaced: object.metadata?.namespace !== undefined,
    }
  );
}
