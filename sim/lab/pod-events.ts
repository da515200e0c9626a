import type { EventRecorder } from '../kube/events/event-recorder.ts';
import { fieldPath, objectReference } from '../kube/events/field-path.ts';
import type { PodEvents } from '../kubelet/ports.ts';

/** The kubelet's events go through the recorder, with the container's place in the pod as field path. */
export function podEvents(recorder: EventRecorder): PodEvents {
  return {
    event: (pod, container, type, reason, message) =>
      recorder.event(objectReference(pod, fieldPath(pod, container.name)), type, reason, message),
    podEvent: (pod, type, reason, message) => recorder.event(objectReference(pod), type, reason, message),
    forget: () => recorder.forget(),
  };
}
