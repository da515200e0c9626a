import type { EnvoyCluster } from './envoy-config.ts';

/** What a cluster lets through at a time. HTTP/1.1: one request a connection, the others wait for one. */
export interface BreakerLimits {
  connections: number;
  pending: number;
}

/** Of a cluster that says nothing. */
export const DEFAULT_LIMITS: BreakerLimits = { connections: 1024, pending: 1024 };

interface Load {
  active: number;
  /** In the order they came. */
  waiting: Set<() => void>;
}

/**
 * Envoy's circuit breakers: each cluster counts for itself, so that a probe's own is not touched by what traffic does to
 * the app's. Models envoy v1.40 source/common/http/conn_pool_base.cc; approximated: no limits of HTTP/2 requests and of retries.
 */
export class CircuitBreakers {
  readonly #loads = new Map<string, Load>();

  /**
   * Calls `begin` now, or when one that is on its way has made room. Returns how to give the place back (once; waiting
   * or not), undefined if there is no room to wait either: the request overflows.
   */
  enter(cluster: EnvoyCluster, begin: () => void): (() => void) | undefined {
    const { limits = DEFAULT_LIMITS } = cluster;
    const load = this.#loadOf(cluster.name);
    if (load.active >= limits.connections) {
      if (load.waiting.size >= limits.pending) return undefined;
      return this.#wait(load, begin);
    }
    load.active += 1;
    const leave = this.#leaver(load);
    begin();
    return leave;
  }

  #loadOf(name: string): Load {
    const known = this.#loads.get(name);
    if (known !== undefined) return known;
    const load = { active: 0, waiting: new Set<() => void>() };
    this.#loads.set(name, load);
    return load;
  }

  #wait(load: Load, begin: () => void): () => void {
    let leave = () => {
      load.waiting.delete(turn);
    };
    const turn = () => {
      leave = this.#leaver(load);
      begin();
    };
    load.waiting.add(turn);
    return () => leave();
  }

  #leaver(load: Load): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const [next] = load.waiting;
      if (next === undefined) load.active -= 1;
      else {
        // Its connection is the next one's.
        load.waiting.delete(next);
        next();
      }
    };
  }
}
