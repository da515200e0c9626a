import type { Clock } from '../core/clock.ts';
import type { Pod } from '../kube/objects.ts';
import { removeOlderDead } from './dead-instances.ts';
import type { Pleg } from './pleg.ts';
import type { PodContainers } from './pod-containers.ts';
import type { RuntimeClient } from './runtime-client.ts';
import type { RuntimePod } from './runtime-state.ts';
import { TerminationOrder } from './termination-order.ts';
import type { KubeletTimings } from './timings.ts';

export interface PodStopDeps {
  clock: Clock;
  runtime: RuntimeClient;
  timings: KubeletTimings;
  /** How long taking down this pod's sandbox takes, if a recorded run says it. */
  tornDownMs?(pod: Pod): number | undefined;
  pleg: Pleg;
  /** Of a run that repeats a recorded one: does a look at the runtime find the network gone and the sandbox there? */
  looksWhileTornDown?(pod: Pod): boolean | undefined;
  /** … and does one find the deaths, so that older dead instances go before the last status is made? */
  prunesWhileTornDown?(pod: Pod): boolean;
}

export interface PodStop {
  pod: Pod;
  /** What the kubelet knows to run. */
  seen: RuntimePod;
  containers: PodContainers;
  /** Instead of what pod and probes ask for. */
  graceSeconds: number | undefined;
}

/**
 * Stops all that runs in a pod, sidecars last, then takes its network down; `over` when that is done.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_manager.go killPodWithSyncResult.
 */
export function stopPod(deps: PodStopDeps, { pod, seen, containers, graceSeconds }: PodStop, over: () => void): void {
  const { clock, runtime, timings } = deps;
  const { uid } = pod.metadata;
  const listed = seen.containers.filter((container) => container.state === 'running');
  // One goroutine each: Go runs the last one first, the others in turn.
  const running = [...listed.slice(-1), ...listed.slice(0, -1)];
  const runs = (containerID: string) =>
    runtime.pod(uid).containers.some((other) => other.containerID === containerID && other.state === 'running');
  const stillRunning = running.filter(({ containerID }) => runs(containerID));
  const order = new TerminationOrder(
    clock,
    pod,
    stillRunning.map(({ name }) => name),
  );
  const takeDown = () => {
    const takesMs = deps.tornDownMs?.(pod) ?? timings.sandboxStopMs;
    const looks = deps.looksWhileTornDown?.(pod);
    if (runtime.pod(uid).sandbox !== 'ready' || (takesMs <= 0 && looks !== true)) {
      over();
      return;
    }
    if (deps.prunesWhileTornDown?.(pod) === true) {
      const now = runtime.pod(uid);
      for (const { name } of running) removeOlderDead(runtime, now, name);
    }
    if (looks !== false) runtime.tearDownNetwork(uid);
    if (looks === true) deps.pleg.loseAddress(uid);
    clock.setTimeout(over, takesMs);
  };
  let left = running.length;
  const stopped = () => {
    if (--left === 0) takeDown();
  };
  if (left === 0) takeDown();
  const grace = graceSeconds === undefined ? {} : { graceSeconds };
  for (const container of running) {
    containers.stop(pod, container, { pod, reason: 'unknown', order, ...grace }, stopped);
  }
}
