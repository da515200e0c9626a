import { type Actor, createActor } from 'xstate';
import type { Clock, Timer } from '../core/clock.ts';
import type { LabHistory, PodRef } from '../kube/fact.ts';
import type { Container, Pod } from '../kube/objects.ts';
import { type ActiveDeadline, activeDeadline } from './active-deadline.ts';
import type { NodeFacts } from './environment.ts';
import { effectiveGraceSeconds } from './grace-period.ts';
import type { Pleg } from './pleg.ts';
import { type PodEvent, podMachine } from './pod.machine.ts';
import { computePodActions, type PodActions } from './pod-actions.ts';
import { PodContainers, type PodContainersDeps } from './pod-containers.ts';
import { generatePodStatus } from './pod-status.ts';
import { PodVolumes } from './pod-volumes.ts';
import type { PodEvents } from './ports.ts';
import type { ProbeManager } from './probe-manager.ts';
import type { KubeletProfile } from './profiles.ts';
import type { ProbeResults } from './results.ts';
import type { RuntimeContainer, RuntimePod } from './runtime-state.ts';
import type { StatusManager } from './status/status-manager.ts';
import { TerminationOrder } from './termination-order.ts';
import type { KubeletTimings } from './timings.ts';

export interface PodWorkerDeps extends PodContainersDeps {
  clock: Clock;
  history: LabHistory;
  events: PodEvents;
  pleg: Pleg;
  probes: ProbeManager;
  results: ProbeResults;
  statuses: StatusManager;
  timings: KubeletTimings;
  profile: KubeletProfile;
  node: { name: string; ip: string };
  /** Puts the pod back into the queue of pods to sync: after a good sync, or after one that failed or backs off. */
  requeue(podUID: string, outcome: 'good' | 'error'): void;
  /** Run time at which the sync loop looks for pods whose deadline has passed, from `at` on. */
  deadlineTick(pod: Pod, at: number): number;
  /** How long this pod's mount takes, if a recorded run says it. */
  mountMs?(pod: Pod): number | undefined;
  /** The pod's network is gone, its sandbox is not yet. */
  networkTornDown?(pod: Pod): void;
  /** Of a run that repeats a recorded one: a request in the moment of the last sync is part of it. */
  mergesRequest?(pod: Pod): boolean;
  /** The pod's work is over and its object may go. */
  reclaimed(pod: Pod): void;
  /** The worker is no longer needed. */
  left(podUID: string): void;
}

const SAME_MOMENT_MS = 20;

/**
 * One pod on this node: its data, and the steps that its machine (pod.machine.ts) puts in order.
 * Models kubernetes v1.34 pkg/kubelet/kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod.
 */
export class PodWorker {
  /** The newest object heard of. */
  pod: Pod;
  readonly #deps: PodWorkerDeps;
  readonly #volumes: PodVolumes;
  readonly #containers: PodContainers;
  readonly #actor: Actor<typeof podMachine>;
  #pending = false;
  #pendingSince = Number.NEGATIVE_INFINITY;
  /** The pod is to end, or has ended. */
  #ending = false;
  #endedBy: Pod | undefined;
  #working: 'sync' | 'terminate' = 'sync';
  /** The object that the work at hand was begun with. */
  #syncPod: Pod;
  /** What the runtime looked like when the work at hand was begun. */
  #runtime: RuntimePod;
  #actions: PodActions | undefined;
  #toStart: Container[] = [];
  #lastSyncBegin = Number.NEGATIVE_INFINITY;
  #lastSyncEnd = Number.NEGATIVE_INFINITY;
  #error = false;
  #terminal = false;
  #objectGone = false;
  #stopped = false;
  #mayGo = false;
  #reclaiming: Timer | undefined;
  #deadline: Timer | undefined;

  constructor(deps: PodWorkerDeps, pod: Pod) {
    this.#deps = deps;
    this.pod = pod;
    this.#syncPod = pod;
    this.#runtime = deps.pleg.cached(pod.metadata.uid);
    this.#volumes = new PodVolumes(deps);
    this.#containers = new PodContainers(deps, () => this.#nodeFacts());
    this.#actor = createActor(podMachine, { input: { worker: this } });
  }

  get ref(): PodRef {
    const { namespace, name, uid } = this.pod.metadata;
    return { namespace, name, uid };
  }

  start(): void {
    this.#actor.start();
  }

  /** Answers may come after the kubelet went down: nobody is there to hear them. */
  #send(event: PodEvent): void {
    if (this.#actor.getSnapshot().status === 'active') this.#actor.send(event);
  }

  /** Asks for a sync; requests that come while one is waiting are one. */
  requestSync(): void {
    if (this.#ending) return;
    const sinceSync = this.#deps.clock.now() - this.#lastSyncBegin;
    // Whether two requests of one moment are one hangs on microseconds.
    if (sinceSync <= SAME_MOMENT_MS && this.#deps.mergesRequest?.(this.pod) === true) return;
    if (!this.#pending) this.#pendingSince = this.#deps.clock.now();
    this.#pending = true;
    this.#send({ type: 'WORK' });
  }

  /** Asks for the pod's end; the first wins, as a later and shorter grace does not reach a kill under way. */
  terminate(): void {
    if (!this.#ending) {
      this.#ending = true;
      this.#endedBy = this.pod;
      this.#pending = true;
      this.#volumes.cancel();
      this.#send({ type: 'VOLUMES_FAILED' });
    }
    this.#send({ type: 'WORK' });
  }

  /** The object is no longer in the API. */
  objectGone(): void {
    this.#objectGone = true;
    this.terminate();
  }

  /** The kubelet goes down: the worker forgets, the containers live on. */
  abandon(): void {
    this.#volumes.cancel();
    this.#deps.clock.clearTimeout(this.#reclaiming);
    this.#deps.clock.clearTimeout(this.#deadline);
    this.#containers.abandon();
    this.#actor.stop();
  }

  /** Nothing is being done for the pod, and nothing is asked for. */
  get isIdle(): boolean {
    return !this.#pending && this.#actor.getSnapshot().value === 'waiting';
  }

  // What the machine asks.

  get hasWork(): boolean {
    return this.#pending;
  }

  get isTermination(): boolean {
    return this.#working === 'terminate';
  }

  get podIsTerminal(): boolean {
    return this.#terminal;
  }

  get mustStopPod(): boolean {
    return this.#actions?.killPod === true;
  }

  get mustCreateSandbox(): boolean {
    return this.#actions?.createSandbox === true;
  }

  get hasDoomedContainers(): boolean {
    return (this.#actions?.containersToKill.length ?? 0) > 0;
  }

  get hasContainersToStart(): boolean {
    return this.#toStart.length > 0;
  }

  /** False once everything of the pod has been stopped. */
  get couldHaveRunningContainers(): boolean {
    return !this.#stopped;
  }

  get isGone(): boolean {
    return this.#mayGo;
  }

  // What the machine does, in its order.

  takeWork(): void {
    this.#pending = false;
    this.#working = this.#ending ? 'terminate' : 'sync';
    this.#syncPod = this.pod;
    this.#error = false;
    this.#actions = undefined;
    this.#toStart = [];
  }

  awaitFreshStatus(): void {
    this.#deps.pleg.awaitNewerThan(this.pod.metadata.uid, this.#lastSyncEnd, () =>
      this.#send({ type: 'STATUS_FRESH' }),
    );
  }

  /**
   * Publishes the status of this moment. Within it the readiness workers are poked, then the status is stored; the
   * probe workers of a new pod come later (`startProbing`): *trigger → status write → AddPod*.
   */
  publish(): void {
    const { history, pleg } = this.#deps;
    this.#runtime = pleg.cached(this.pod.metadata.uid);
    this.#lastSyncBegin = this.#deps.clock.now();
    const sinceRequest = this.#lastSyncBegin - this.#pendingSince;
    if (!this.isTermination && !this.#ending && sinceRequest <= SAME_MOMENT_MS) {
      if (this.#deps.mergesRequest?.(this.pod) === true) this.#pending = false;
    }
    history.record({ kind: 'sync', pod: this.ref, type: this.isTermination ? 'kill' : 'update' });
    const status = this.#publish(false);
    this.#terminal = status.phase === 'Succeeded' || status.phase === 'Failed';
  }

  awaitVolumes(): void {
    this.#volumes.await(this.#syncPod, (mounted) => {
      this.#send({ type: mounted ? 'VOLUMES_READY' : 'VOLUMES_FAILED' });
    });
  }

  leaveVolumes(): void {
    this.#volumes.cancel();
  }

  startProbing(): void {
    this.#deps.probes.addPod(this.#syncPod);
  }

  computeActions(): void {
    const actions = computePodActions(this.#syncPod, this.#runtime, this.#deps.results);
    this.#actions = actions;
    this.#toStart = [...actions.initContainersToStart, ...actions.containersToStart];
  }

  stopWholePod(): void {
    this.#stopAll(this.#syncPod, undefined);
  }

  /** Nothing runs in the pod any more, and nothing will: its address is free again. */
  removeSandbox(): void {
    this.#deps.runtime.removeSandbox(this.pod.metadata.uid);
  }

  stopForDeletion(): void {
    this.#stopAll(this.pod, effectiveGraceSeconds(this.pod));
  }

  stopNextDoomed(): void {
    const doomed = this.#actions?.containersToKill.shift();
    if (doomed === undefined) return;
    const { instance, message, reason } = doomed;
    this.#containers.stop(this.#syncPod, instance, { pod: this.#syncPod, reason, message }, () => {
      this.#send({ type: 'CONTAINERS_STOPPED' });
    });
  }

  /**
   * Of each init container only the newest dead instance is kept.
   * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go pruneInitContainersBeforeStart.
   */
  pruneInitContainers(): void {
    for (const { name } of this.#syncPod.spec.initContainers ?? []) {
      const dead = this.#runtime.containers.filter((other) => other.name === name && other.state === 'exited');
      for (const { containerID } of dead.slice(1)) this.#deps.runtime.removeContainer(containerID);
    }
  }

  createSandbox(): void {
    const { name, namespace, uid } = this.#syncPod.metadata;
    const hostname = this.#syncPod.spec.hostname ?? name;
    this.#deps.runtime.createSandbox({ podUID: uid, namespace, podName: name, hostname }, (answer) => {
      if (answer.type === 'sandbox-ready') {
        // The sync goes on with what it has just made.
        this.#runtime = { ...this.#runtime, sandbox: 'ready', ip: answer.ip };
        this.#send({ type: 'SANDBOX_READY' });
        return;
      }
      const text = `Failed to create pod sandbox: ${answer.message}`;
      this.#deps.events.podEvent(this.#syncPod, 'Warning', 'FailedCreatePodSandBox', text);
      this.#send({ type: 'SANDBOX_FAILED' });
    });
  }

  startNextContainer(): void {
    const container = this.#toStart.shift();
    if (container === undefined) return;
    this.#containers.start(this.#syncPod, container, this.#runtime, (outcome) => {
      if (!outcome.ok) {
        this.#error = true;
        const isInit = this.#syncPod.spec.initContainers?.includes(container) === true;
        // An init container that does not start ends the sync; a sidecar does not hold up the others.
        if (isInit && container.restartPolicy !== 'Always') this.#toStart = [];
      }
      this.#send({ type: 'CONTAINER_SETTLED' });
    });
  }

  noteError(): void {
    this.#error = true;
  }

  completeSync(): void {
    this.#lastSyncEnd = this.#deps.clock.now();
    this.#deps.requeue(this.pod.metadata.uid, this.#error ? 'error' : 'good');
  }

  /** The pod has ended by itself: what still runs is stopped, and nothing is started any more. */
  completeTerminalSync(): void {
    this.#lastSyncEnd = this.#deps.clock.now();
    this.#ending = true;
    this.#pending = true;
  }

  stopLivenessAndStartup(): void {
    this.#deps.probes.stopLivenessAndStartup(this.pod);
  }

  publishStopped(): void {
    this.#stopped = true;
    this.#deps.probes.removePod(this.pod);
    this.#deps.runtime.removeSandbox(this.pod.metadata.uid);
    // The address is that from before the stop.
    const { ip } = this.#runtime;
    this.#runtime = { ...this.#deps.pleg.refresh(this.pod.metadata.uid), ...(ip === undefined ? {} : { ip }) };
    this.#publish(true);
    this.#lastSyncEnd = this.#deps.clock.now();
  }

  publishTerminated(): void {
    const { history, statuses } = this.#deps;
    history.record({ kind: 'sync', pod: this.ref, type: 'terminated' });
    this.#runtime = this.#deps.pleg.cached(this.pod.metadata.uid);
    this.#publish(true);
    // The object that asked for the end, with the status the API held then: later ones are our own writes.
    statuses.terminatePod(this.#endedBy ?? this.pod);
  }

  /** A finished pod stays until it is deleted; a deleted one goes when the node has cleaned up after it. */
  reclaim(): void {
    const deleted = this.#objectGone || this.pod.metadata.deletionTimestamp !== undefined;
    if (!deleted || this.#reclaiming !== undefined) {
      if (this.#objectGone && this.#reclaiming !== undefined) this.#allowToGo();
      return;
    }
    this.#reclaiming = this.#deps.clock.setTimeout(() => {
      if (!this.#objectGone) this.#deps.reclaimed(this.pod);
      this.#allowToGo();
    }, this.#deps.timings.reclaimMs);
  }

  leave(): void {
    this.#deps.clock.clearTimeout(this.#deadline);
    this.#deps.left(this.pod.metadata.uid);
  }

  #allowToGo(): void {
    this.#mayGo = true;
    this.#send({ type: 'RECLAIMED' });
  }

  #stopAll(pod: Pod, graceSeconds: number | undefined): void {
    const listed = this.#runtime.containers.filter((container) => container.state === 'running');
    // One goroutine each: Go runs the last one first, the others in turn.
    const running = [...listed.slice(-1), ...listed.slice(0, -1)];
    const stillRunning = running.filter((container) => this.#isRunning(container));
    const order = new TerminationOrder(
      this.#deps.clock,
      pod,
      stillRunning.map((container) => container.name),
    );
    let left = running.length;
    const over = () => this.#send({ type: 'CONTAINERS_STOPPED' });
    const stopped = () => {
      if (--left > 0) return;
      const sandbox = this.#deps.runtime.pod(pod.metadata.uid).sandbox;
      const { clock, timings } = this.#deps;
      if (sandbox === 'ready' && timings.sandboxStopMs > 0) {
        this.#deps.runtime.tearDownNetwork(pod.metadata.uid);
        this.#deps.networkTornDown?.(pod);
        clock.setTimeout(over, timings.sandboxStopMs);
      } else over();
    };
    if (left === 0) {
      stopped();
      return;
    }
    const grace = graceSeconds === undefined ? {} : { graceSeconds };
    for (const container of running) {
      this.#containers.stop(pod, container, { pod, reason: 'unknown', order, ...grace }, stopped);
    }
  }

  #isRunning(container: RuntimeContainer): boolean {
    const now = this.#deps.runtime.pod(this.pod.metadata.uid).containers;
    return now.some((other) => other.containerID === container.containerID && other.state === 'running');
  }

  #publish(podIsTerminal: boolean) {
    const { clock, probes, statuses, node, profile } = this.#deps;
    const pod = this.isTermination ? this.pod : this.#syncPod;
    const previous = statuses.getPodStatus(pod.metadata.uid) ?? pod.status;
    const deadline: ActiveDeadline | undefined = activeDeadline(clock, pod, previous);
    if (deadline?.passed === true) {
      this.#deps.events.podEvent(pod, 'Normal', 'DeadlineExceeded', deadline.message);
    } else if (deadline !== undefined) this.#awaitDeadline(deadline.at);
    const status = generatePodStatus({
      clock,
      pod,
      runtime: this.#runtime,
      previous,
      profile,
      podIsTerminal,
      hostIP: node.ip,
      probes,
      startFailure: (container) => this.#containers.failure(container),
      ...(deadline?.passed === true ? { eviction: { reason: 'DeadlineExceeded', message: deadline.message } } : {}),
    });
    statuses.setPodStatus(pod, status);
    return status;
  }

  /** A pod that is past its deadline is synced at the sync loop's next tick. Models active_deadline.go ShouldSync. */
  #awaitDeadline(at: number): void {
    const { clock, deadlineTick } = this.#deps;
    if (this.#deadline !== undefined || this.isTermination) return;
    this.#deadline = clock.setTimeout(() => this.requestSync(), deadlineTick(this.pod, at) - clock.now());
  }

  #nodeFacts(): NodeFacts {
    const { node, runtime } = this.#deps;
    return { nodeName: node.name, hostIP: node.ip, podIP: runtime.pod(this.pod.metadata.uid).ip ?? '' };
  }
}
