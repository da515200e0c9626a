import type { Clock } from '../core/clock.ts';
import { TokenBucket } from '../kube/events/token-bucket.ts';

/** kube-controller-manager's --kube-api-qps and --kube-api-burst; each controller has a client of its own. */
const QPS = 20;
const BURST = 30;

/**
 * What a controller may ask of the API: after a burst of thirty requests it gets twenty a second, and what changes meanwhile is
 * answered together (spec/cluster.md, recording 41: a wave of pods behind four services).
 */
export class ApiBudget {
  readonly #clock: Clock;
  readonly #bucket = new TokenBucket(QPS, BURST);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a request: ms until it may be sent. */
  spend(): number {
    return this.#bucket.reserve(this.#clock.now());
  }

  /**
   * Sends requests one after the other, each when its turn has come, then calls `then`: within the call if none has to wait. What
   * they say was decided before; what changes meanwhile is for the next time. `given`: of a run that repeats a recorded one, ms
   * until the next request's turn.
   */
  send(requests: readonly (() => void)[], then: () => void, given?: () => number | undefined): void {
    const [first, ...rest] = requests;
    if (first === undefined) {
      then();
      return;
    }
    const go = () => {
      first();
      this.send(rest, then, given);
    };
    const ownMs = this.spend();
    const waitMs = given?.() ?? ownMs;
    if (waitMs > 0) this.#clock.setTimeout(go, waitMs);
    else go();
  }
}
