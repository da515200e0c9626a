import { type Actor, type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import type { LabHistory, ProbeType } from '../kube/fact.ts';
import type { Pod, PodStatus } from '../kube/objects.ts';
import { podRef } from './pod-ref.ts';
import type { PodStatusSource, Prober } from './ports.ts';
import { findWorker, type NewWorker, probeManagerMachine, type WorkerHandle } from './probe-manager.machine.ts';
import { fillProbeStatus } from './probe-status.ts';
import { createProbeWorker, type WorkerEvent } from './probe-worker/probe-worker.machine.ts';
import type { KubeletProfile } from './profiles.ts';
import type { ProbeResults } from './results.ts';

export interface ProbeManagerOptions {
  clock: Clock;
  random: Pick<Random, 'next'>;
  history: Pick<LabHistory, 'record'>;
  prober: Prober;
  statusSource: PodStatusSource;
  results: ProbeResults;
  profile: KubeletProfile;
  /** Run time in ms at which the kubelet started; its uptime is now minus that. Usually negative. */
  startedAtMs: number;
  /** The start-up wait of a worker in ms, where it has one. Default: a random part of its period. */
  jitterMs?: (worker: NewWorker, periodMs: number) => number | undefined;
  /** True if the triggered worker sees the status from before the sync. Default: never. */
  triggersEarly?: (pod: Pod, container: string) => boolean | 'with-tick' | undefined;
  /** True if a worker's run of this moment sees nothing of the container yet. Default: never. */
  missesTick?: (pod: Pod, container: string, probe: ProbeType) => boolean;
  /** XState's inspection stream of the machines, for tracing. */
  inspect?: ActorOptions<AnyActorLogic>['inspect'];
}

/**
 * Probes the containers of pods. `updatePodStatus` asks what the probes say and pokes readiness; the rest follows the
 * pod's life. All effects on workers are synchronous but for the poke, which is a timer of its own.
 * Models kubernetes v1.34 pkg/kubelet/prober/prober_manager.go.
 */
export class ProbeManager {
  readonly #options: ProbeManagerOptions;
  readonly #actor: Actor<typeof probeManagerMachine>;

  constructor(options: ProbeManagerOptions) {
    this.#options = options;
    this.#actor = createActor(probeManagerMachine, {
      input: { startWorker: (worker) => this.#startWorker(worker) },
      ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
    }).start();
  }

  /** Starts the workers that the pod lacks. Their first run is now, unless the kubelet is younger than their period. */
  addPod(pod: Pod): void {
    this.#actor.send({ type: 'add-pod', pod });
  }

  /**
   * The status with `started` and `ready` of each container filled in. Every running, started container whose readiness
   * is not Success is probed at once, in a timer due now: after the caller has stored the status.
   * Models prober_manager.go UpdatePodStatus.
   */
  updatePodStatus(pod: Pod, status: PodStatus): PodStatus {
    const { results, profile, clock, startedAtMs } = this.#options;
    const { context } = this.#actor.getSnapshot();
    return fillProbeStatus(pod, status, {
      results,
      profile,
      kubeletStartedAtMs: clock.epochMs + startedAtMs,
      hasWorker: (container, probe) =>
        findWorker(context, { podUID: pod.metadata.uid, container, probe }) !== undefined,
      triggerReadiness: (container) => {
        const worker = findWorker(context, { podUID: pod.metadata.uid, container, probe: 'readiness' });
        if (worker === undefined) return;
        const trigger = () => this.#actor.send({ type: 'trigger', worker });
        const early = this.#options.triggersEarly?.(pod, container);
        if (early === true) trigger();
        else if (early !== 'with-tick') clock.setTimeout(trigger, 0);
      },
    });
  }

  /** The pod is being terminated. Models prober_manager.go StopLivenessAndStartup. */
  stopLivenessAndStartup(pod: Pod): void {
    this.#actor.send({ type: 'stop-liveness-and-startup', pod });
  }

  /** Stops the pod's workers; one that is in the middle of a probe ends with it. Models prober_manager.go RemovePod. */
  removePod(pod: Pod): void {
    this.#actor.send({ type: 'remove-pod', pod });
  }

  /** Stops the workers of all pods but these (uids). Models prober_manager.go CleanupPods. */
  cleanupPods(desired: ReadonlySet<string>): void {
    this.#actor.send({ type: 'cleanup-pods', desired });
  }

  #startWorker(worker: NewWorker): WorkerHandle {
    const { clock, history, prober, results, profile, startedAtMs, inspect } = this.#options;
    const { key, pod, container, spec, sidecar } = worker;
    const handle: WorkerHandle = {
      key,
      stop: () => send({ type: 'stop' }),
      trigger: () => send({ type: 'trigger' }),
    };
    const send = (event: WorkerEvent): void => actor.send(event);
    const actor = createProbeWorker(
      {
        subject: { probe: key.probe, pod, container, spec, sidecar, profile },
        owner: { pod: podRef(pod), container: container.name },
        clock,
        history,
        statusSource: this.#statusFor(worker),
        prober,
        results: results[key.probe],
        kubeletStartedAtMs: startedAtMs,
        jitterMs: this.#jitterMs(worker),
        send,
        onEnded: () => this.#actor.send({ type: 'worker-ended', key }),
      },
      { parent: this.#actor, ...(inspect === undefined ? {} : { inspect }) },
    );
    send({ type: 'run' });
    return handle;
  }

  #statusFor({ key, pod, container }: NewWorker): PodStatusSource {
    const { statusSource, missesTick } = this.#options;
    if (missesTick === undefined) return statusSource;
    return {
      getPodStatus: (uid) => (missesTick(pod, container.name, key.probe) ? undefined : statusSource.getPodStatus(uid)),
    };
  }

  /** Only a young kubelet spreads its probes: it has many pods to adopt at once. Models worker.go run. */
  #jitterMs(worker: NewWorker): number {
    const { clock, startedAtMs, random, jitterMs } = this.#options;
    const periodMs = (worker.spec.periodSeconds ?? 10) * 1000;
    if (periodMs <= clock.now() - startedAtMs) return 0;
    return jitterMs?.(worker, periodMs) ?? Math.floor(random.next() * periodMs);
  }
}
