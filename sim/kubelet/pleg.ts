import type { Clock, Timer } from '../core/clock.ts';
import type { RuntimeClient } from './runtime-client.ts';
import { NO_POD, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';

export interface PlegOptions {
  clock: Clock;
  runtime: Pick<RuntimeClient, 'pod'>;
  periodMs: number;
  /** Where in its period it looks first, ms from now. */
  phaseMs: number;
  /** A death is looked at at once, not at the next look of the grid. */
  deathsTold?: boolean;
  /** Something happened that a sync should look at: once for each container event (the sync loop takes them one by one). */
  onEvent(podUID: string): void;
  /** A look found a container dead: called after the look is in the cache. */
  onDied?(podUID: string, container: RuntimeContainer): void;
  /** For a run that repeats a recorded one: when it looks at this pod next, ms from now. */
  moments?: {
    look(podUID: string): number | undefined;
    freshLook(podUID: string, sinceMs: number): number | undefined;
    sees?(podUID: string, states: readonly SeenState[]): RuntimePod | undefined;
  };
}

/** What the runtime would have said of a pod from `at` (run time) on. */
export interface SeenState {
  at: number;
  pod: RuntimePod;
}

const SAME_LOOK_MS = 5;
/** Older states of a pod are of no interest: no look takes that long. */
const STATES_KEPT = 8;

/**
 * The pod lifecycle event generator: looks at the runtime once a second, keeps what it saw (the pod cache), and reports
 * what changed. Pod workers see the cache, never the runtime itself; a worker that has just synced waits for a look
 * that is younger than its last sync.
 *
 * It looks on a fixed grid, but only when something changed or somebody waits: an idle node costs nothing.
 * Models kubernetes v1.34 pkg/kubelet/pleg/generic.go Relist and pkg/kubelet/container/cache.go GetNewerThan.
 */
export class Pleg {
  readonly #options: PlegOptions;
  readonly #origin: number;
  readonly #cache = new Map<string, RuntimePod>();
  readonly #dirty = new Set<string>();
  /** Looks at single pods at moments that were given. */
  readonly #looks = new Map<string, Timer>();
  readonly #lookedAt = new Map<string, number>();
  /** The last states of each pod, oldest first; only where a look may be given to have been slow. */
  readonly #states = new Map<string, SeenState[]>();
  #waiters: { podUID: string; newerThan: number; ready: () => void }[] = [];
  #timer: Timer | undefined;
  /** When the timer should ring. */
  #dueAt = 0;

  constructor(options: PlegOptions) {
    this.#options = options;
    this.#origin = options.clock.now() + options.phaseMs;
  }

  /** What the last look saw of a pod. */
  cached(podUID: string): RuntimePod {
    return this.#cache.get(podUID) ?? NO_POD;
  }

  /** The runtime changed something in this pod: the next look will see it. */
  markDirty(podUID: string): void {
    this.#dirty.add(podUID);
    if (this.#options.moments?.sees !== undefined) this.#note(podUID);
    this.#awaitLook(podUID);
  }

  #note(podUID: string): void {
    const states = this.#states.get(podUID) ?? [];
    states.push({ at: this.#options.clock.now(), pod: this.#options.runtime.pod(podUID) });
    this.#states.set(podUID, states.slice(-STATES_KEPT));
  }

  #awaitLook(podUID: string): void {
    if (this.#looks.has(podUID)) return;
    const { clock, moments } = this.#options;
    const given = this.#isToldOfDeath(podUID) ? 0 : moments?.look(podUID);
    if (given === undefined) this.#arm();
    else
      this.#looks.set(
        podUID,
        clock.setTimeout(() => {
          this.#looks.delete(podUID);
          this.#lookAt(podUID);
        }, given),
      );
  }

  /** Models kubernetes v1.34 pkg/kubelet/pleg/evented.go, of which only deaths are taken: they are what a pod waits for. */
  #isToldOfDeath(podUID: string): boolean {
    if (this.#options.deathsTold !== true) return false;
    const dead = ({ containers }: RuntimePod) => containers.filter(({ state }) => state === 'exited');
    const seen = new Set(dead(this.cached(podUID)).map(({ containerID }) => containerID));
    return dead(this.#options.runtime.pod(podUID)).some(({ containerID }) => !seen.has(containerID));
  }

  /**
   * Calls `ready` when there was a look at the pod after `newerThan` (run time); at once if there was. -Infinity: at once.
   */
  awaitNewerThan(podUID: string, newerThan: number, ready: () => void): void {
    if (newerThan === Number.NEGATIVE_INFINITY) {
      ready();
      return;
    }
    const { clock, moments } = this.#options;
    const given = moments?.freshLook(podUID, clock.now() - newerThan);
    if (given === undefined && this.#isOverdue(podUID)) {
      this.#lookFor(podUID, ready);
      return;
    }
    if (given === undefined ? this.#lastLook(podUID) > newerThan : given === 0) {
      ready();
      return;
    }
    if (given !== undefined) {
      clock.setTimeout(() => {
        // A look that has just been made is as good.
        const fresh = (this.#lookedAt.get(podUID) ?? Number.NEGATIVE_INFINITY) >= clock.now() - SAME_LOOK_MS;
        if (fresh) ready();
        else this.#lookFor(podUID, ready);
      }, given);
      return;
    }
    this.#waiters.push({ podUID, newerThan, ready });
    this.#arm();
  }

  /** A look that is due has not been made: a busy process is late with its timers. */
  #isOverdue(podUID: string): boolean {
    if (!this.#dirty.has(podUID)) return false;
    return this.#isDeathPending(podUID) || (this.#timer !== undefined && this.#dueAt < this.#options.clock.now());
  }

  /** A death was told, the look at it comes at once, but has not come yet. */
  #isDeathPending(podUID: string): boolean {
    return this.#options.deathsTold === true && this.#looks.has(podUID);
  }

  #lookFor(podUID: string, ready: () => void): void {
    const events = this.#look(podUID);
    ready();
    for (let i = events; i > 0; i--) this.#options.onEvent(podUID);
  }

  /** Reads the runtime past the cache, as the kubelet does after it has killed a pod. */
  refresh(podUID: string): RuntimePod {
    const pod = withKnownAddress(this.#options.runtime.pod(podUID), this.cached(podUID));
    this.#cache.set(podUID, pod);
    return pod;
  }

  #lookAt(podUID: string): void {
    const events = this.#look(podUID);
    if (this.#options.deathsTold === true) this.#release((other) => other === podUID);
    for (let i = events; i > 0; i--) this.#options.onEvent(podUID);
  }

  /** For a run that repeats a recorded one: a look found the pod's network gone and its sandbox there. */
  loseAddress(podUID: string): void {
    const { ip: _, ...pod } = this.cached(podUID);
    this.#cache.set(podUID, pod);
  }

  /** A sync of the pod is over: the next waits for a look that begins later, so none sees what was before. */
  syncEnded(podUID: string): void {
    const states = this.#states.get(podUID);
    if (states !== undefined) this.#states.set(podUID, states.slice(-1));
  }

  forget(podUID: string): void {
    this.#cache.delete(podUID);
    this.#dirty.delete(podUID);
    this.#lookedAt.delete(podUID);
    this.#states.delete(podUID);
  }

  stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const timer of this.#looks.values()) this.#options.clock.clearTimeout(timer);
    this.#looks.clear();
    this.#waiters = [];
  }

  /** The time of the latest look of the grid, whether it had anything to do or not, or of a later one at a death. */
  #lastLook(podUID: string): number {
    const { clock, periodMs, deathsTold } = this.#options;
    const since = clock.now() - this.#origin;
    const grid = since < 0 ? Number.NEGATIVE_INFINITY : this.#origin + Math.floor(since / periodMs) * periodMs;
    return deathsTold === true ? Math.max(grid, this.#lookedAt.get(podUID) ?? grid) : grid;
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    const { clock, periodMs } = this.#options;
    const since = clock.now() - this.#origin;
    const next = since < 0 ? this.#origin : this.#origin + (Math.floor(since / periodMs) + 1) * periodMs;
    this.#dueAt = next;
    this.#timer = clock.setTimeout(() => this.#relist(), next - clock.now());
  }

  #relist(): void {
    this.#timer = undefined;
    const events: string[] = [];
    for (const podUID of [...this.#dirty]) {
      if (this.#looks.has(podUID) && !this.#isDeathPending(podUID)) continue;
      for (let i = this.#look(podUID); i > 0; i--) events.push(podUID);
    }
    this.#release(() => true);
    for (const podUID of events) this.#options.onEvent(podUID);
    if (this.#waiters.length > 0) this.#arm();
  }

  /** Those who waited for this look go on. */
  #release(sees: (podUID: string) => boolean): void {
    const now = this.#options.clock.now();
    const served = this.#waiters.filter((waiter) => waiter.newerThan < now && sees(waiter.podUID));
    this.#waiters = this.#waiters.filter((waiter) => !served.includes(waiter));
    for (const { ready } of served) ready();
  }

  /** Takes the pod's state into the cache; how many events that makes. */
  #look(podUID: string): number {
    this.#dirty.delete(podUID);
    this.#lookedAt.set(podUID, this.#options.clock.now());
    const before = this.cached(podUID);
    const now = this.#options.runtime.pod(podUID);
    const seen = this.#options.moments?.sees?.(podUID, this.#states.get(podUID) ?? []) ?? now;
    const after = withKnownAddress(seen, before);
    this.#cache.set(podUID, after);
    if (seen !== now) {
      this.#dirty.add(podUID);
      this.#awaitLook(podUID);
    }
    for (const container of after.containers) {
      const old = before.containers.find((other) => other.containerID === container.containerID);
      if (container.state === 'exited' && old?.state !== 'exited') this.#options.onDied?.(podUID, container);
    }
    return countEvents(before, after);
  }
}

/**
 * A pod whose sandbox is over keeps the address it had. One whose sandbox is still there has what the runtime says: a
 * look while it is being torn down loses the address.
 * Models kubernetes v1.34 pkg/kubelet/pleg/generic.go getPodIPs.
 */
function withKnownAddress(after: RuntimePod, before: RuntimePod): RuntimePod {
  if (after.ip !== undefined || before.ip === undefined || after.sandbox === 'ready') return after;
  return { ...after, ip: before.ip };
}

/** Starts and deaths between two looks, the sandbox counts as a container. A removal alone is not worth a sync. */
function countEvents(before: RuntimePod, after: RuntimePod): number {
  let events = before.sandbox === after.sandbox ? 0 : 1;
  for (const container of after.containers) {
    const old = before.containers.find((other) => other.containerID === container.containerID);
    if (plegState(container) !== plegState(old) && plegState(container) !== 'unknown') events++;
  }
  for (const container of before.containers) {
    const gone = !after.containers.some((other) => other.containerID === container.containerID);
    if (gone && container.state === 'running') events++;
  }
  return events;
}

function plegState(container: RuntimeContainer | undefined): 'unknown' | 'running' | 'exited' {
  return container === undefined || container.state === 'created' ? 'unknown' : container.state;
}
