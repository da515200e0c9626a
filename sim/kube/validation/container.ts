import type { Fields } from '../defaulting/pod-spec.ts';
import { parseQuantity } from '../quantity.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { duplicate, type FieldError, forbidden, invalid, notFound, notSupported, required } from './field-error.ts';
import { validateLifecycle } from './handler.ts';
import { checkName, dns1123Label, portName, portNumber } from './names.ts';
import { PROBE_FIELDS, validateProbes } from './probe.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];
const MESSAGE_POLICIES = ['FallbackToLogsOnError', 'File'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MAX_ID = 2 ** 31 - 1;

/** What checks of containers need to know of their pod. */
export interface PodContext {
  volumeNames: ReadonlySet<string>;
  gracePeriod: number | undefined;
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
      found.push(...validateLifecycle(container.lifecycle, `${field}.lifecycle`, pod.gracePeriod));
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
    ...(lifecycle === undefined ? [] : validateLifecycle(lifecycle, `${field}.lifecycle`, pod.gracePeriod)),
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
  errors.push(...validateMounts(container.volumeMounts ?? [], `${field}.volumeMounts`, pod));
  errors.push(...oneOf(container.imagePullPolicy, `${field}.imagePullPolicy`, PULL_POLICIES));
  errors.push(...validateResources(container.resources ?? {}, `${field}.resources`));
  errors.push(...validateIds(container.securityContext ?? {}, `${field}.securityContext`));
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

function validateMounts(mounts: readonly Fields[], path: string, pod: PodContext): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, i) => {
    const field = `${path}[${i}]`;
    const errors: FieldError[] = [];
    if (!mount.name) errors.push(required(`${field}.name`));
    else if (!pod.volumeNames.has(mount.name)) errors.push(notFound(`${field}.name`, mount.name));
    if (!mount.mountPath) errors.push(required(`${field}.mountPath`));
    if (paths.has(mount.mountPath)) {
      errors.push(invalid(`${field}.mountPath`, mount.mountPath, 'must be unique'));
    }
    paths.add(mount.mountPath);
    return errors;
  });
}

function validateResources(resources: Fields, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const limits = (resources.limits ?? {}) as Record<string, string>;
  const requests = (resources.requests ?? {}) as Record<string, string>;
  for (const [name, list] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [resource, quantity] of Object.entries(list)) {
      if ((parseQuantity(quantity) ?? 0) < 0) {
        errors.push(invalid(`${field}.${name}.${resource}`, quantity, 'must be greater than or equal to 0'));
      }
      const limit = limits[resource];
      const over = limit !== undefined && (parseQuantity(quantity) ?? 0) > (parseQuantity(limit) ?? 0);
      if (name === 'requests' && over) {
        const detail = `must be less than or equal to ${resource} limit of ${limit}`;
        errors.push(invalid(`${field}.requests`, quantity, detail));
      }
    }
  }
  return errors;
}

function validateIds(context: Fields, field: string): FieldError[] {
  return ['runAsUser', 'runAsGroup'].flatMap((name) => {
    const id = context[name] as number | undefined;
    if (id === undefined || (id >= 0 && id <= MAX_ID)) return [];
    return [invalid(`${field}.${name}`, id, `must be between 0 and ${MAX_ID}, inclusive`)];
  });
}
