import type { Fields } from '../defaulting/pod-spec.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateLifecycle } from './handler.ts';
import { type VolumesByName, validateDevices, validateMounts } from './mounts.ts';
import { checkName, dns1123Label, portName, portNumber } from './names.ts';
import { PROBE_FIELDS, validateProbes } from './probe.ts';
import { validateResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const RESIZED = ['cpu', 'memory'];
const RESIZE_POLICIES = ['NotRequired', 'RestartContainer'];

/** What checks of containers need to know of their pod. */
export interface PodContext {
  volumes: VolumesByName;
  gracePeriod: number | undefined;
  restartPolicy: string;
  /** Names of its resource claims. */
  claims: readonly string[];
  os: string | undefined;
  /** False: it has a user namespace of its own. */
  hostUsers: boolean;
}

/** Models kubernetes v1.34 pkg/apis/core/validation validateContainers. */
export function validateContainers(containers: readonly Fields[], path: string, pod: PodContext): FieldError[] {
  if (containers.length === 0) return [required(path)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, i) => {
    const field = `${path}[${i}]`;
    const found = validateCommon(container, field, pod);
    if (names.has(container.name)) found.push(duplicate(`${field}.name`, container.name));
    names.add(container.name);
    if (container.lifecycle !== undefined) {
      found.push(...validateLifecycle(container.lifecycle, `${field}.lifecycle`, pod.gracePeriod, pod.os));
    }
    found.push(...validateProbes(container, field, pod.gracePeriod));
    if (container.restartPolicy !== undefined) {
      found.push(forbidden(`${field}.restartPolicy`, 'may not be set for non-init containers'));
    }
    return found;
  });
  return [...errors, ...hostPortConflicts(containers, path)];
}

/** Models kubernetes v1.34 pkg/apis/core/validation validateInitContainers. */
export function validateInitContainers(
  containers: readonly Fields[],
  regular: readonly Fields[],
  path: string,
  pod: PodContext,
): FieldError[] {
  const names = new Set<string>(regular.map((container) => container.name));
  return containers.flatMap((container, i) => {
    const field = `${path}[${i}]`;
    const errors = validateCommon(container, field, pod);
    const policy = container.restartPolicy;
    if (policy !== undefined && policy !== 'Always') {
      errors.push(notSupported(`${field}.restartPolicy`, policy, ['Always']));
    }
    if (names.has(container.name)) errors.push(duplicate(`${field}.name`, container.name));
    else if (container.name) names.add(container.name);
    errors.push(...hostPortConflicts([container], path));
    errors.push(...(policy === 'Always' ? sidecarOnly(container, field, pod) : neverForInit(container, field)));
    return errors;
  });
}

function sidecarOnly(container: Fields, field: string, pod: PodContext): FieldError[] {
  const lifecycle = container.lifecycle;
  return [
    ...(lifecycle === undefined ? [] : validateLifecycle(lifecycle, `${field}.lifecycle`, pod.gracePeriod, pod.os)),
    ...validateProbes(container, field, pod.gracePeriod),
  ];
}

function neverForInit(container: Fields, field: string): FieldError[] {
  return ['lifecycle', ...PROBE_FIELDS]
    .filter((name) => container[name] !== undefined)
    .map((name) => forbidden(`${field}.${name}`, 'may not be set for init containers without restartPolicy=Always'));
}

function validateCommon(container: Fields, field: string, pod: PodContext): FieldError[] {
  const errors: FieldError[] = [];
  if (!container.name) errors.push(required(`${field}.name`));
  else errors.push(...checkName(dns1123Label, String(container.name), `${field}.name`));
  if (!container.image) errors.push(required(`${field}.image`));
  errors.push(...oneOf(container.terminationMessagePolicy, `${field}.terminationMessagePolicy`, MESSAGE_POLICIES));
  errors.push(...validatePorts(container.ports ?? [], `${field}.ports`));
  errors.push(...validateEnv(container.env ?? [], `${field}.env`));
  errors.push(...validateEnvFrom(container.envFrom ?? [], `${field}.envFrom`));
  errors.push(...validateMounts(container, `${field}.volumeMounts`, pod.volumes));
  errors.push(...validateDevices(container, `${field}.volumeDevices`, pod.volumes));
  errors.push(...oneOf(container.imagePullPolicy, `${field}.imagePullPolicy`, PULL_POLICIES));
  errors.push(...validateResources(container.resources ?? {}, `${field}.resources`, pod.claims));
  errors.push(...validateResizePolicy(container.resizePolicy ?? [], `${field}.resizePolicy`, pod.restartPolicy));
  errors.push(...validateSecurityContext(container.securityContext ?? {}, `${field}.securityContext`, pod.hostUsers));
  return errors;
}

function oneOf(value: unknown, field: string, allowed: readonly string[]): FieldError[] {
  if (value === undefined || value === '') return [required(field)];
  return allowed.includes(String(value)) ? [] : [notSupported(field, value, allowed)];
}

function validatePorts(ports: readonly Fields[], path: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, i) => {
    const field = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (port.name) {
      const wrong = checkName(portName, String(port.name), `${field}.name`);
      if (wrong.length > 0) errors.push(...wrong);
      else if (names.has(port.name)) errors.push(duplicate(`${field}.name`, port.name));
      names.add(port.name);
    }
    const number = port.containerPort;
    if (!number) errors.push(required(`${field}.containerPort`));
    else errors.push(...portNumber(number).map((problem) => invalid(`${field}.containerPort`, number, problem)));
    const host = port.hostPort;
    if (host) errors.push(...portNumber(host).map((problem) => invalid(`${field}.hostPort`, host, problem)));
    errors.push(...oneOf(port.protocol, `${field}.protocol`, PROTOCOLS));
    return errors;
  });
}

function hostPortConflicts(containers: readonly Fields[], path: string): FieldError[] {
  const taken = new Set<string>();
  return containers.flatMap((container, i) =>
    ((container.ports ?? []) as Fields[]).flatMap((port, j) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) return [duplicate(`${path}[${i}].ports[${j}].hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

/** Models validateResizePolicy: errors name the list. */
function validateResizePolicy(policies: readonly Fields[], path: string, podPolicy: string): FieldError[] {
  const seen = new Set<string>();
  return policies.flatMap(({ resourceName = '', restartPolicy = '' }, i) => {
    const errors = seen.has(resourceName) ? [duplicate(`${path}[${i}]`, resourceName)] : [];
    seen.add(resourceName);
    errors.push(...oneOf(resourceName, path, RESIZED), ...oneOf(restartPolicy, path, RESIZE_POLICIES));
    if (podPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      errors.push(invalid(path, restartPolicy, "must be 'NotRequired' when `restartPolicy` is 'Never'"));
    }
    return errors;
  });
}
