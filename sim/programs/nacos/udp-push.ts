import type { ProgramHost, UdpSocket } from '../host.ts';
import type { Subscriber } from './client.ts';
import { gzipStored } from './gzip.ts';
import { toJson } from './java-json.ts';
import { type ServiceInfo, serviceInfoJson } from './service-info.ts';

/** A push that nobody has acknowledged is sent once more after so long, ms. */
const ACK_TIMEOUT = 10_000;
const MAX_RETRIES = 1;
const GZIP_FROM_BYTES = 1024;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Models nacos naming UdpPushService: one socket, datagrams with an acknowledgement, one retry. */
export class UdpPush {
  readonly #host: Pick<ProgramHost, 'clock' | 'listenUdp'>;
  readonly #socket: UdpSocket;
  /** What waits for its acknowledgement, by address and push. */
  readonly #waiting = new Set<string>();
  #last = 0;

  constructor(host: Pick<ProgramHost, 'clock' | 'listenUdp'>) {
    this.#host = host;
    this.#socket = host.listenUdp(
      { port: 0 },
      { onMessage: ({ from, fromPort, data }) => this.#acknowledged(from, fromPort, data) },
    );
  }

  send({ ip, port }: Subscriber, info: ServiceInfo): void {
    const { clock } = this.#host;
    const data = toJson(serviceInfoJson(info, clock.epochMs + clock.now(), { groupName: false }));
    // Java's nanoTime: only ever compared; two pushes never share one.
    this.#last = Math.max(this.#last + 1, Math.round((clock.now() + 86_400_000) * 1_000_000));
    const lastRefTime = this.#last;
    const plain = encoder.encode(toJson({ type: 'dom', data, lastRefTime }));
    const datagram = plain.length < GZIP_FROM_BYTES ? plain : gzipStored(plain);
    const key = `${ip},${port},${lastRefTime}`;
    this.#waiting.add(key);
    this.#attempt(ip, port, datagram, key, MAX_RETRIES);
  }

  close(): void {
    this.#socket.close();
  }

  #attempt(host: string, port: number, data: Uint8Array, key: string, retries: number): void {
    this.#socket.send({ host, port, data });
    this.#host.clock.setTimeout(() => {
      if (!this.#waiting.has(key)) return;
      if (retries > 0) this.#attempt(host, port, data, key, retries - 1);
      else this.#waiting.delete(key);
    }, ACK_TIMEOUT);
  }

  #acknowledged(from: string, fromPort: number, data: Uint8Array): void {
    try {
      const ack = JSON.parse(decoder.decode(data)) as { type?: string; lastRefTime?: number } | null;
      if (ack?.type === 'push-ack') this.#waiting.delete(`${from},${fromPort},${ack.lastRefTime}`);
    } catch {
      // A datagram that is no JSON is dropped, as there.
    }
  }
}
