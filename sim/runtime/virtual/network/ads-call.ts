import type { AdsStream, DiscoveryRequest, DiscoveryResponse } from '../../../programs/ads.ts';

interface Scheduler {
  setTimeout(fn: () => void, ms: number): unknown;
}

export interface AdsClient {
  onResponse(response: DiscoveryResponse): void;
  /** The stream is over, by whomever. */
  onClose(status: { code: string; message: string }): void;
}

/** A stream of discovery between a proxy and its control plane: messages take a moment, an end is the end for both. */
export class AdsCall implements AdsStream {
  readonly commonName: string | undefined;
  readonly remoteAddress: string;
  readonly #clock: Scheduler;
  readonly #latencyMs: number;
  readonly #client: AdsClient;
  #request: ((request: DiscoveryRequest) => void) | undefined;
  #closed: (() => void) | undefined;
  #open = true;

  constructor(
    place: { clock: Scheduler; latencyMs: number; commonName: string | undefined; remoteAddress: string },
    client: AdsClient,
  ) {
    this.commonName = place.commonName;
    this.remoteAddress = place.remoteAddress;
    this.#clock = place.clock;
    this.#latencyMs = place.latencyMs;
    this.#client = client;
  }

  /** The client's side. */
  request(request: DiscoveryRequest): void {
    this.#later(() => this.#request?.(request));
  }

  /** The client goes. */
  cancel(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed?.();
  }

  onRequest(handler: (request: DiscoveryRequest) => void): void {
    this.#request = handler;
  }

  onClose(handler: () => void): void {
    this.#closed = handler;
  }

  send(response: DiscoveryResponse): void {
    this.#later(() => this.#client.onResponse(response));
  }

  fail(code: string, message: string): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed?.();
    this.#clock.setTimeout(() => this.#client.onClose({ code, message }), this.#latencyMs);
  }

  #later(work: () => void): void {
    this.#clock.setTimeout(() => {
      if (this.#open) work();
    }, this.#latencyMs);
  }
}
