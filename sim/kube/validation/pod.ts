import type { Fields } from '../defaulting/pod-spec.ts';
import { validateContainers, validateInitContainers } from './container.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { checkName, dns1123Label, dns1123Subdomain, qualifiedName } from './names.ts';
import { validateLabels, validateObjectMeta } from './object-meta.ts';
import { validateVolumes } from './volumes.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const MAX_INT32 = 2 ** 31 - 1;

/** Every error of a pod whose defaults are filled in. Models kubernetes v1.34 pkg/apis/core/validation ValidatePodCreate. */
export function validatePod(pod: Fields): FieldError[] {
  const spec = (pod.spec ?? {}) as Fields;
  const errors = [
    ...validateObjectMeta(pod.metadata ?? {}, dns1123Subdomain, true),
    ...validatePodSpec(spec, 'spec'),
    ...imagesWithoutBlanks(spec.containers ?? [], 'spec.containers'),
    ...imagesWithoutBlanks(spec.initContainers ?? [], 'spec.initContainers'),
  ];
  if (spec.ephemeralContainers !== undefined) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  return errors;
}

/** Models kubernetes v1.34 pkg/apis/core/validation ValidatePodSpec, as far as the lab runs what a spec says. */
export function validatePodSpec(spec: Fields, path: string): FieldError[] {
  const volumes = (spec.volumes ?? []) as Fields[];
  const containers = (spec.containers ?? []) as Fields[];
  const context = {
    volumeNames: new Set<string>(volumes.map((volume) => volume.name)),
    gracePeriod: spec.terminationGracePeriodSeconds as number | undefined,
  };
  return [
    ...validateVolumes(volumes, `${path}.volumes`),
    ...validateContainers(containers, `${path}.containers`, context),
    ...validateInitContainers(spec.initContainers ?? [], containers, `${path}.initContainers`, context),
    ...policy(spec.restartPolicy, `${path}.restartPolicy`, RESTART_POLICIES),
    ...policy(spec.dnsPolicy, `${path}.dnsPolicy`, DNS_POLICIES),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...((spec.readinessGates ?? []) as Fields[]).flatMap((gate, i) =>
      checkName(qualifiedName, String(gate.conditionType ?? ''), `${path}.readinessGates[${i}].conditionType`),
    ),
    ...optionalName(spec, path, 'serviceAccountName', dns1123Subdomain),
    ...optionalName(spec, path, 'nodeName', dns1123Subdomain),
    ...validateDeadline(spec.activeDeadlineSeconds, `${path}.activeDeadlineSeconds`),
    ...optionalName(spec, path, 'hostname', dns1123Label),
    ...optionalName(spec, path, 'subdomain', dns1123Label),
    ...optionalName(spec, path, 'priorityClassName', dns1123Subdomain),
  ];
}

function policy(value: unknown, field: string, allowed: readonly string[]): FieldError[] {
  if (value === undefined || value === '') return [required(field)];
  return allowed.includes(String(value)) ? [] : [notSupported(field, value, allowed)];
}

function optionalName(spec: Fields, path: string, name: string, check: typeof dns1123Label): FieldError[] {
  return spec[name] ? checkName(check, String(spec[name]), `${path}.${name}`) : [];
}

function validateDeadline(seconds: number | undefined, field: string): FieldError[] {
  if (seconds === undefined || (seconds >= 1 && seconds <= MAX_INT32)) return [];
  return [invalid(field, seconds, `must be between 1 and ${MAX_INT32}, inclusive`)];
}

/** Only of pods: in a template, an image of a blank stands for one to be filled in. */
function imagesWithoutBlanks(containers: readonly Fields[], path: string): FieldError[] {
  return containers.flatMap((container, i) => {
    const image = String(container.image ?? '');
    if (image === image.trim()) return [];
    return [invalid(`${path}[${i}].image`, image, 'must not have leading or trailing whitespace')];
  });
}
