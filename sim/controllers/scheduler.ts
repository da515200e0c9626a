import { type Clock, rfc3339 } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { objectReference } from '../kube/events/field-path.ts';
import { SchedulerEventRecorder } from '../kube/events/scheduler-event-recorder.ts';
import type { LabHistory } from '../kube/fact.ts';
import { type Container, PODS, type Pod, type PodCondition } from '../kube/objects.ts';
import { parseQuantity } from '../kube/quantity.ts';
import { matchesLabels } from '../kube/selector.ts';
import type { Store } from '../kube/store.ts';
import { keyOf, splitKey } from './key.ts';
import { isPodTerminal } from './pod-conditions.ts';
import { WorkQueue } from './work-queue.ts';

export interface SchedulerOptions {
  store: Store;
  clock: Clock;
  random: Random;
  history: LabHistory;
  /** The one node. */
  nodeName: string;
  nodeLabels?: Record<string, string>;
  /** What pods may request on the node, in all (`{cpu: '2', memory: '4Gi'}`). Default: as much as they like. */
  allocatable?: { cpu?: string; memory?: string };
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
      // What a pod leaves behind may be enough for one that waits.
      if (type === 'DELETED' || isPodTerminal(object)) for (const pod of store.list(PODS)) this.#consider(pod);
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

  #obstacle(pod: Pod): string | undefined {
    const { nodeSelector } = pod.spec;
    if (nodeSelector !== undefined && !matchesLabels(nodeSelector, this.#labels)) {
      return unavailable(
        "node(s) didn't match Pod's node affinity/selector",
        'Preemption is not helpful for scheduling',
      );
    }
    const lacking = this.#lacking(pod);
    if (lacking.length === 0) return undefined;
    return unavailable(lacking.join(', 1 '), 'No preemption victims found for incoming pod');
  }

  /** `Insufficient cpu`, … of what the pods on the node leave over. */
  #lacking(pod: Pod): string[] {
    const { allocatable, store, nodeName } = this.#options;
    const others = store.list(PODS).filter((one) => one.spec.nodeName === nodeName && !isPodTerminal(one));
    return (['cpu', 'memory'] as const).flatMap((resource) => {
      const limit = parseQuantity(allocatable?.[resource]);
      const wanted = podRequest(pod, resource);
      if (limit === undefined || wanted === 0) return [];
      const used = others.reduce((total, one) => total + podRequest(one, resource), 0);
      return used + wanted > limit ? [`Insufficient ${resource}`] : [];
    });
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

function unavailable(reason: string, preemption: string): string {
  return `0/1 nodes are available: 1 ${reason}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 ${preemption}.`;
}

/** What a pod asks for: its containers together, or its largest init container. Models kubernetes v1.34 component-helpers/resource PodRequests. */
function podRequest(pod: Pod, resource: 'cpu' | 'memory'): number {
  const request = (container: Container): number => parseQuantity(container.resources?.requests?.[resource]) ?? 0;
  const init = pod.spec.initContainers ?? [];
  const sidecars = init.filter((one) => one.restartPolicy === 'Always');
  const together = [...pod.spec.containers, ...sidecars].reduce((total, one) => total + request(one), 0);
  return Math.max(together, ...init.filter((one) => one.restartPolicy !== 'Always').map(request));
}
