import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid, notSupported, required } from './field-error.ts';
import { descendingPath } from './paths.ts';

const MAX_ID = 2 ** 31 - 1;
const PROFILE_TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateSecurityContext, as far as pods of Linux go. */
export function validateSecurityContext(context: Fields, field: string, hostUsers: boolean): FieldError[] {
  const { procMount } = context;
  const errors = ['runAsUser', 'runAsGroup'].flatMap((name) => validateId(context[name], `${field}.${name}`));
  if (procMount !== undefined) {
    const types = ['Default', 'Unmasked'];
    if (!types.includes(procMount)) errors.push(notSupported(`${field}.procMount`, procMount, types));
    if (hostUsers && procMount === 'Unmasked') {
      errors.push(invalid(`${field}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`'));
    }
  }
  return [
    ...errors,
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
  ];
}

/** Models validatePodSpecSecurityContext. */
export function validatePodSecurityContext(spec: Fields, field: string): FieldError[] {
  const context = (spec.securityContext ?? {}) as Fields;
  const errors = ['fsGroup', 'runAsUser', 'runAsGroup'].flatMap((name) =>
    validateId(context[name], `${field}.${name}`),
  );
  for (const [i, group] of ((context.supplementalGroups ?? []) as number[]).entries()) {
    errors.push(...validateId(group, `${field}.supplementalGroups[${i}]`));
  }
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    const detail = 'ShareProcessNamespace and HostPID cannot both be enabled';
    errors.push(invalid(`${field}.shareProcessNamespace`, true, detail));
  }
  const oneOf = (name: string, allowed: readonly string[]) =>
    context[name] === undefined || allowed.includes(context[name])
      ? []
      : [notSupported(`${field}.${name}`, context[name], allowed)];
  return [
    ...errors,
    ...oneOf('fsGroupChangePolicy', ['Always', 'OnRootMismatch']),
    ...validateSeccomp(context.seccompProfile, `${field}.seccompProfile`),
    ...validateAppArmor(context.appArmorProfile, `${field}.appArmorProfile`),
    ...oneOf('supplementalGroupsPolicy', ['Merge', 'Strict']),
    ...oneOf('seLinuxChangePolicy', ['Recursive']),
  ];
}

function validateId(id: number | undefined, field: string): FieldError[] {
  if (id === undefined || (id >= 0 && id <= MAX_ID)) return [];
  return [invalid(field, id, `must be between 0 and ${MAX_ID}, inclusive`)];
}

function validateSeccomp(profile: Fields | undefined, field: string): FieldError[] {
  if (profile === undefined) return [];
  const { type = '', localhostProfile } = profile;
  const errors = validateType(type, `${field}.type`, 'type is required when seccompProfile is set');
  if (type === 'Localhost') {
    return localhostProfile === undefined
      ? [required(`${field}.localhostProfile`, 'must be set when seccomp type is Localhost')]
      : descendingPath(localhostProfile, `${field}.localhostProfile`);
  }
  if (localhostProfile === undefined) return errors;
  const value = { Type: type, LocalhostProfile: localhostProfile };
  return [...errors, invalid(`${field}.localhostProfile`, value, 'can only be set when seccomp type is Localhost')];
}

function validateAppArmor(profile: Fields | undefined, field: string): FieldError[] {
  if (profile === undefined) return [];
  const { type = '', localhostProfile } = profile;
  const path = `${field}.localhostProfile`;
  if (type !== 'Localhost') {
    if (localhostProfile !== undefined && PROFILE_TYPES.includes(type)) {
      return [invalid(path, localhostProfile, 'can only be set when AppArmor type is Localhost')];
    }
    return validateType(type, `${field}.type`, 'type is required when appArmorProfile is set');
  }
  if (!localhostProfile) return [required(path, 'must be set when AppArmor type is Localhost')];
  if (localhostProfile === localhostProfile.trim()) return [];
  return [invalid(path, localhostProfile, 'must not be padded with whitespace')];
}

function validateType(type: string, field: string, missing: string): FieldError[] {
  if (type === '') return [required(field, missing)];
  return PROFILE_TYPES.includes(type) ? [] : [notSupported(field, type, PROFILE_TYPES)];
}
