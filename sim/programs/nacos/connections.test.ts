import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import type { TcpConnection } from '../host.ts';
import { Connections } from './connections.ts';
import { Naming } from './naming.ts';
import { NACOS_PROFILES, type NacosVersion } from './profiles.ts';

const ORDERS = { namespace: 'public', group: 'DEFAULT_GROUP', name: 'orders' };
const INSTANCE = {
  ip: '10.244.0.9',
  port: 80,
  cluster: 'DEFAULT',
  weight: 1,
  enabled: true,
  healthy: true,
  ephemeral: true,
  metadata: {},
  withId: false,
};

/** A client that has registered and then says nothing more. */
function silentClient(version: NacosVersion) {
  const clock = new VirtualClock();
  const naming = new Naming({ clock, expiredAtTie: () => true, push: () => {} });
  const connections = new Connections(
    { clock, listenTcp: () => ({ close: () => {} }) },
    naming,
    NACOS_PROFILES[version],
  );
  let data: (bytes: Uint8Array) => void = () => {};
  let close = () => {};
  const connection = {
    remoteAddress: '10.244.0.9',
    send: () => {},
    onData: (handler: typeof data) => {
      data = handler;
    },
    onClose: (handler: typeof close) => {
      close = handler;
    },
    close: () => {},
    reset: () => {},
  } as TcpConnection;
  connections.accept(connection);
  data(
    new TextEncoder().encode(
      `${JSON.stringify({ id: 1, op: 'register', service: 'DEFAULT_GROUP@@orders', instance: INSTANCE })}\n`,
    ),
  );
  const isThere = (at: number) => {
    clock.runUntil(at);
    return naming.rebuild(ORDERS).length === 1;
  };
  return { isThere, close: () => close() };
}

describe('a client of the 2.x protocol', () => {
  it('needs no heartbeats, and its instances go with its connection', () => {
    const { isThere, close } = silentClient('2.2');
    expect(isThere(3_600_000)).toBe(true);
    close();
    expect(isThere(3_600_100)).toBe(false);
  });

  it('that stands still is kept by 2.2, and let go by 2.5', () => {
    expect(silentClient('2.2').isThere(3_600_000)).toBe(true);
    const newer = silentClient('2.5');
    expect(newer.isThere(24_900)).toBe(true);
    expect(newer.isThere(25_100)).toBe(false);
  });
});
