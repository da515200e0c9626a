import { toBase64 } from './base64.ts';
import { dropDisabledFields } from './defaulting/drop-disabled-fields.ts';
import { defaultPodSpec, defaultTemplateSpec, type Fields } from './defaulting/pod-spec.ts';
import type { NewObject } from './store.ts';

/**
 * An object with the API server's defaults filled in; a new object, the one given is not touched. Fields behind feature
 * gates that are off are dropped. A kind without defaults comes back as it is. Calling it twice changes nothing.
 * Models kubernetes v1.34 pkg/apis/{core,apps,discovery}/v1/defaults.go and the registries' PrepareForCreate.
 */
export function defaultObject(object: NewObject): NewObject {
  switch (`${object.apiVersion}/${object.kind}`) {
    case 'v1/Pod':
      return defaultPod(object);
    case 'apps/v1/Deployment':
      return { ...object, spec: defaultDeploymentSpec(object.spec ?? {}) };
    case 'apps/v1/DaemonSet':
      return { ...object, spec: defaultDaemonSetSpec(object.spec ?? {}) };
    case 'apps/v1/ReplicaSet':
      return defaultReplicaSet(object);
    case 'v1/Service':
      return { ...object, spec: defaultServiceSpec(object.spec ?? {}) };
    case 'v1/Namespace':
      return defaultNamespace(object);
    case 'v1/Secret':
      return defaultSecret(object);
    default:
      return object;
  }
}

/** A pod with its defaults. `defaultObject` of a pod, typed. */
export function defaultPod<P extends NewObject>(pod: P): P {
  return { ...pod, spec: dropDisabledFields(defaultPodSpec(pod.spec ?? {})) };
}

function defaultTemplate(template: Fields | undefined): Fields {
  return {
    ...template,
    metadata: template?.metadata ?? {},
    spec: dropDisabledFields(defaultTemplateSpec(template?.spec ?? {})),
  };
}

function defaultDeploymentSpec(spec: Fields): Fields {
  const strategy: Fields = { type: 'RollingUpdate', ...spec.strategy };
  if (strategy.type === 'RollingUpdate') {
    strategy.rollingUpdate = { maxUnavailable: '25%', maxSurge: '25%', ...strategy.rollingUpdate };
  }
  return {
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
    strategy,
    template: defaultTemplate(spec.template),
  };
}

function defaultDaemonSetSpec(spec: Fields): Fields {
  const updateStrategy: Fields = { type: 'RollingUpdate', ...spec.updateStrategy };
  if (updateStrategy.type === 'RollingUpdate') {
    updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...updateStrategy.rollingUpdate };
  }
  return { revisionHistoryLimit: 10, ...spec, updateStrategy, template: defaultTemplate(spec.template) };
}

function defaultReplicaSet(object: NewObject): NewObject {
  const template = defaultTemplate(object.spec?.template);
  const labels = object.metadata.labels ?? template.metadata.labels;
  return {
    ...object,
    metadata: labels === undefined ? object.metadata : { ...object.metadata, labels },
    spec: { replicas: 1, ...object.spec, template },
  };
}

const CLIENT_IP_TIMEOUT_SECONDS = 10_800;

function defaultServiceSpec(given: Fields): Fields {
  const spec: Fields = { sessionAffinity: 'None', type: 'ClusterIP', ...given };
  if (spec.ports !== undefined) {
    spec.ports = (spec.ports as Fields[]).map((port) => {
      const target = port.targetPort;
      const unset = target === undefined || target === 0 || target === '';
      return { protocol: 'TCP', ...port, targetPort: unset ? port.port : target };
    });
  }
  if (spec.sessionAffinity === 'ClientIP') {
    spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } };
  }
  if (spec.type === 'ExternalName') return spec;
  spec.internalTrafficPolicy ??= 'Cluster';
  spec.ipFamilyPolicy ??= 'SingleStack';
  spec.ipFamilies ??= ['IPv4'];
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  return spec;
}

function defaultNamespace(object: NewObject): NewObject {
  const name = object.metadata.name;
  const labels = { 'kubernetes.io/metadata.name': name ?? '', ...object.metadata.labels };
  return {
    ...object,
    metadata: name === undefined ? object.metadata : { ...object.metadata, labels },
    spec: { finalizers: ['kubernetes'], ...object.spec },
    status: { phase: 'Active', ...object.status },
  };
}

/** `stringData` is write-only: it ends up in `data`. */
function defaultSecret(object: NewObject): NewObject {
  const { stringData, ...rest } = object;
  if (stringData === undefined) return { ...object, type: object.type ?? 'Opaque' };
  const data: Record<string, string> = { ...object.data };
  for (const [key, text] of Object.entries(stringData as Record<string, string>)) data[key] = toBase64(text);
  return { ...rest, data, type: object.type ?? 'Opaque' } as NewObject;
}
