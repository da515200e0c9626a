import type { Clock } from '../../../core/clock.ts';
import type { Random } from '../../../core/random.ts';
import type { NetworkNamespace } from './namespace.ts';
import type { VirtualNetwork } from './network.ts';

/** Where a datagram starts. */
interface Origin {
  clock: Pick<Clock, 'setTimeout'>;
  network: VirtualNetwork;
  namespace: NetworkNamespace;
  random: Random;
  latencies: { response: number };
}

const EPHEMERAL_FIRST = 32_768;
const EPHEMERAL_COUNT = 28_232;

/** A UDP port of the range a kernel takes from that nobody in the pod has bound. */
export function ephemeralPort(namespace: NetworkNamespace, random: Random): number {
  for (;;) {
    const port = EPHEMERAL_FIRST + random.int(EPHEMERAL_COUNT);
    if (namespace.udp(namespace.ip, port) === undefined) return port;
  }
}

/**
 * Sends one datagram from a pod. It is lost, and nobody told, where nothing listens, the name does not resolve, or a
 * fault of either pod's network drops it. Datagrams to a Service's address are not modelled: they are lost.
 */
export function sendDatagram(
  origin: Origin,
  options: { host: string; port: number; data: Uint8Array; fromPort?: number },
): void {
  const { clock, network, namespace, random, latencies } = origin;
  const ip = network.resolve(options.host, namespace);
  if (ip === undefined) return;
  const isLocal = namespace.isLocal(ip);
  const target = isLocal ? namespace : network.at(ip);
  if (!isLocal && (isLost(namespace, random) || (target !== undefined && isLost(target, random)))) return;
  const fromPort = options.fromPort ?? EPHEMERAL_FIRST + random.int(EPHEMERAL_COUNT);
  const from = isLocal ? ip : namespace.ip;
  clock.setTimeout(() => {
    target?.udp(ip, options.port)?.onMessage({
      from,
      fromPort,
      data: options.data,
      reply: (data) => {
        const back = () =>
          namespace.udp(from, fromPort)?.onMessage({ from: ip, fromPort: options.port, data, reply: () => {} });
        clock.setTimeout(back, latencies.response);
      },
    });
  }, latencies.response);
}

function isLost({ faults }: NetworkNamespace, random: Random): boolean {
  return faults?.partition === true || (faults?.loss !== undefined && random.next() < faults.loss);
}
