import { type Clock, rfc3339 } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { objectReference } from '../kube/events/field-path.ts';
import { SchedulerEventRecorder } from '../kube/events/scheduler-event-recorder.ts';
import type { LabHistory } from '../kube/fact.ts';
import { PODS, type Pod, type PodCondition } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { keyOf, splitKey } from './key.ts';
import { matchesLabels } from './selector.ts';
import { WorkQueue } from './work-queue.ts';

export interface SchedulerOptions {
  store: Store;
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** The one node. */
  nodeName: string;
  nodeLabels?: Record<string, string>;
  /** Ms between hearing of a pod and binding it. Default 3. */
  latencyMs?: number;
}

/**
 * Binds pods to the one node, or says why it cannot.
 * Models what can be seen of kubernetes v1.34 pkg/scheduler/schedule_one.go on a cluster of one node.
 */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #events: SchedulerEventRecorder;
  readonly #queue: WorkQueue;
  readonly #labels: Record<string, string>;
  #stop: (() => void) | undefined;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    const { store, clock, random, history, nodeName } = options;
    this.#events = new SchedulerEventRecorder({
      store,
      clock,
      random,
      history,
      instance: `default-scheduler-${nodeName}`,
    });
    this.#labels = { 'kubernetes.io/hostname': nodeName, 'kubernetes.io/os': 'linux', ...options.nodeLabels };
    this.#queue = new WorkQueue(clock, options.latencyMs ?? 3, (key) => this.#schedule(key));
  }

  start(): void {
    const { store } = this.#options;
    this.#stop = store.watch(PODS, ({ type, object }) => {
      if (type !== 'DELETED') this.#consider(object);
    });
    for (const pod of store.list(PODS)) this.#consider(pod);
  }

  stop(): void {
    this.#stop?.();
    this.#queue.clear();
  }

  #consider(pod: Pod): void {
    const ours = (pod.spec.schedulerName ?? 'default-scheduler') === 'default-scheduler';
    if (pod.spec.nodeName === undefined && pod.metadata.deletionTimestamp === undefined && ours)
      this.#queue.add(keyOf(pod));
  }

  #schedule(key: string): void {
    const { store, nodeName } = this.#options;
    const { namespace, name } = splitKey(key);
    const pod = store.get(PODS, namespace, name);
    if (pod === undefined || pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const obstacle = this.#obstacle(pod);
    if (obstacle !== undefined) {
      this.#refuse(pod, obstacle);
      return;
    }
    const bound = store.mutate(
      PODS,
      namespace,
      name,
      (current) => ({
        ...current,
        spec: { ...current.spec, nodeName },
        status: { ...current.status, conditions: withScheduled(current, this.#condition('True')) },
      }),
      { subresource: 'binding' },
    );
    const message = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
    this.#events.event(objectReference(bound), 'Normal', 'Scheduled', 'Binding', message);
  }

  /** Gates hold a pod silently in the queue, in a real cluster too. */
  #obstacle(pod: Pod): string | undefined {
    const { nodeSelector } = pod.spec;
    if (nodeSelector === undefined || matchesLabels(nodeSelector, this.#labels)) return undefined;
    return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
  }

  #refuse(pod: Pod, message: string): void {
    const condition = { ...this.#condition('False'), reason: 'Unschedulable', message };
    const { namespace, name } = pod.metadata;
    const current = pod.status.conditions?.find((one) => one.type === 'PodScheduled');
    if (current?.message === message) return;
    this.#options.store.mutate(PODS, namespace, name, (stored) => ({
      ...stored,
      status: { ...stored.status, conditions: withScheduled(stored, condition) },
    }));
    this.#events.event(objectReference(pod), 'Warning', 'FailedScheduling', 'Scheduling', message);
  }

  #condition(status: 'True' | 'False'): PodCondition {
    return { type: 'PodScheduled', status, lastTransitionTime: rfc3339(this.#options.clock) };
  }
}

function withScheduled(pod: Pod, condition: PodCondition): PodCondition[] {
  return [...(pod.status.conditions ?? []).filter((one) => one.type !== 'PodScheduled'), condition];
}
