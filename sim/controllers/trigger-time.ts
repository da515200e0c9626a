import type { Pod, Service } from '../kube/objects.ts';
import { keyOf } from './key.ts';

export const LAST_CHANGE_TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface State {
  pods: Map<string, string>;
  service: string;
}

/**
 * When the change began that a sync of a service's endpoints answers: the earliest new Ready transition.
 * Models k8s.io/endpointslice v0.34 trigger_time_tracker.go. Times are RFC 3339 with whole seconds, so they compare as text.
 */
export class TriggerTimeTracker {
  readonly #states = new Map<string, State>();

  /** Undefined if nothing that counts has changed since the last call for this service. */
  compute(service: Service, pods: readonly Pod[]): string | undefined {
    const state = this.#states.get(keyOf(service));
    const created = service.metadata.creationTimestamp;
    const times = new Map<string, string>();
    const changed: string[] = [];
    for (const pod of pods) {
      const ready = pod.status.conditions?.find((one) => one.type === 'Ready')?.lastTransitionTime;
      if (ready === undefined) continue;
      const time = String(ready);
      times.set(pod.metadata.name, time);
      if (time > (state?.pods.get(pod.metadata.name) ?? '')) changed.push(time);
    }
    if (created > (state?.service ?? '')) changed.push(created);
    this.#states.set(keyOf(service), { pods: times, service: created });
    return state === undefined ? created : changed.sort()[0];
  }

  forget(key: string): void {
    this.#states.delete(key);
  }
}

/** The annotations of an endpoints object after a change with this trigger time; undefined if there are none left. */
export function withTriggerTime(
  annotations: Record<string, string> | undefined,
  time: string | undefined,
): { annotations?: Record<string, string> } {
  const { [LAST_CHANGE_TRIGGER_TIME]: _, ...rest } = annotations ?? {};
  if (time !== undefined) return { annotations: { ...rest, [LAST_CHANGE_TRIGGER_TIME]: time } };
  return Object.keys(rest).length === 0 ? {} : { annotations: rest };
}
