import type { SourceLocation } from '../core/errors.ts';
import type { Manifest } from '../kube/decoding/manifests.ts';
import type { NewObject } from '../kube/store.ts';

/** A part of a manifest that the lab does not run. */
export interface Unsupported {
  code: 'UNSUPPORTED_KIND' | 'UNSUPPORTED_FIELD' | 'UNSUPPORTED_VOLUME';
  message: string;
  location: SourceLocation;
}

type Fields = Record<string, unknown>;
type Path = readonly (string | number)[];

/** Kinds that something in the lab acts on, or that need nobody to act on them. */
const ACTED_ON = new Set([
  'Pod',
  'Service',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'Namespace',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'EndpointSlice',
  'ServiceAccount',
  'MeshConfig',
  'CustomResourceDefinition',
  'MutatingWebhookConfiguration',
]);
const MAKES_PODS = new Set(['StatefulSet', 'Job', 'CronJob', 'ReplicationController']);
const VOLUMES = new Set(['name', 'emptyDir', 'configMap', 'secret', 'projected', 'downwardAPI', 'hostPath']);
const POD_FIELDS: Readonly<Record<string, string>> = {
  hostNetwork: "the pod gets an IP of its own instead of the node's",
  hostPID: 'the containers do not see the processes of the node',
  hostIPC: "the containers do not share the node's IPC",
  shareProcessNamespace: 'each container has processes of its own',
  affinity: 'there is one node',
  topologySpreadConstraints: 'there is one node',
  runtimeClassName: 'there is one container runtime',
  ephemeralContainers: 'they are not started',
  dnsConfig: 'names are resolved as without it',
  hostAliases: 'names are resolved as without them',
};
const SERVICE_TYPES = new Set(['ClusterIP', undefined]);

/**
 * What manifests contain that the lab does not run, each with its place; nothing is dropped silently.
 * In order of the manifests.
 */
export function unsupportedParts(manifests: readonly Manifest[]): Unsupported[] {
  return manifests.flatMap(({ object, locate }) => {
    const found: Unsupported[] = [];
    const note = (code: Unsupported['code'], path: Path, message: string) =>
      found.push({ code, message: `${title(object)}: ${message}`, location: locate(path) });
    kind(object, note);
    const { path, spec } = podSpec(object);
    if (spec !== undefined) podFields(spec, path, note);
    if (object.kind === 'Service') serviceFields(object, note);
    return found;
  });
}

type Note = (code: Unsupported['code'], path: Path, message: string) => void;

function kind(object: NewObject, note: Note): void {
  if (ACTED_ON.has(object.kind)) return;
  const what = MAKES_PODS.has(object.kind) ? 'no pods are made of it' : 'nothing in the lab acts on it';
  note('UNSUPPORTED_KIND', ['kind'], `it is stored, but ${what}`);
}

function podSpec(object: NewObject): { path: Path; spec: Fields | undefined } {
  const spec = object.spec as Fields | undefined;
  if (object.kind === 'Pod') return { path: ['spec'], spec };
  if (object.kind !== 'Deployment' && object.kind !== 'ReplicaSet' && object.kind !== 'DaemonSet')
    return { path: [], spec: undefined };
  const template = spec?.template as Fields | undefined;
  return { path: ['spec', 'template', 'spec'], spec: template?.spec as Fields | undefined };
}

function podFields(spec: Fields, path: Path, note: Note): void {
  for (const [field, instead] of Object.entries(POD_FIELDS)) {
    const value = spec[field];
    if (value === undefined || value === false || value === null) continue;
    note('UNSUPPORTED_FIELD', [...path, field], `${field} is not modelled; ${instead}`);
  }
  const fromNode = listOf(spec.volumes).flatMap(({ name, hostPath }) => (hostPath === undefined ? [] : [String(name)]));
  if (fromNode.length > 0) {
    const message = `hostPath volumes are directories of the pod's own, empty at first: ${fromNode.join(', ')}`;
    note('UNSUPPORTED_VOLUME', [...path, 'volumes'], message);
  }
  for (const [index, volume] of listOf(spec.volumes).entries()) {
    const type = Object.keys(volume).find((key) => !VOLUMES.has(key));
    if (type === undefined) continue;
    const message = `a volume of type ${type} cannot be made; "${String(volume.name)}" is not mounted`;
    note('UNSUPPORTED_VOLUME', [...path, 'volumes', index, type], message);
  }
  for (const list of ['initContainers', 'containers']) {
    for (const [index, container] of listOf(spec[list]).entries()) {
      containerFields(container, [...path, list, index], note);
    }
  }
}

function containerFields(container: Fields, path: Path, note: Note): void {
  if (listOf(container.volumeDevices).length > 0) {
    note('UNSUPPORTED_FIELD', [...path, 'volumeDevices'], 'volumeDevices are not modelled; there are no block devices');
  }
  for (const [index, port] of listOf(container.ports).entries()) {
    if (port.hostPort === undefined) continue;
    const message = `hostPort ${String(port.hostPort)} is not opened on the node`;
    note('UNSUPPORTED_FIELD', [...path, 'ports', index, 'hostPort'], message);
  }
}

function serviceFields(object: NewObject, note: Note): void {
  const spec = object.spec as Fields | undefined;
  const type = spec?.type as string | undefined;
  if (!SERVICE_TYPES.has(type)) {
    note('UNSUPPORTED_FIELD', ['spec', 'type'], `a Service of type ${type} is reachable within the cluster only`);
  }
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
}

function title(object: NewObject): string {
  return `${object.kind} "${object.metadata.name ?? object.metadata.generateName ?? ''}"`;
}
