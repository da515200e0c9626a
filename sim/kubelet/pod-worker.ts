import { type Actor, createActor } from 'xstate';
import type { Pod, PodStatus } from '../kube/objects.ts';
import { removeOlderDead } from './dead-instances.ts';
import type { NodeFacts } from './environment.ts';
import { effectiveGraceSeconds } from './grace-period.ts';
import { type PodEvent, podMachine } from './pod.machine.ts';
import { computePodActions } from './pod-actions.ts';
import { PodContainers } from './pod-containers.ts';
import { PodPublication } from './pod-publication.ts';
import { PodReclaim } from './pod-reclaim.ts';
import { podRef } from './pod-ref.ts';
import { createPodSandbox } from './pod-sandbox.ts';
import { stopPod } from './pod-stop.ts';
import { PodVolumes } from './pod-volumes.ts';
import type { PodWorkerDeps } from './pod-worker-deps.ts';
import type { RuntimePod } from './runtime-state.ts';
import { SyncRequests } from './sync-requests.ts';
import { SyncWork } from './sync-work.ts';

/**
 * One pod on this node: its data, and the steps that its machine (pod.machine.ts) puts in order.
 * Models kubernetes v1.34 pkg/kubelet/kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod.
 */
export class PodWorker {
  /** The newest object heard of. */
  pod: Pod;
  /** What is left to do of the sync at hand. */
  work = new SyncWork();
  readonly #deps: PodWorkerDeps;
  readonly #volumes: PodVolumes;
  readonly #containers: PodContainers;
  readonly #actor: Actor<typeof podMachine>;
  readonly #requests: SyncRequests;
  readonly #reclaim: PodReclaim;
  readonly #publication: PodPublication;
  /** The pod is to end, or has ended. */
  #ending = false;
  #endedBy: Pod | undefined;
  #working: 'sync' | 'terminate' = 'sync';
  /** The object that the work at hand was begun with. */
  #syncPod: Pod;
  /** What the runtime looked like when the work at hand was begun. */
  #runtime: RuntimePod;
  #lastSyncEnd = Number.NEGATIVE_INFINITY;
  #error = false;
  #terminal = false;
  #objectGone = false;
  #stopped = false;

  constructor(deps: PodWorkerDeps, pod: Pod) {
    this.#deps = deps;
    this.pod = pod;
    this.#syncPod = pod;
    this.#runtime = deps.pleg.cached(pod.metadata.uid);
    this.#volumes = new PodVolumes(deps);
    this.#containers = new PodContainers(deps, () => this.#nodeFacts());
    this.#publication = new PodPublication(deps, {
      startFailure: (container) => this.#containers.failure(container),
      deadlinePassed: () => this.requestSync(),
    });
    this.#requests = new SyncRequests(deps.clock, (waiting) => deps.mergesRequest?.(this.pod, waiting) === true);
    this.#reclaim = new PodReclaim({
      clock: deps.clock,
      reclaimMs: deps.timings.reclaimMs,
      reclaimed: () => deps.reclaimed(this.pod),
      over: () => this.#send({ type: 'RECLAIMED' }),
    });
    this.#actor = createActor(podMachine, { input: { worker: this } });
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
    if (!this.#ending && this.#requests.add()) this.#send({ type: 'WORK' });
  }

  /** Asks for the pod's end; the first wins, as a later and shorter grace does not reach a kill under way. */
  terminate(): void {
    if (!this.#ending) {
      this.#ending = true;
      this.#endedBy = this.pod;
      this.#requests.insist();
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
    this.#reclaim.abandon();
    this.#publication.stop();
    this.#containers.abandon();
    this.#actor.stop();
  }

  /** Nothing is being done for the pod, and nothing is asked for. */
  get isIdle(): boolean {
    return !this.#requests.isPending && this.#actor.getSnapshot().value === 'waiting';
  }

  get hasWork(): boolean {
    return this.#requests.isPending;
  }

  get isTermination(): boolean {
    return this.#working === 'terminate';
  }

  get podIsTerminal(): boolean {
    return this.#terminal;
  }

  /** False once everything of the pod has been stopped. */
  get couldHaveRunningContainers(): boolean {
    return !this.#stopped;
  }

  get isGone(): boolean {
    return this.#reclaim.isOver;
  }

  // What the machine does, in its order.

  takeWork(): void {
    this.#requests.take();
    this.#working = this.#ending ? 'terminate' : 'sync';
    this.#syncPod = this.pod;
    this.#error = false;
    this.work = new SyncWork();
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
    this.#requests.begin(this.#ending);
    history.record({ kind: 'sync', pod: podRef(this.pod), type: this.isTermination ? 'kill' : 'update' });
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
    this.work = new SyncWork(computePodActions(this.#syncPod, this.#runtime, this.#deps.results));
  }

  stopWholePod(): void {
    this.#stopAll(this.#syncPod);
  }

  /** Nothing runs in the pod any more, and nothing will: its address is free again. */
  removeSandbox(): void {
    this.#deps.runtime.removeSandbox(this.pod.metadata.uid);
  }

  stopForDeletion(): void {
    this.#stopAll(this.pod, effectiveGraceSeconds(this.pod));
  }

  stopNextDoomed(): void {
    const doomed = this.work.nextToKill();
    if (doomed === undefined) return;
    const { instance, message, reason } = doomed;
    this.#containers.stop(this.#syncPod, instance, { pod: this.#syncPod, reason, message }, () => {
      this.#send({ type: 'CONTAINERS_STOPPED' });
    });
  }

  /** Of each init container only the newest dead instance is kept. */
  pruneInitContainers(): void {
    const { initContainers = [] } = this.#syncPod.spec;
    for (const { name } of initContainers) removeOlderDead(this.#deps.runtime, this.#runtime, name);
  }

  createSandbox(): void {
    createPodSandbox(this.#deps, this.#syncPod, (ip) => {
      // The sync goes on with what it has just made.
      if (ip !== undefined) this.#runtime = { ...this.#runtime, sandbox: 'ready', ip };
      this.#send({ type: ip === undefined ? 'SANDBOX_FAILED' : 'SANDBOX_READY' });
    });
  }

  startNextContainer(): void {
    const container = this.work.nextToStart();
    if (container === undefined) return;
    this.#containers.start(this.#syncPod, container, this.#runtime, (outcome) => {
      if (!outcome.ok) {
        this.#error = true;
        const isInit = this.#syncPod.spec.initContainers?.includes(container) === true;
        // An init container that does not start ends the sync; a sidecar does not hold up the others.
        if (isInit && container.restartPolicy !== 'Always') this.work.startNoMore();
      }
      this.#send({ type: 'CONTAINER_SETTLED' });
    });
  }

  noteError(): void {
    this.#error = true;
  }

  completeSync(): void {
    this.#lastSyncEnd = this.#deps.clock.now();
    this.#deps.pleg.syncEnded(this.pod.metadata.uid);
    this.#deps.requeue(this.pod.metadata.uid, this.#error ? 'error' : 'good');
  }

  /** The pod has ended by itself: what still runs is stopped, and nothing is started any more. */
  completeTerminalSync(): void {
    this.#lastSyncEnd = this.#deps.clock.now();
    this.#ending = true;
    this.#requests.insist();
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
    history.record({ kind: 'sync', pod: podRef(this.pod), type: 'terminated' });
    this.#runtime = this.#deps.pleg.cached(this.pod.metadata.uid);
    this.#publish(true);
    // The object that asked for the end, with the status the API held then: later ones are our own writes.
    statuses.terminatePod(this.#endedBy ?? this.pod);
  }

  reclaim(): void {
    const deleted = this.pod.metadata.deletionTimestamp !== undefined;
    this.#reclaim.consider({ deleted, gone: this.#objectGone });
  }

  leave(): void {
    this.#publication.stop();
    this.#deps.left(this.pod.metadata.uid);
  }

  #stopAll(pod: Pod, graceSeconds?: number): void {
    const stop = { pod, seen: this.#runtime, containers: this.#containers, graceSeconds };
    stopPod(this.#deps, stop, () => this.#send({ type: 'CONTAINERS_STOPPED' }));
  }

  #publish(podIsTerminal: boolean): PodStatus {
    const pod = this.isTermination ? this.pod : this.#syncPod;
    return this.#publication.publish({ pod, runtime: this.#runtime, podIsTerminal, isEnding: this.isTermination });
  }

  #nodeFacts(): NodeFacts {
    const { node, runtime } = this.#deps;
    return { nodeName: node.name, hostIP: node.ip, podIP: runtime.pod(this.pod.metadata.uid).ip ?? '' };
  }
}
