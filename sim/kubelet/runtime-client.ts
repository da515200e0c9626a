import type { Clock } from '../core/clock.ts';
import type { LabHistory, PodRef } from '../kube/fact.ts';
import type { ContainerCommand, ExecCommand, RuntimeEvent, RuntimePort, SandboxCommand } from '../runtime/port.ts';
import { createdContainer, exitedContainer, neverStarted } from './container-changes.ts';
import { NO_POD, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';

type Answer<T extends RuntimeEvent['type']> = Extract<RuntimeEvent, { type: T }>;
type ImageAnswer = Answer<'image-pulled'> | Answer<'image-pull-failed'>;
type CreateAnswer = Answer<'container-created'> | Answer<'container-failed'>;
type StartAnswer = Answer<'container-started'> | Answer<'container-failed'>;

/** The container runtime that a pod's status names; virtual time stands for a usual node. */
const RUNTIME_NAMES: Readonly<Record<RuntimePort['name'], string>> = { virtual: 'containerd', docker: 'docker' };

export interface RuntimeClientOptions {
  clock: Pick<Clock, 'now'>;
  history: LabHistory;
  port: RuntimePort;
  /** The name of a pod for the history. */
  podRef(podUID: string): PodRef;
  /** Something about a pod changed at the runtime (PLEG looks at it later). */
  onChange(podUID: string): void;
  onLost(message: string): void;
}

/**
 * The kubelet's side of the runtime port: sends commands, hands each answer to the one who asked, and keeps what the
 * runtime would list (`pod`). A container is known here the moment it changes; the kubelet sees it when PLEG looks.
 */
export class RuntimeClient {
  readonly #options: RuntimeClientOptions;
  readonly #port: RuntimePort;
  /** `containerd://`: what the API puts before a container's id. */
  readonly #scheme: string;
  readonly #pods = new Map<string, RuntimePod>();
  readonly #podOf = new Map<string, string>();
  readonly #waiting = new Map<string, (event: never) => void>();
  readonly #exits = new Map<string, ((container: RuntimeContainer) => void)[]>();
  #next = 0;

  constructor(options: RuntimeClientOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#scheme = `${RUNTIME_NAMES[options.port.name]}://`;
    this.#port.subscribe((event) => this.#receive(this.#withFullID(event)));
  }

  get port(): RuntimePort {
    return this.#port;
  }

  /** What the runtime would say of a pod now. */
  pod(podUID: string): RuntimePod {
    return this.#pods.get(podUID) ?? NO_POD;
  }

  /** Every pod of which the runtime has something. */
  podUIDs(): string[] {
    return [...this.#pods.keys()];
  }

  imageStatus(image: string, done: (answer: Answer<'image-status'>) => void): void {
    this.#port.imageStatus({ id: this.#ask(done), image });
  }

  pullImage(image: string, done: (answer: ImageAnswer) => void): void {
    this.#port.pullImage({ id: this.#ask(done), image });
  }

  createSandbox(
    command: SandboxCommand,
    done: (answer: Answer<'sandbox-ready'> | Answer<'sandbox-failed'>) => void,
  ): void {
    this.#waiting.set(`sandbox/${command.podUID}`, done as never);
    this.#port.createSandbox(command);
  }

  /** The first step of stopping a sandbox: it is still there, but the runtime knows no address of it any more. */
  tearDownNetwork(podUID: string): void {
    const { ip: _, ...pod } = this.pod(podUID);
    if (pod.sandbox === 'ready') this.#update(podUID, pod);
  }

  /** The sandbox's processes are over: its address is free again. */
  removeSandbox(podUID: string): void {
    const { ip: _, ...pod } = this.pod(podUID);
    if (pod.sandbox !== 'ready') return;
    this.#update(podUID, { ...pod, sandbox: 'gone' });
    this.#port.removeSandbox({ podUID });
  }

  createContainer(command: Omit<ContainerCommand, 'id'>, done: (answer: CreateAnswer) => void): void {
    const id = this.#ask((answer: CreateAnswer) => {
      if (answer.type === 'container-created') this.#created(command, answer);
      done(answer);
    });
    this.#port.createContainer({ ...command, id });
  }

  startContainer(containerID: string, done: (answer: StartAnswer) => void): void {
    const id = this.#ask((answer: StartAnswer) => {
      if (answer.type === 'container-failed') this.#startFailed(containerID, answer);
      done(answer);
    });
    this.#port.startContainer({ id, containerID: this.ownID(containerID) });
  }

  signal(containerID: string, signal: 'SIGTERM' | 'SIGKILL', cause: string): void {
    const container = this.#find(containerID);
    if (container === undefined || container.state !== 'running') return;
    this.#record(container, { op: 'signalled', signal, cause });
    this.#port.signalContainer({ containerID: this.ownID(containerID), signal });
  }

  /** Calls `done` once when the container is over; at once if it is. */
  onExit(containerID: string, done: (container: RuntimeContainer) => void): void {
    const container = this.#find(containerID);
    if (container?.state === 'exited') {
      done(container);
      return;
    }
    const list = this.#exits.get(containerID) ?? [];
    this.#exits.set(containerID, list);
    list.push(done);
  }

  exec(command: Omit<ExecCommand, 'id'>, done: (answer: Answer<'exec-ended'>) => void): void {
    this.#port.exec({ ...command, containerID: this.ownID(command.containerID), id: this.#ask(done) });
  }

  /** Removes a dead instance. Models the kubelet's container garbage collection. */
  removeContainer(containerID: string): void {
    const container = this.#find(containerID);
    if (container === undefined) return;
    const pod = this.pod(container.podUID);
    this.#update(container.podUID, {
      ...pod,
      containers: pod.containers.filter((other) => other.containerID !== containerID),
    });
    this.#podOf.delete(containerID);
    this.#record(container, { op: 'removed' });
    this.#port.removeContainer({ containerID: this.ownID(containerID) });
  }

  /** Drops everything known of a pod that is gone. */
  forget(podUID: string): void {
    for (const container of this.pod(podUID).containers) {
      this.#exits.delete(container.containerID);
      this.#podOf.delete(container.containerID);
    }
    this.#pods.delete(podUID);
  }

  /** A container's id as the runtime knows it, without the API's scheme. */
  ownID(containerID: string): string {
    return containerID.slice(this.#scheme.length);
  }

  #withFullID(event: RuntimeEvent): RuntimeEvent {
    if (!('containerID' in event) || event.containerID === undefined) return event;
    return { ...event, containerID: `${this.#scheme}${event.containerID}` };
  }

  #ask<T>(done: (answer: T) => void): string {
    const id = String(this.#next++);
    this.#waiting.set(id, done as never);
    return id;
  }

  #receive(event: RuntimeEvent): void {
    switch (event.type) {
      case 'container-exited':
        this.#exited(event);
        return;
      case 'sandbox-ready':
        this.#update(event.podUID, { ...this.pod(event.podUID), sandbox: 'ready', ip: event.ip });
        this.#answer(`sandbox/${event.podUID}`, event);
        return;
      case 'sandbox-failed':
        this.#answer(`sandbox/${event.podUID}`, event);
        return;
      case 'container-started':
        // The one who asked hears of it after the state has changed.
        this.#started(event);
        this.#answer(event.id, event);
        return;
      case 'log':
        this.#options.history.record({ ...event, kind: 'log', pod: this.#options.podRef(event.podUID) });
        return;
      case 'notice':
        this.#options.history.record({ kind: 'notice', level: event.level, code: event.code, message: event.message });
        return;
      case 'lost':
        this.#options.onLost(event.message);
        return;
      default:
        this.#answer(event.id, event);
    }
  }

  #answer(id: string, event: RuntimeEvent): void {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    done?.(event as never);
  }

  #created(command: Omit<ContainerCommand, 'id'>, answer: Answer<'container-created'>): void {
    const container = createdContainer(command, answer, this.#options.clock.now());
    const pod = this.pod(command.podUID);
    this.#podOf.set(container.containerID, command.podUID);
    this.#update(command.podUID, { ...pod, containers: [container, ...pod.containers] });
    this.#record(container, { op: 'created' });
  }

  #started(event: Answer<'container-started'>): void {
    const container = this.#find(event.containerID);
    if (container === undefined || container.state !== 'created') return;
    const running: RuntimeContainer = { ...container, state: 'running', startedAt: event.startedAt };
    this.#replace(running);
    this.#record(running, { op: 'started' });
  }

  #startFailed(containerID: string, answer: Answer<'container-failed'>): void {
    const container = this.#find(containerID);
    if (container === undefined) return;
    this.#replace(neverStarted(container, answer, this.#options.clock.now()));
  }

  #exited(event: Answer<'container-exited'>): void {
    const container = this.#find(event.containerID);
    if (container === undefined || container.state === 'exited') return;
    const exited = exitedContainer(container, event);
    this.#replace(exited);
    this.#record(exited, { op: 'exited', exitCode: event.exitCode });
    const waiting = this.#exits.get(event.containerID) ?? [];
    this.#exits.delete(event.containerID);
    for (const done of waiting) done(exited);
  }

  #find(containerID: string): RuntimeContainer | undefined {
    const podUID = this.#podOf.get(containerID);
    if (podUID === undefined) return undefined;
    return this.pod(podUID).containers.find((container) => container.containerID === containerID);
  }

  #replace(container: RuntimeContainer): void {
    const pod = this.pod(container.podUID);
    this.#update(container.podUID, {
      ...pod,
      containers: pod.containers.map((other) => (other.containerID === container.containerID ? container : other)),
    });
  }

  #update(podUID: string, pod: RuntimePod): void {
    this.#pods.set(podUID, pod);
    this.#options.onChange(podUID);
  }

  #record(
    container: RuntimeContainer,
    rest: {
      op: 'created' | 'started' | 'signalled' | 'exited' | 'removed';
      signal?: string;
      exitCode?: number;
      cause?: string;
    },
  ): void {
    this.#options.history.record({
      kind: 'container',
      pod: this.#options.podRef(container.podUID),
      container: container.name,
      containerID: container.containerID,
      attempt: container.attempt,
      ...rest,
    });
  }
}
