import type { Clock, Timer } from '../core/clock.ts';
import type { LabError } from '../core/errors.ts';
import type { Container, Pod } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { ContainerCommand } from '../runtime/port.ts';
import { containerCommand } from './container-command.ts';
import type { StartFailure } from './container-statuses.ts';
import type { NodeFacts } from './environment.ts';
import { MINIMUM_GRACE_SECONDS, terminationGraceSeconds } from './grace-period.ts';
import type { ImageManager } from './image-manager.ts';
import { runHook } from './lifecycle-hooks.ts';
import type { KillReason } from './pod-actions.ts';
import type { PodEvents } from './ports.ts';
import type { KubeletProfile } from './profiles.ts';
import type { RuntimeClient } from './runtime-client.ts';
import type { TerminationOrder } from './termination-order.ts';

export interface ContainerDeps {
  clock: Clock;
  store: Store;
  runtime: RuntimeClient;
  images: ImageManager;
  events: PodEvents;
  profile: KubeletProfile;
}

/** How a start ended. */
export type StartOutcome = { ok: true } | ({ ok: false } & StartFailure);

export interface StopRequest {
  /** The pod as it is now: with its deletionTimestamp, if it has one. */
  pod: Pod;
  reason: KillReason;
  /** Of the Killing event; default `Stopping container NAME`. */
  message?: string;
  order?: TerminationOrder;
  /** Instead of the grace period that pod and probe ask for. */
  graceSeconds?: number;
}

/**
 * One instance of a container: what its machine's actions do. The machine (container.machine.ts) says in which order;
 * this says how, with the events and texts of the kubelet.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer and killContainer.
 */
export class ContainerInstance {
  readonly pod: Pod;
  readonly container: Container;
  readonly role: ContainerCommand['role'];
  readonly attempt: number;
  containerID: string | undefined;
  readonly #deps: ContainerDeps;
  readonly #node: () => NodeFacts;
  #stop: StopRequest | undefined;
  #graceMs = 0;
  #timer: Timer | undefined;

  constructor(
    deps: ContainerDeps,
    options: {
      pod: Pod;
      container: Container;
      role: ContainerCommand['role'];
      attempt: number;
      containerID?: string;
      node: () => NodeFacts;
    },
  ) {
    this.#deps = deps;
    this.pod = options.pod;
    this.container = options.container;
    this.role = options.role;
    this.attempt = options.attempt;
    this.containerID = options.containerID;
    this.#node = options.node;
  }

  get hasPostStart(): boolean {
    return this.container.lifecycle?.postStart !== undefined;
  }

  get hasPreStop(): boolean {
    return this.container.lifecycle?.preStop !== undefined && this.#graceMs > 0;
  }

  ensureImage(done: (failure: StartFailure | undefined) => void): void {
    this.#deps.images.ensure(this.pod, this.container, (outcome) => {
      if (outcome.ok) {
        done(undefined);
        return;
      }
      // The event says the reason alone, the status the whole text.
      this.#event('Warning', 'Failed', `Error: ${outcome.reason}`);
      done({ reason: outcome.reason, message: outcome.message });
    });
  }

  create(done: (failure: StartFailure | undefined) => void): void {
    const { store, runtime } = this.#deps;
    let command: Omit<ContainerCommand, 'id'>;
    try {
      const options = { attempt: this.attempt, role: this.role, node: this.#node() };
      command = containerCommand(store, this.pod, this.container, options);
    } catch (error) {
      const { message } = error as LabError;
      this.#event('Warning', 'Failed', `Error: ${message}`);
      done({ reason: 'CreateContainerConfigError', message });
      return;
    }
    runtime.createContainer(command, (answer) => {
      if (answer.type === 'container-failed') {
        this.#event('Warning', 'Failed', `Error: ${answer.message}`);
        done({ reason: 'CreateContainerError', message: answer.message });
        return;
      }
      this.containerID = answer.containerID;
      this.#event('Normal', 'Created', `Created container: ${this.container.name}`);
      done(undefined);
    });
  }

  start(done: (failure: StartFailure | undefined) => void): void {
    this.#deps.runtime.startContainer(this.#id(), (answer) => {
      if (answer.type === 'container-failed') {
        this.#event('Warning', 'Failed', `Error: ${answer.message}`);
        done({ reason: 'RunContainerError', message: answer.message });
        return;
      }
      this.#event('Normal', 'Started', `Started container ${this.container.name}`);
      done(undefined);
    });
  }

  /** A failing postStart hook has the container killed; the caller does that. */
  runPostStart(done: (failure: StartFailure | undefined) => void): void {
    this.#hook(this.container.lifecycle?.postStart, (error) => {
      if (error === undefined) {
        done(undefined);
        return;
      }
      this.#event('Warning', 'FailedPostStartHook', 'PostStartHook failed');
      done({ reason: 'PostStartHookError', message: error });
    });
  }

  /** Notes why and how the container is to be stopped, and writes the Killing event. */
  beginStop(request: StopRequest): void {
    this.#stop = request;
    const seconds = request.graceSeconds ?? terminationGraceSeconds(request.pod, this.container, request.reason);
    this.#graceMs = seconds * 1000;
    this.#event('Normal', 'Killing', request.message ?? `Stopping container ${this.container.name}`);
  }

  /**
   * The preStop hook runs within the grace period; whole seconds that it took are no longer there for TERM. A hook that
   * fails is told of whenever that is, also when it is killed with the container.
   */
  runPreStop(done: () => void): void {
    const { clock } = this.#deps;
    const startedAt = clock.now();
    let over = false;
    const finish = () => {
      if (over) return;
      over = true;
      clock.clearTimeout(this.#timer);
      this.#graceMs -= Math.floor((clock.now() - startedAt) / 1000) * 1000;
      done();
    };
    this.#timer = clock.setTimeout(finish, this.#graceMs);
    this.#hook(this.container.lifecycle?.preStop, (error) => {
      if (error !== undefined) this.#event('Warning', 'FailedPreStopHook', 'PreStopHook failed');
      finish();
    });
  }

  awaitTurn(done: () => void): void {
    const order = this.#stop?.order;
    if (order === undefined || this.#graceMs <= 0) {
      done();
      return;
    }
    order.awaitTurn(this.container.name, this.#graceMs, (waitedMs) => {
      this.#graceMs -= waitedMs;
      done();
    });
  }

  terminate(onGraceOver: () => void): void {
    const graceMs = Math.max(this.#graceMs, MINIMUM_GRACE_SECONDS * 1000);
    this.#deps.runtime.signal(this.#id(), 'SIGTERM', this.#stop?.reason ?? 'unknown');
    this.#timer = this.#deps.clock.setTimeout(onGraceOver, graceMs);
  }

  kill(): void {
    this.#deps.runtime.signal(this.#id(), 'SIGKILL', this.#stop?.reason ?? 'unknown');
  }

  /** Calls `done` when the runtime says that the instance is over. */
  watchExit(done: () => void): void {
    this.#deps.runtime.onExit(this.#id(), () => done());
  }

  /** The instance is over: whoever waited for it may go. */
  finishStop(): void {
    this.#deps.clock.clearTimeout(this.#timer);
    this.#stop?.order?.terminated(this.container.name);
  }

  #hook(handler: NonNullable<Container['lifecycle']>['postStart'], done: (error: string | undefined) => void): void {
    const { clock, runtime, events, profile } = this.#deps;
    const { pod, container } = this;
    const run = { pod, container, containerID: this.#id(), handler: handler ?? {}, podIP: this.#node().podIP };
    runHook({ clock, runtime, events, version: profile.version }, run, done);
  }

  #id(): string {
    return this.containerID ?? '';
  }

  #event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#deps.events.event(this.pod, this.container, type, reason, message);
  }
}
