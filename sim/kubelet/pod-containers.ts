import type { Container, Pod } from '../kube/objects.ts';
import type { Backoff } from './backoff.ts';
import { beginContainer, type ContainerActor } from './container.machine.ts';
import { type ContainerDeps, ContainerInstance, type StartOutcome, type StopRequest } from './container-instance.ts';
import type { StartFailure } from './container-statuses.ts';
import type { NodeFacts } from './environment.ts';
import { newestContainer, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';
import { isRestartableInitContainer } from './status/container-lookup.ts';

export interface PodContainersDeps extends ContainerDeps {
  backoff: Backoff;
}

/**
 * The containers of one pod: starts instances (unless their back-off says wait), stops them, and remembers why the
 * last start of each failed.
 */
export class PodContainers {
  readonly #deps: PodContainersDeps;
  readonly #node: () => NodeFacts;
  /** Machines of instances that are not over, by container id or, before that is known, by name. */
  readonly #actors = new Map<ContainerInstance, ContainerActor>();
  readonly #failures = new Map<string, StartFailure>();

  constructor(deps: PodContainersDeps, node: () => NodeFacts) {
    this.#deps = deps;
    this.#node = node;
  }

  /** Why the last start of a container failed. Models pkg/kubelet/reason_cache.go. */
  failure(container: string): StartFailure | undefined {
    return this.#failures.get(container);
  }

  /**
   * Starts the next instance of a container. `runtime` is what the sync saw: the restart count and the back-off are
   * computed from it, which is why a container that a probe had killed in this very sync waits by the instance before it.
   */
  start(pod: Pod, container: Container, runtime: RuntimePod, done: (outcome: StartOutcome) => void): void {
    const backingOff = this.#doBackoff(pod, container, runtime);
    if (backingOff !== undefined) {
      this.#failures.set(container.name, backingOff);
      this.#deps.clock.setTimeout(() => done({ ok: false, ...backingOff }), 0);
      return;
    }
    const newest = newestContainer(runtime, container.name);
    const instance = this.#create(pod, container, newest === undefined ? 0 : newest.attempt + 1);
    this.#run(instance, false, (outcome) => {
      if (outcome.ok) this.#failures.delete(container.name);
      else this.#failures.set(container.name, { reason: outcome.reason, message: outcome.message });
      done(outcome);
    });
  }

  /** Stops a running instance; `done` when it is over, at once if it is. */
  stop(pod: Pod, target: RuntimeContainer, request: StopRequest, done: () => void): void {
    let instance = this.#find(target.containerID);
    if (instance === undefined) {
      const container = findContainer(pod, target.name);
      if (container === undefined) {
        done();
        return;
      }
      instance = this.#create(pod, container, target.attempt, target.containerID);
      this.#run(instance, true, () => {});
    }
    const found = instance;
    this.#onStopped.set(found, () => {
      this.#actors.delete(found);
      done();
    });
    this.#actors.get(found)?.send({ type: 'STOP', request });
  }

  /** Ends every machine; the containers are left as they are (kubelet stop). */
  abandon(): void {
    for (const actor of this.#actors.values()) actor.stop();
    this.#actors.clear();
  }

  readonly #onStopped = new Map<ContainerInstance, () => void>();

  #create(pod: Pod, container: Container, attempt: number, containerID?: string): ContainerInstance {
    const isInit = (pod.spec.initContainers ?? []).includes(container);
    const role = !isInit ? 'app' : isRestartableInitContainer(container) ? 'sidecar' : 'init';
    return new ContainerInstance(this.#deps, {
      pod,
      container,
      role,
      attempt,
      ...(containerID === undefined ? {} : { containerID }),
      node: this.#node,
    });
  }

  #run(instance: ContainerInstance, adopted: boolean, settled: (outcome: StartOutcome) => void): void {
    const listener = {
      settled: (_: ContainerInstance, outcome: StartOutcome) => {
        if (!outcome.ok) this.#actors.delete(instance);
        settled(outcome);
      },
      stopped: () => {
        const done = this.#onStopped.get(instance);
        this.#onStopped.delete(instance);
        done?.();
      },
    };
    const actor = beginContainer({ instance, listener, adopted });
    this.#actors.set(instance, actor);
    actor.send({ type: 'BEGIN' });
  }

  #find(containerID: string): ContainerInstance | undefined {
    for (const instance of this.#actors.keys()) if (instance.containerID === containerID) return instance;
    return undefined;
  }

  /**
   * Must the container wait? Looks at the newest *exited* instance that the sync knew of.
   * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_manager.go doBackOff.
   */
  #doBackoff(pod: Pod, container: Container, runtime: RuntimePod): StartFailure | undefined {
    const exited = runtime.containers.find((other) => other.name === container.name && other.state === 'exited');
    if (exited === undefined) return undefined;
    const { backoff, events } = this.#deps;
    const { name, namespace, uid } = pod.metadata;
    const key = `${name}_${namespace}_${uid}_${container.name}`;
    const since = exited.finishedAt ?? this.#deps.clock.now();
    if (!backoff.isInBackoffSince(key, since)) {
      backoff.next(key, since);
      return undefined;
    }
    const podName = `${name}_${namespace}(${uid})`;
    const text = `Back-off restarting failed container ${container.name} in pod ${podName}`;
    events.event(pod, container, 'Warning', 'BackOff', text);
    const wait = formatBackoff(backoff.get(key));
    const message = `back-off ${wait} restarting failed container=${container.name} pod=${podName}`;
    return { reason: 'CrashLoopBackOff', message };
  }
}

function findContainer(pod: Pod, name: string): Container | undefined {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((container) => container.name === name);
}

/** As Go prints a whole-second duration: `10s`, `1m20s`, `5m0s`. */
function formatBackoff(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
