import type { NewObject } from '../kube/store.ts';
import type { Scenario } from './scenario.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'];

/**
 * The same scenario with every probe taken out of its manifests. If all of its expectations hold in a run of this one,
 * they say nothing about probes: the scenario is vacuous.
 */
export function withoutProbes(scenario: Scenario): Scenario {
  return {
    ...scenario,
    manifests: scenario.manifests.map(strip),
    steps: scenario.steps.map((step) => (step.apply === undefined ? step : { ...step, apply: step.apply.map(strip) })),
  };
}

function strip(object: NewObject): NewObject {
  if (object.kind === 'Pod') return { ...object, spec: stripSpec(object.spec) };
  const template = object.spec?.template;
  if (template?.spec === undefined) return object;
  return { ...object, spec: { ...object.spec, template: { ...template, spec: stripSpec(template.spec) } } };
}

// biome-ignore lint/suspicious/noExplicitAny: a pod's spec, decoded.
function stripSpec(spec: any): unknown {
  const stripped = { ...spec };
  for (const list of ['containers', 'initContainers']) {
    if (!Array.isArray(spec?.[list])) continue;
    stripped[list] = spec[list].map((container: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(container).filter(([field]) => !PROBES.includes(field))),
    );
  }
  return stripped;
}
