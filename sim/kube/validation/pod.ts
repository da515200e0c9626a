import type { Fields } from '../defaulting/pod-spec.ts';
import { type PodContext, validateContainers, validateInitContainers } from './container.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { validateDnsConfig, validateHostAliases } from './name-resolution.ts';
import { checkName, dns1123Label, dns1123Subdomain, qualifiedName } from './names.ts';
import { validateLabels, validateObjectMeta } from './object-meta.ts';
import { validateSchedulingGates, validateSpread, validateTolerations } from './scheduling.ts';
import { validatePodSecurityContext } from './security-context.ts';
import { validateVolumes } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const MAX_INT32 = 2 ** 31 - 1;

/** Every error of a pod whose defaults are filled in. Models kubernetes v1.34 pkg/apis/core/validation ValidatePodCreate. */
export function validatePod(pod: Fields): FieldError[] {
  const spec = (pod.spec ?? {}) as Fields;
  const errors = [
    ...validateObjectMeta(pod.metadata ?? {}, dns1123Subdomain, true),
    ...validatePodSpec(spec, 'spec', true),
    ...(spec.serviceAccountName ? [] : tokensWithoutAccount(spec.volumes ?? [], 'spec.volumes')),
    ...imagesWithoutBlanks(spec.containers ?? [], 'spec.containers'),
    ...imagesWithoutBlanks(spec.initContainers ?? [], 'spec.initContainers'),
  ];
  if (spec.ephemeralContainers !== undefined) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && spec.schedulingGates !== undefined) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return errors;
}

/** Models kubernetes v1.34 pkg/apis/core/validation ValidatePodSpec, as far as the lab runs what a spec says. */
export function validatePodSpec(spec: Fields, path: string, isPod = false): FieldError[] {
  const volumes = (spec.volumes ?? []) as Fields[];
  const containers = (spec.containers ?? []) as Fields[];
  const { errors: volumeErrors, valid } = validateVolumes(volumes, `${path}.volumes`);
  const context: PodContext = {
    volumes: valid,
    gracePeriod: spec.terminationGracePeriodSeconds,
    restartPolicy: spec.restartPolicy,
    claims: ((spec.resourceClaims ?? []) as Fields[]).map(({ name }) => name),
    os: spec.os?.name,
    hostUsers: spec.hostUsers !== false,
  };
  return [
    ...volumeErrors,
    ...validateContainers(containers, `${path}.containers`, context),
    ...validateInitContainers(spec.initContainers ?? [], containers, `${path}.initContainers`, context),
    ...(spec.hostNetwork === true ? samePorts(containers, `${path}.containers`, isPod) : []),
    ...policy(spec.restartPolicy, `${path}.restartPolicy`, RESTART_POLICIES),
    ...policy(spec.dnsPolicy, `${path}.dnsPolicy`, DNS_POLICIES),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validatePodSecurityContext(spec, `${path}.securityContext`),
    ...validateDnsConfig(spec.dnsConfig, spec.dnsPolicy, `${path}.dnsConfig`),
    ...((spec.readinessGates ?? []) as Fields[]).flatMap((gate, i) =>
      checkName(qualifiedName, String(gate.conditionType ?? ''), `${path}.readinessGates[${i}].conditionType`),
    ),
    ...validateSchedulingGates(spec.schedulingGates ?? [], `${path}.schedulingGates`),
    ...validateSpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`),
    ...optionalName(spec, path, 'serviceAccountName', dns1123Subdomain),
    ...optionalName(spec, path, 'nodeName', dns1123Subdomain),
    ...validateDeadline(spec.activeDeadlineSeconds, `${path}.activeDeadlineSeconds`),
    ...optionalName(spec, path, 'hostname', dns1123Label),
    ...optionalName(spec, path, 'subdomain', dns1123Label),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...validateHostAliases(spec.hostAliases ?? [], `${path}.hostAliases`),
    ...optionalName(spec, path, 'priorityClassName', dns1123Subdomain),
    ...(spec.runtimeClassName === undefined
      ? []
      : checkName(dns1123Subdomain, spec.runtimeClassName, `${path}.runtimeClassName`)),
    ...(spec.preemptionPolicy === undefined
      ? []
      : policy(spec.preemptionPolicy, `${path}.preemptionPolicy`, PREEMPTION_POLICIES)),
    ...(spec.os === undefined ? [] : validateOs(spec.os, `${path}.os`)),
  ];
}

/** On the node's network a port is the node's. Models validatePodHostNetworkDeps. */
function samePorts(containers: readonly Fields[], path: string, isPod: boolean): FieldError[] {
  return containers.flatMap((container, i) =>
    ((container.ports ?? []) as Fields[]).flatMap(({ hostPort = 0, containerPort = 0 }, j) => {
      if (hostPort === containerPort || (hostPort === 0 && !isPod)) return [];
      const detail = 'must match `containerPort` when `hostNetwork` is true';
      return [invalid(`${path}[${i}].ports[${j}].hostPort`, hostPort, detail)];
    }),
  );
}

function policy(value: unknown, field: string, allowed: readonly string[]): FieldError[] {
  if (value === undefined || value === '') return [required(field)];
  return allowed.includes(String(value)) ? [] : [notSupported(field, value, allowed)];
}

function optionalName(spec: Fields, path: string, name: string, check: typeof dns1123Label): FieldError[] {
  return spec[name] ? checkName(check, String(spec[name]), `${path}.${name}`) : [];
}

function validateOs({ name }: Fields, field: string): FieldError[] {
  if (!name) return [required(`${field}.name`)];
  return ['linux', 'windows'].includes(name) ? [] : [notSupported(field, name, ['linux', 'windows'])];
}

function validateDeadline(seconds: number | undefined, field: string): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= MAX_INT32)) return [];
  return [invalid(field, seconds, `must be between 1 and ${MAX_INT32}, inclusive`)];
}

/** Only of pods: a template gets its account when a pod is made of it. */
function tokensWithoutAccount(volumes: readonly Fields[], path: string): FieldError[] {
  const detail = 'must not be specified when serviceAccountName is not set';
  return volumes.flatMap((volume, i) =>
    ((volume.projected?.sources ?? []) as Fields[]).flatMap((source, j) =>
      source.serviceAccountToken === undefined
        ? []
        : [forbidden(`${path}[${i}].projected.sources[${j}].serviceAccountToken`, detail)],
    ),
  );
}

/** Only of pods: in a template, an image of a blank stands for one to be filled in. */
function imagesWithoutBlanks(containers: readonly Fields[], path: string): FieldError[] {
  return containers.flatMap((container, i) => {
    const image = String(container.image ?? '');
    if (image === image.trim()) return [];
    return [invalid(`${path}[${i}].image`, image, 'must not have leading or trailing whitespace')];
  });
}
