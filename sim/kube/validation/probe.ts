import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, invalid } from './field-error.ts';
import { validateHandler } from './handler.ts';

export const PROBE_FIELDS = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

const NUMBERS = ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'];

/** The probes of one container. Models kubernetes v1.34 pkg/apis/core/validation validate{Liveness,Readiness,Startup}Probe. */
export function validateProbes(container: Fields, path: string, gracePeriod: number | undefined): FieldError[] {
  return PROBE_FIELDS.flatMap((name) => {
    const probe = container[name] as Fields | undefined;
    if (probe === undefined) return [];
    const field = `${path}.${name}`;
    return [...validateProbe(probe, field, gracePeriod), ...validateForType(probe, name, field)];
  });
}

function validateProbe(probe: Fields, field: string, gracePeriod: number | undefined): FieldError[] {
  const errors = validateHandler(probe, field, gracePeriod);
  for (const name of NUMBERS) {
    const value = Number(probe[name] ?? 0);
    if (value < 0) errors.push(invalid(`${field}.${name}`, value, 'must be greater than or equal to 0'));
  }
  const grace = probe.terminationGracePeriodSeconds as number | undefined;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0'));
  }
  return errors;
}

function validateForType(probe: Fields, name: (typeof PROBE_FIELDS)[number], field: string): FieldError[] {
  if (name === 'readinessProbe') {
    const grace = probe.terminationGracePeriodSeconds as number | undefined;
    if (grace === undefined) return [];
    return [invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')];
  }
  if (probe.successThreshold === 1) return [];
  return [invalid(`${field}.successThreshold`, probe.successThreshold ?? 0, 'must be 1')];
}
