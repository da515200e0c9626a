import type { Clock } from '../../../core/clock.ts';
import type { TcpConnection } from '../../../programs/host.ts';

/** One end of a connection between two programs. Bytes and closes arrive after a moment, in order. */
class PipeEnd implements TcpConnection {
  readonly remoteAddress: string;
  peer: PipeEnd | undefined;
  readonly #clock: Pick<Clock, 'setTimeout'>;
  readonly #latencyMs: number;
  readonly #early: Uint8Array[] = [];
  #onData: ((data: Uint8Array) => void) | undefined;
  readonly #onClose: (() => void)[] = [];
  #closed = false;

  constructor(clock: Pick<Clock, 'setTimeout'>, latencyMs: number, remoteAddress: string) {
    this.#clock = clock;
    this.#latencyMs = latencyMs;
    this.remoteAddress = remoteAddress;
  }

  send(data: Uint8Array): void {
    if (this.#closed) return;
    this.#clock.setTimeout(() => this.peer?.receive(data), this.#latencyMs);
  }

  onData(handler: (data: Uint8Array) => void): void {
    this.#onData = handler;
    for (const data of this.#early.splice(0)) handler(data);
  }

  onClose(handler: () => void): void {
    if (this.#closed) this.#clock.setTimeout(handler, 0);
    else this.#onClose.push(handler);
  }

  close(): void {
    if (this.#closed) return;
    this.closed();
    this.#clock.setTimeout(() => this.peer?.closed(), this.#latencyMs);
  }

  reset(): void {
    this.close();
  }

  receive(data: Uint8Array): void {
    if (this.#closed) return;
    if (this.#onData === undefined) this.#early.push(data);
    else this.#onData(data);
  }

  closed(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const handler of this.#onClose.splice(0)) handler();
  }
}

/** A connection's two ends. */
export function tcpPipe(
  clock: Pick<Clock, 'setTimeout'>,
  latencyMs: number,
  addresses: { client: string; server: string },
): { client: TcpConnection; server: TcpConnection } {
  const client = new PipeEnd(clock, latencyMs, addresses.server);
  const server = new PipeEnd(clock, latencyMs, addresses.client);
  client.peer = server;
  server.peer = client;
  return { client, server };
}
