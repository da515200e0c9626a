import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { labelSelectorText } from './label-selector.ts';
import { dns1123Subdomain } from './names.ts';
import { validateAnnotations, validateLabels, validateObjectMeta } from './object-meta.ts';
import { validatePodSpec } from './pod.ts';

/** Models kubernetes v1.34 pkg/apis/apps/validation ValidateDeployment. */
export function validateDeployment(object: Fields): FieldError[] {
  const spec = (object.spec ?? {}) as Fields;
  return [
    ...validateObjectMeta(object.metadata ?? {}, dns1123Subdomain, true),
    ...nonNegative(spec, 'replicas'),
    ...validateSelector(spec.selector, 'deployment'),
    ...validateTemplate(spec),
    ...validateStrategy(spec.strategy ?? {}),
    ...nonNegative(spec, 'minReadySeconds'),
    ...nonNegative(spec, 'revisionHistoryLimit'),
    ...validateProgressDeadline(spec),
  ];
}

/** Models kubernetes v1.34 pkg/apis/apps/validation ValidateReplicaSet. */
export function validateReplicaSet(object: Fields): FieldError[] {
  const spec = (object.spec ?? {}) as Fields;
  return [
    ...validateObjectMeta(object.metadata ?? {}, dns1123Subdomain, true),
    ...nonNegative(spec, 'replicas'),
    ...nonNegative(spec, 'minReadySeconds'),
    ...validateSelector(spec.selector, 'replicaset'),
    ...validateTemplate(spec),
  ];
}

/** Models kubernetes v1.34 pkg/apis/apps/validation ValidateDaemonSet. */
export function validateDaemonSet(object: Fields): FieldError[] {
  const spec = (object.spec ?? {}) as Fields;
  return [
    ...validateObjectMeta(object.metadata ?? {}, dns1123Subdomain, true),
    ...validateSelector(spec.selector, 'daemonset'),
    ...validateTemplate(spec),
    ...nonNegative(spec, 'minReadySeconds'),
    ...nonNegative(spec, 'revisionHistoryLimit'),
  ];
}

function nonNegative(spec: Fields, name: string): FieldError[] {
  const value = (spec[name] ?? 0) as number;
  return value < 0 ? [invalid(`spec.${name}`, value, 'must be greater than or equal to 0')] : [];
}

function validateSelector(selector: Fields | undefined, kind: string): FieldError[] {
  if (selector === undefined) return [required('spec.selector')];
  const empty = Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
  if (empty)
    return [invalid('spec.selector', selector, `empty selector is invalid for ${kind}`, labelSelectorText(selector))];
  return validateLabels(selector.matchLabels, 'spec.selector.matchLabels');
}

function validateTemplate(spec: Fields): FieldError[] {
  const template = (spec.template ?? {}) as Fields;
  const labels = (template.metadata?.labels ?? {}) as Record<string, string>;
  const errors: FieldError[] = [];
  const wanted = Object.entries((spec.selector?.matchLabels ?? {}) as Record<string, string>);
  if (wanted.some(([key, value]) => labels[key] !== value)) {
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  errors.push(...validateLabels(labels, 'spec.template.labels'));
  errors.push(...validateAnnotations(template.metadata?.annotations, 'spec.template.annotations'));
  errors.push(...validatePodSpec(template.spec ?? {}, 'spec.template.spec'));
  if (template.spec?.restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', template.spec?.restartPolicy, ['Always']));
  }
  if (template.spec?.activeDeadlineSeconds !== undefined) {
    const detail = 'activeDeadlineSeconds in ReplicaSet is not Supported';
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
  return errors;
}

function validateStrategy(strategy: Fields): FieldError[] {
  const field = 'spec.strategy';
  const type = strategy.type as string;
  if (type === 'Recreate') {
    if (strategy.rollingUpdate === undefined) return [];
    return [forbidden(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")];
  }
  if (type !== 'RollingUpdate') return [notSupported(`${field}.type`, type, ['Recreate', 'RollingUpdate'])];
  const rolling = (strategy.rollingUpdate ?? {}) as Fields;
  const errors: FieldError[] = [];
  for (const name of ['maxUnavailable', 'maxSurge']) {
    const value = rolling[name];
    const path = `${field}.rollingUpdate.${name}`;
    if (typeof value === 'number' && value < 0) errors.push(invalid(path, value, 'must be greater than or equal to 0'));
    if (typeof value === 'string' && !/^\d+%$/.test(value)) {
      const detail = `a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`;
      errors.push(invalid(path, value, detail));
    }
  }
  if (isNothing(rolling.maxUnavailable) && isNothing(rolling.maxSurge)) {
    errors.push(
      invalid(`${field}.rollingUpdate.maxUnavailable`, rolling.maxUnavailable, 'may not be 0 when `maxSurge` is 0'),
    );
  }
  return errors;
}

function isNothing(value: unknown): boolean {
  return value === 0 || value === '0%';
}

function validateProgressDeadline(spec: Fields): FieldError[] {
  const deadline = spec.progressDeadlineSeconds as number | undefined;
  if (deadline === undefined) return [];
  const errors = nonNegative(spec, 'progressDeadlineSeconds');
  if (deadline <= (spec.minReadySeconds ?? 0)) {
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  }
  return errors;
}
