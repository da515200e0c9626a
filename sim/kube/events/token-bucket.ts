/**
 * A bucket of `burst` tokens, refilled at `qps` per second (a float32, as client-go keeps it).
 * Models golang.org/x/time/rate Limiter.AllowN.
 */
export class TokenBucket {
  readonly #qps: number;
  readonly #burst: number;
  #tokens: number;
  #lastMs: number | undefined;

  constructor(qps: number, burst: number) {
    this.#qps = Math.fround(qps);
    this.#burst = burst;
    this.#tokens = burst;
  }

  /** Takes a token if there is one at `nowMs`; a refused call changes nothing. */
  tryAccept(nowMs: number): boolean {
    const left = this.#at(nowMs) - 1;
    // Go turns the debt into whole nanoseconds to wait: less than one is none.
    if (left < 0 && Math.trunc((-left / this.#qps) * 1e9) > 0) return false;
    this.#tokens = left;
    this.#lastMs = nowMs;
    return true;
  }

  /** Takes a token, on credit if need be: ms until it would have been there. */
  reserve(nowMs: number): number {
    const left = this.#at(nowMs) - 1;
    this.#tokens = left;
    this.#lastMs = nowMs;
    return left >= 0 ? 0 : Math.ceil((-left / this.#qps) * 1000);
  }

  /** Ms until there is a token; takes none. */
  waitMs(nowMs: number): number {
    const missing = 1 - this.#at(nowMs);
    return missing <= 0 ? 0 : Math.ceil((missing / this.#qps) * 1000);
  }

  #at(nowMs: number): number {
    const elapsed = Math.max(0, nowMs - (this.#lastMs ?? nowMs)) / 1000;
    return Math.min(this.#burst, this.#tokens + elapsed * this.#qps);
  }
}
