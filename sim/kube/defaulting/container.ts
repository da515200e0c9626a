import type { Fields } from './pod-spec.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];
const PROBE_NUMBERS = { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

/** Models kubernetes v1.34 pkg/apis/core/v1/defaults.go SetDefaults_Container and what it reaches. */
export function defaultContainer(given: Fields): Fields {
  const container: Fields = { ...given };
  container.resources ??= {};
  if (Array.isArray(container.ports)) {
    container.ports = (container.ports as Fields[]).map((port) => ({ protocol: 'TCP', ...port }));
  }
  if (Array.isArray(container.env)) container.env = (container.env as Fields[]).map(defaultEnv);
  for (const name of PROBES) {
    if (container[name] !== undefined) container[name] = defaultProbe(container[name]);
  }
  if (container.lifecycle !== undefined) container.lifecycle = defaultLifecycle(container.lifecycle);
  if (!container.terminationMessagePath) container.terminationMessagePath = '/dev/termination-log';
  if (!container.terminationMessagePolicy) container.terminationMessagePolicy = 'File';
  if (!container.imagePullPolicy) container.imagePullPolicy = defaultPullPolicy(container.image ?? '');
  return container;
}

const PATH_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const HOST =
  '(?:[a-zA-Z0-9.-]*[.A-Z][a-zA-Z0-9.-]*(?::\\d+)?|[a-zA-Z0-9-]+:\\d+|localhost|\\[[0-9a-fA-F:]+\\](?::\\d+)?)/';
const IMAGE = new RegExp(
  `^(?:${HOST})?${PATH_PART}(?:/${PATH_PART})*(?::([\\w][\\w.-]{0,127}))?(@[a-z0-9]+:[0-9a-fA-F]{32,})?$`,
);

/**
 * `Always` for the tag latest, written or implied; another tag, a digest, or what is no image name at all is
 * `IfNotPresent`. Models kubernetes v1.34 pkg/util/parsers ParseImageName.
 */
function defaultPullPolicy(image: string): string {
  const match = IMAGE.exec(image);
  if (match === null) return 'IfNotPresent';
  const [, tag, digest] = match;
  return tag === 'latest' || (tag === undefined && digest === undefined) ? 'Always' : 'IfNotPresent';
}

/**
 * What a container gets in a pod, not in a template: a request that is not given is as large as the limit; on the node's
 * network a port is the node's. Models SetDefaults_Pod.
 */
export function defaultContainerOfPod(given: Fields, hostNetwork: boolean): Fields {
  const container: Fields = { ...given };
  const { limits, requests } = container.resources as Fields;
  if (limits !== undefined) container.resources = { ...container.resources, requests: { ...limits, ...requests } };
  if (hostNetwork && Array.isArray(container.ports)) {
    container.ports = (container.ports as Fields[]).map((port) =>
      port.hostPort ? port : { ...port, hostPort: port.containerPort },
    );
  }
  return container;
}

function defaultEnv(given: Fields): Fields {
  const { fieldRef, fileKeyRef } = (given.valueFrom ?? {}) as Fields;
  if (fieldRef === undefined && fileKeyRef === undefined) return given;
  const valueFrom = { ...given.valueFrom };
  if (fieldRef !== undefined) valueFrom.fieldRef = { ...fieldRef, apiVersion: fieldRef.apiVersion || 'v1' };
  if (fileKeyRef !== undefined) valueFrom.fileKeyRef = { optional: false, ...fileKeyRef };
  return { ...given, valueFrom };
}

/** Zero counts as not set, also when it was written. */
function defaultProbe(given: Fields): Fields {
  const probe = defaultHandler(given);
  for (const [field, value] of Object.entries(PROBE_NUMBERS)) {
    if (!probe[field]) probe[field] = value;
  }
  if (probe.initialDelaySeconds === 0) delete probe.initialDelaySeconds;
  if (probe.grpc !== undefined) probe.grpc = { service: '', ...probe.grpc };
  return probe;
}

function defaultHandler(given: Fields): Fields {
  const handler = { ...given };
  if (handler.httpGet !== undefined) {
    const get: Fields = { ...handler.httpGet };
    if (!get.path) get.path = '/';
    if (!get.scheme) get.scheme = 'HTTP';
    handler.httpGet = get;
  }
  return handler;
}

function defaultLifecycle(given: Fields): Fields {
  const lifecycle = { ...given };
  for (const hook of ['postStart', 'preStop']) {
    if (lifecycle[hook] !== undefined) lifecycle[hook] = defaultHandler(lifecycle[hook]);
  }
  return lifecycle;
}
