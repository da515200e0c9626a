import type { Clock, Timer } from '../core/clock.ts';
import type { Pod } from '../kube/objects.ts';
import { isRestartableInitContainer } from './status/container-lookup.ts';

/**
 * Who may get its SIGTERM when: regular containers at once, sidecars after every regular container and after the
 * sidecars that were started later, in reverse order.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_termination_order.go.
 */
export class TerminationOrder {
  readonly #clock: Clock;
  readonly #prerequisites = new Map<string, readonly string[]>();
  readonly #running: Set<string>;
  readonly #waiting: { name: string; go: () => void }[] = [];

  constructor(clock: Clock, pod: Pod, running: readonly string[]) {
    this.#clock = clock;
    this.#running = new Set(running);
    const regular = pod.spec.containers.map((container) => container.name);
    const sidecars = (pod.spec.initContainers ?? [])
      .filter(isRestartableInitContainer)
      .map((container) => container.name);
    sidecars.forEach((name, index) => {
      this.#prerequisites.set(name, [...regular, ...sidecars.slice(index + 1)]);
    });
  }

  /** Calls `go` with the ms waited when it is this container's turn, or when `graceMs` is over. */
  awaitTurn(name: string, graceMs: number, go: (waitedMs: number) => void): void {
    const startedAt = this.#clock.now();
    if (this.#mayGo(name)) {
      go(0);
      return;
    }
    let timer: Timer | undefined;
    const waiter = {
      name,
      go: () => {
        this.#clock.clearTimeout(timer);
        go(this.#clock.now() - startedAt);
      },
    };
    timer = this.#clock.setTimeout(() => {
      const index = this.#waiting.indexOf(waiter);
      if (index >= 0) this.#waiting.splice(index, 1);
      go(graceMs);
    }, graceMs);
    this.#waiting.push(waiter);
  }

  /** A container is over: whoever waited for it may go. */
  terminated(name: string): void {
    this.#running.delete(name);
    for (const waiter of this.#waiting.filter((candidate) => this.#mayGo(candidate.name))) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.go();
    }
  }

  #mayGo(name: string): boolean {
    return (this.#prerequisites.get(name) ?? []).every((other) => !this.#running.has(other));
  }
}
