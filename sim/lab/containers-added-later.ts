import type { AdmissionAnswer, AdmissionRequest, MutatingWebhook } from '../kube/admission.ts';
import type { Container, KubeObject } from '../kube/objects.ts';

/**
 * A mesh's injector with another webhook behind it, which adds the containers of these names: the injector never sees
 * them, and they stand at the end of the pod as that webhook wrote them. A webhook that is not called again
 * (reinvocationPolicy Never, as OSM's) cannot make up for it.
 */
export function withContainersAddedLater(webhook: MutatingWebhook, names: readonly string[]): MutatingWebhook {
  return {
    name: webhook.name,
    admit(request: AdmissionRequest): AdmissionAnswer {
      const containers = containersOf(request.object);
      const later = containers.filter(({ name }) => names.includes(name));
      if (later.length === 0) return webhook.admit(request);
      const before = containers.filter((container) => !later.includes(container));
      const answer = webhook.admit({ ...request, object: withContainers(request.object, before) });
      if (!answer.allowed) return answer;
      return { allowed: true, object: withContainers(answer.object, [...containersOf(answer.object), ...later]) };
    },
  };
}

function containersOf(pod: KubeObject): Container[] {
  return (pod.spec?.containers ?? []) as Container[];
}

function withContainers(pod: KubeObject, containers: readonly Container[]): KubeObject {
  return { ...pod, spec: { ...pod.spec, containers } };
}
