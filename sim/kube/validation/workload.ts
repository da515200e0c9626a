import type { Fields } from '../defaulting/pod-spec.ts';
import { matchesSelector } from '../selector.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import { shownSelector, validateLabelSelector } from './label-selector.ts';
import { dns1123Subdomain } from './names.ts';
import { validateAnnotations, validateLabels, validateObjectMeta } from './object-meta.ts';
import { validatePodSpec } from './pod.ts';
import { validateDeploymentStrategy, validateUpdateStrategy } from './rollout.ts';

/** Models kubernetes v1.34 pkg/apis/apps/validation ValidateDeployment. */
export function validateDeployment(object: Fields): FieldError[] {
  const spec = (object.spec ?? {}) as Fields;
  return [
    ...validateObjectMeta(object.metadata ?? {}, dns1123Subdomain, true),
    ...nonNegative(spec, 'replicas'),
    ...validateSelectorAndTemplate(spec),
    ...validateDeploymentStrategy(spec.strategy ?? {}, 'spec.strategy'),
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
    ...validateSelectorAndTemplate(spec),
  ];
}

/** Models kubernetes v1.34 pkg/apis/apps/validation ValidateDaemonSet. */
export function validateDaemonSet(object: Fields): FieldError[] {
  const spec = (object.spec ?? {}) as Fields;
  return [
    ...validateObjectMeta(object.metadata ?? {}, dns1123Subdomain, true),
    ...validateLabelSelector(spec.selector, 'spec.selector'),
    ...(validateLabelSelector(spec.selector, '').length > 0 ? [] : validateMatch(spec)),
    ...(spec.selector === undefined ? [] : emptySelector(spec.selector, 'daemonset')),
    ...validateTemplate(spec.template ?? {}, 'DaemonSet'),
    ...nonNegative(spec, 'minReadySeconds'),
    ...validateUpdateStrategy(spec.updateStrategy ?? {}, 'spec.updateStrategy'),
    ...nonNegative(spec, 'revisionHistoryLimit'),
  ];
}

function nonNegative(spec: Fields, name: string): FieldError[] {
  const value = (spec[name] ?? 0) as number;
  return value < 0 ? [invalid(`spec.${name}`, value, 'must be greater than or equal to 0')] : [];
}

function emptySelector(selector: Fields, kind: string): FieldError[] {
  return isEmpty(selector) ? [invalid('spec.selector', selector, `empty selector is invalid for ${kind}`)] : [];
}

function isEmpty(selector: Fields): boolean {
  return Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0;
}

/** The selector, and the template if the selector is one. Of a ReplicaSet, too, the API server says `deployment`. */
function validateSelectorAndTemplate(spec: Fields): FieldError[] {
  const { selector } = spec;
  const problems = validateLabelSelector(selector, 'spec.selector');
  const errors =
    selector === undefined ? [required('spec.selector')] : [...problems, ...emptySelector(selector, 'deployment')];
  if (problems.length > 0) {
    return [...errors, invalid('spec.selector', shownSelector(selector), 'invalid label selector')];
  }
  const chooses = selector === undefined || !isEmpty(selector);
  return [...errors, ...(chooses ? validateMatch(spec) : []), ...validateTemplate(spec.template ?? {}, 'ReplicaSet')];
}

function validateMatch({ selector, template }: Fields): FieldError[] {
  const labels = template?.metadata?.labels as Record<string, string> | undefined;
  if (matchesSelector(selector, labels)) return [];
  const detail = '`selector` does not match template `labels`';
  return [invalid('spec.template.metadata.labels', labels === undefined ? null : sortedByKey(labels), detail)];
}

function sortedByKey(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Models pkg/apis/core/validation ValidatePodTemplateSpec and what a controller's pods may not have. */
function validateTemplate(template: Fields, kind: string): FieldError[] {
  const spec = (template.spec ?? {}) as Fields;
  const errors = [
    ...validateLabels(template.metadata?.labels, 'spec.template.labels'),
    ...validateAnnotations(template.metadata?.annotations, 'spec.template.annotations'),
    ...validatePodSpec(spec, 'spec.template.spec'),
  ];
  if (spec.ephemeralContainers !== undefined) {
    const detail = 'ephemeral containers not allowed in pod template';
    errors.push(forbidden('spec.template.spec.ephemeralContainers', detail));
  }
  if (spec.restartPolicy !== 'Always') {
    errors.push(notSupported('spec.template.spec.restartPolicy', spec.restartPolicy, ['Always']));
  }
  if (spec.activeDeadlineSeconds !== undefined) {
    const detail = `activeDeadlineSeconds in ${kind} is not Supported`;
    errors.push(forbidden('spec.template.spec.activeDeadlineSeconds', detail));
  }
  return errors;
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
