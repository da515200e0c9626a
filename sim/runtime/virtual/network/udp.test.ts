import { describe, expect, it } from 'vitest';
import { Random } from '../../../core/random.ts';
import { VirtualClock } from '../../../core/virtual-clock.ts';
import { VirtualNetwork } from './network.ts';
import { ephemeralPort, sendDatagram } from './udp.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function world() {
  const clock = new VirtualClock();
  const network = new VirtualNetwork();
  const random = new Random(1);
  const pod = () => {
    const namespace = network.create();
    if (namespace === undefined) throw new Error('no address');
    return { clock, network, namespace, random, latencies: { response: 1 } };
  };
  return { clock, one: pod(), other: pod() };
}

/** Listens and notes what comes. */
function listen(pod: ReturnType<typeof world>['one'], port: number, answers?: string): string[] {
  const heard: string[] = [];
  pod.namespace.listenUdp(undefined, port, {
    onMessage: ({ from, fromPort, data, reply }) => {
      heard.push(`${from}:${fromPort} ${decoder.decode(data)}`);
      if (answers !== undefined) reply(encoder.encode(answers));
    },
  });
  return heard;
}

describe('a datagram', () => {
  it('comes from the port it was sent from, and the answer goes back there', () => {
    const { clock, one, other } = world();
    const heard = listen(other, 53, 'pong');
    const back = listen(one, 4000);
    sendDatagram(one, { host: other.namespace.ip, port: 53, data: encoder.encode('ping'), fromPort: 4000 });
    clock.runUntil(10);
    expect(heard).toEqual([`${one.namespace.ip}:4000 ping`]);
    expect(back).toEqual([`${other.namespace.ip}:53 pong`]);
  });

  it('is lost where nobody listens, where no pod is, and in a partition', () => {
    const { clock, one, other } = world();
    const heard = listen(other, 53);
    const data = encoder.encode('ping');
    sendDatagram(one, { host: other.namespace.ip, port: 54, data });
    sendDatagram(one, { host: '10.244.0.200', port: 53, data });
    sendDatagram(one, { host: 'nobody', port: 53, data });
    other.namespace.faults = { partition: true };
    sendDatagram(one, { host: other.namespace.ip, port: 53, data });
    clock.runUntil(10);
    expect(heard).toEqual([]);
  });

  it('a port that is free is one that nobody has', () => {
    const { one } = world();
    const taken = new Set<number>();
    for (let i = 0; i < 200; i++) {
      const port = ephemeralPort(one.namespace, one.random);
      expect(taken.has(port)).toBe(false);
      taken.add(port);
      listen(one, port);
    }
  });
});
