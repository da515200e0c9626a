import { rfc3339 } from '../core/clock.ts';
import { Random } from '../core/random.ts';
import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory } from '../kube/fact.ts';
import {
  DEPLOYMENTS,
  type Deployment,
  EVENTS,
  type Event,
  PODS,
  type Pod,
  REPLICA_SETS,
  type ReplicaSet,
  SERVICES,
  type Service,
} from '../kube/objects.ts';
import { type NewObject, Store } from '../kube/store.ts';
import { DeploymentController, type DeploymentOptions } from './deployment.ts';
import { EndpointSliceController } from './endpoint-slice.ts';
import { EndpointSliceMirroringController } from './endpoint-slice-mirroring.ts';
import { EndpointsController } from './endpoints.ts';
import { NamespaceController } from './namespace.ts';
import { ReplicaSetController } from './replica-set.ts';
import { Scheduler, type SchedulerOptions } from './scheduler.ts';

export interface ControlPlaneOptions {
  createPod?: (store: Store, pod: NewObject) => unknown;
  scheduler?: Partial<SchedulerOptions>;
  /** Fraction of the wall second at t = 0. */
  epochMs?: number;
  deployments?: Pick<DeploymentOptions, 'refusesStatus'>;
  endpointSlices?: { hearsOwnWriteFirst: (key: string) => boolean };
}

/** All controllers on a virtual clock; the test is the kubelet. */
export class ControlPlane {
  readonly clock: VirtualClock;
  readonly store: Store;
  #address = 1;

  constructor(options: ControlPlaneOptions = {}) {
    this.clock = new VirtualClock(options.epochMs === undefined ? {} : { epochMs: options.epochMs });
    const { clock } = this;
    const random = new Random(11);
    const history = createHistory({ clock });
    this.store = new Store({ clock, random, history });
    const shared = { store: this.store, clock, random, history };
    const { createPod } = options;
    const create = createPod === undefined ? {} : { createPod: (pod: NewObject) => createPod(this.store, pod) };
    const controllers = [
      new Scheduler({ ...shared, nodeName: 'node', ...options.scheduler }),
      new EndpointSliceController({ ...shared, ...options.endpointSlices }),
      new EndpointSliceMirroringController(shared),
      new EndpointsController(shared),
      new DeploymentController({ ...shared, ...options.deployments }),
      new ReplicaSetController({ ...shared, ...create }),
      new NamespaceController(shared),
    ];
    for (const controller of controllers) controller.start();
  }

  /** Lets `ms` pass. */
  run(ms = 100): void {
    this.clock.runUntil(this.clock.now() + ms);
  }

  pod(name: string, labels: Record<string, string> = { app: 'x' }, spec: Record<string, unknown> = {}): Pod {
    return this.store.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels },
      spec: { containers: [{ name: 'app' }], terminationGracePeriodSeconds: 30, ...spec },
      status: { phase: 'Pending' },
    });
  }

  service(
    name: string,
    spec: Service['spec'] = { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 8080 }] },
  ): Service {
    return this.store.create(SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });
  }

  deployment(name: string, spec: Record<string, unknown> = {}, args: string[] = []): Deployment {
    return this.store.create(DEPLOYMENTS, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: 'i', args }] } },
        ...spec,
      },
      status: {},
    });
  }

  setArgs(name: string, args: string[]): void {
    this.store.mutate(DEPLOYMENTS, 'default', name, (current) => {
      const template = { ...current.spec?.template, spec: { containers: [{ name: 'app', image: 'i', args }] } };
      return { ...current, spec: { ...current.spec, template } as never };
    });
  }

  /** What the kubelet says of a pod. `ready` gives it an address, too. */
  status(name: string, status: { ready?: boolean; phase?: Pod['status']['phase']; restarts?: number }): void {
    const { clock } = this;
    this.store.mutate(PODS, 'default', name, (pod) => {
      const before = pod.status.conditions?.find((one) => one.type === 'Ready');
      const value = status.ready === true ? 'True' : 'False';
      const lastTransitionTime = before?.status === value ? before.lastTransitionTime : rfc3339(clock);
      const others = (pod.status.conditions ?? []).filter((one) => one.type !== 'Ready');
      const podIP = pod.status.podIP ?? `10.0.0.${this.#address++}`;
      const ready = { type: 'Ready', status: value, lastTransitionTime: String(lastTransitionTime) };
      return {
        ...pod,
        status: { ...pod.status, phase: status.phase ?? 'Running', podIP, conditions: [...others, ready] },
      };
    });
  }

  /** The kubelet is done with a deleted pod. */
  finish(name: string): void {
    this.status(name, { ready: false, phase: 'Succeeded' });
    this.run();
    this.store.delete(PODS, 'default', name, { gracePeriodSeconds: 0 });
  }

  /** Names of pods that are not being deleted, of a set or deployment. */
  pods(prefix = ''): string[] {
    const live = this.store.list(PODS).filter((pod) => pod.metadata.deletionTimestamp === undefined);
    return live.map((pod) => pod.metadata.name).filter((name) => name.startsWith(prefix));
  }

  sets(): ReplicaSet[] {
    return this.store.list(REPLICA_SETS);
  }

  find(name: string): Deployment {
    return this.store.get(DEPLOYMENTS, 'default', name) as Deployment;
  }

  /** Events about objects of a kind: `reason message xN`. */
  events(kind: string): string[] {
    const events = this.store.list(EVENTS).filter((event: Event) => event.involvedObject.kind === kind);
    return events.map((event) => `${event.reason} ${event.message}${(event.count ?? 1) > 1 ? ` x${event.count}` : ''}`);
  }
}
