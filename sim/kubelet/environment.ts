import { LabError } from '../core/errors.ts';
import { fromBase64 } from '../kube/base64.ts';
import { CONFIG_MAPS, type Container, type EnvVar, type Pod, SECRETS, SERVICES } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { expandVariables } from './expansion.ts';

/** What the node knows that a pod may ask for by downward API. */
export interface NodeFacts {
  nodeName: string;
  hostIP: string;
  podIP: string;
}

/**
 * The environment of a container: service variables, envFrom, env with `$(VAR)`, downward API.
 * Throws LabError (code `CreateContainerConfigError`) with the kubelet's text when a ConfigMap, Secret or key is missing.
 * Models kubernetes v1.34 pkg/kubelet/kubelet_pods.go makeEnvironmentVariables.
 */
export function makeEnvironment(store: Store, pod: Pod, container: Container, node: NodeFacts): EnvVar[] {
  const result = new Map<string, string>();
  for (const source of container.envFrom ?? []) addAll(store, pod, source, result);
  const services = serviceVariables(store, pod);
  for (const variable of container.env ?? []) {
    let value = variable.value ?? '';
    if (variable.value !== undefined) {
      value = expandVariables(variable.value, (name) => result.get(name) ?? services.get(name));
    } else if (variable.valueFrom !== undefined) {
      const found = valueFrom(store, pod, container, variable, node);
      if (found === undefined) continue;
      value = found;
    }
    result.set(variable.name, value);
  }
  for (const [name, value] of services) if (!result.has(name)) result.set(name, value);
  return [...result].map(([name, value]) => ({ name, value }));
}

function addAll(
  store: Store,
  pod: Pod,
  source: NonNullable<Container['envFrom']>[number],
  result: Map<string, string>,
): void {
  const ref = source.configMapRef ?? source.secretRef;
  if (ref?.name === undefined) return;
  const data = source.configMapRef ? configMapData(store, pod, ref.name) : secretData(store, pod, ref.name);
  if (data === undefined) {
    if (ref.optional === true) return;
    throw missing(`${source.configMapRef ? 'configmap' : 'secret'} "${ref.name}" not found`);
  }
  for (const [key, value] of Object.entries(data)) result.set(`${source.prefix ?? ''}${key}`, value);
}

function valueFrom(
  store: Store,
  pod: Pod,
  container: Container,
  variable: EnvVar,
  node: NodeFacts,
): string | undefined {
  const from = variable.valueFrom;
  if (from?.fieldRef !== undefined) return fieldValue(pod, from.fieldRef.fieldPath, node);
  if (from?.resourceFieldRef !== undefined) return resourceValue(container, from.resourceFieldRef.resource);
  const ref = from?.configMapKeyRef ?? from?.secretKeyRef;
  if (ref?.name === undefined) return '';
  const isConfigMap = from?.configMapKeyRef !== undefined;
  const data = isConfigMap ? configMapData(store, pod, ref.name) : secretData(store, pod, ref.name);
  if (data === undefined) {
    if (ref.optional === true) return undefined;
    throw missing(`${isConfigMap ? 'configmap' : 'secret'} "${ref.name}" not found`);
  }
  const value = data[ref.key];
  if (value !== undefined) return value;
  if (ref.optional === true) return undefined;
  const kind = isConfigMap ? 'ConfigMap' : 'Secret';
  throw missing(`couldn't find key ${ref.key} in ${kind} ${pod.metadata.namespace}/${ref.name}`);
}

/** The downward API's fields. Models pkg/fieldpath ExtractFieldPathAsString. */
export function fieldValue(pod: Pod, path: string, node: NodeFacts): string {
  const subscript = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(path);
  if (subscript !== null) {
    return (subscript[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations)?.[subscript[2] ?? ''] ?? '';
  }
  const fields: Record<string, string | undefined> = {
    'metadata.name': pod.metadata.name,
    'metadata.namespace': pod.metadata.namespace,
    'metadata.uid': pod.metadata.uid,
    'metadata.labels': mapText(pod.metadata.labels),
    'metadata.annotations': mapText(pod.metadata.annotations),
    'spec.nodeName': node.nodeName,
    'spec.serviceAccountName': pod.spec.serviceAccountName ?? 'default',
    'status.hostIP': node.hostIP,
    'status.hostIPs': node.hostIP,
    'status.podIP': node.podIP,
    'status.podIPs': node.podIP,
  };
  return fields[path] ?? '';
}

/** `key="value"` lines, sorted, as the downward API writes labels and annotations. */
function mapText(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}

function resourceValue(container: Container, resource: string): string {
  const [kind, name] = resource.split('.') as ['limits' | 'requests', string];
  return String(container.resources?.[kind]?.[name] ?? '0');
}

/** Text values of a ConfigMap; undefined if there is none. */
export function configMapData(store: Store, pod: Pod, name: string): Record<string, string> | undefined {
  const map = store.get(CONFIG_MAPS, pod.metadata.namespace, name);
  return map === undefined ? undefined : { ...map.data };
}

/** Decoded values of a Secret (stringData wins); undefined if there is none. */
export function secretData(store: Store, pod: Pod, name: string): Record<string, string> | undefined {
  const secret = store.get(SECRETS, pod.metadata.namespace, name);
  if (secret === undefined) return undefined;
  const decoded: Record<string, string> = {};
  for (const [key, value] of Object.entries(secret.data ?? {})) decoded[key] = fromBase64(value) ?? '';
  return { ...decoded, ...secret.stringData };
}

function serviceVariables(store: Store, pod: Pod): Map<string, string> {
  const variables = new Map<string, string>();
  if (pod.spec.enableServiceLinks === false) return variables;
  for (const service of store.list(SERVICES, pod.metadata.namespace)) {
    const address = service.spec?.clusterIP;
    const port = service.spec?.ports?.[0];
    if (address === undefined || address === 'None' || port === undefined) continue;
    const name = service.metadata.name.toUpperCase().replaceAll('-', '_');
    const url = `tcp://${address}:${port.port}`;
    variables.set(`${name}_SERVICE_HOST`, address);
    variables.set(`${name}_SERVICE_PORT`, String(port.port));
    variables.set(`${name}_PORT`, url);
    variables.set(`${name}_PORT_${port.port}_TCP`, url);
    variables.set(`${name}_PORT_${port.port}_TCP_PROTO`, 'tcp');
    variables.set(`${name}_PORT_${port.port}_TCP_PORT`, String(port.port));
    variables.set(`${name}_PORT_${port.port}_TCP_ADDR`, address);
  }
  return variables;
}

function missing(message: string): LabError {
  return new LabError('CreateContainerConfigError', message);
}
