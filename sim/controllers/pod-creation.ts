import type { EventRecorder } from '../kube/events/event-recorder.ts';
import { type ObjectReference, PODS, type Pod } from '../kube/objects.ts';
import type { NewObject, Store } from '../kube/store.ts';

/** What a controller makes pods with. */
export interface PodCreation {
  store: Store;
  /**
   * Creates a pod as the API server does, with defaulting and admission; may throw: the message goes into the event
   * FailedCreate. Default: straight into the store.
   */
  createPod?: (pod: NewObject) => unknown;
}

/**
 * Makes a controller's pod and tells how it went in an event of its owner; undefined, or why it was refused.
 * Models kubernetes v1.34 pkg/controller/controller_utils.go RealPodControl.createPods.
 */
export function createPod(
  { store, createPod: create = (one) => store.create(PODS, one) }: PodCreation,
  events: EventRecorder,
  owner: ObjectReference,
  pod: NewObject,
): { message: string } | undefined {
  try {
    const created = create(pod) as Pod;
    events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${message}`);
    return { message };
  }
}
