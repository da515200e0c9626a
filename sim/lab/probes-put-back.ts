import type { AdmissionAnswer, AdmissionRequest, MutatingWebhook } from '../kube/admission.ts';
import type { Container, KubeObject } from '../kube/objects.ts';

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

/**
 * A mesh's injector with somebody behind it who puts the pod's own probes back (a later webhook, an old release without
 * rewriting): the sidecar is there, the probes ask the app's port.
 */
export function withProbesPutBack(webhook: MutatingWebhook): MutatingWebhook {
  return {
    name: webhook.name,
    admit(request: AdmissionRequest): AdmissionAnswer {
      const answer = webhook.admit(request);
      if (!answer.allowed || answer.object === request.object) return answer;
      return { allowed: true, object: putBack(answer.object, request.object) };
    },
  };
}

function putBack(admitted: KubeObject, original: KubeObject): KubeObject {
  const originals = (original.spec?.containers ?? []) as Container[];
  const containers = ((admitted.spec?.containers ?? []) as Container[]).map((container) => {
    const before = originals.find(({ name }) => name === container.name);
    if (before === undefined) return container;
    const after = { ...container };
    for (const probe of PROBES) {
      if (before[probe] === undefined) delete after[probe];
      else after[probe] = before[probe];
    }
    return after;
  });
  return { ...admitted, spec: { ...admitted.spec, containers } };
}
