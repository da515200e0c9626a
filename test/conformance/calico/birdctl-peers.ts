import {
  encodeEndOfRib,
  encodeKeepalive,
  encodeNotification,
  encodeOpen,
} from '../../../sim/programs/calico/bird/bgp-messages.ts';
import type { ProgramHost, TcpConnection } from '../../../sim/programs/host.ts';

/** What a host does, from the recorder's words. */
export interface PeerDouble {
  passive: boolean;
  /** Nobody, a port that is closed, packets that are dropped, or what is done with a connection. */
  port: 'absent' | 'unreachable' | 'refuses' | 'dropped' | ((host: ProgramHost, connection: TcpConnection) => void);
}

const AS = 64_512;
const open = (more: { as?: number; holdTime?: number; gracefulRestart?: boolean; restarting?: boolean } = {}) =>
  encodeOpen({ as: AS, holdTime: 240, routerId: '10.65.0.99', gracefulRestart: false, ...more });
/** The recorder's scripts were as quick as this. */
const SCRIPT_MS = 200;
/** A script's OPEN and what it says next are two packets. */
const NEXT_MS = 30;

/** `restarting`: a BIRD that recovers itself says so, and nobody waits for its routes. */
export function peerDouble(cause: string, restarting: boolean): PeerDouble {
  const port = portOf(cause, restarting);
  const passive = /^passive on/.test(cause);
  if (typeof port === 'string') return { passive, port };
  return { passive, port: (host, connection) => void host.clock.setTimeout(() => port(host, connection), SCRIPT_MS) };
}

function portOf(cause: string, restarting: boolean): PeerDouble['port'] {
  const [, code, subcode] = /(\d+)\/(\d+)/.exec(cause) ?? [];
  const notify = (connection: TcpConnection) => connection.send(encodeNotification(Number(code), Number(subcode)));
  if (/^real BIRD/.test(cause)) return (_, connection) => establish(connection, { gracefulRestart: true, restarting });
  if (/no route/.test(cause)) return 'unreachable';
  if (/\(RST\)|nothing listens/.test(cause)) return 'refuses';
  if (/drops/.test(cause)) return 'dropped';
  if (/closes at once/.test(cause)) return (_, connection) => connection.close();
  if (/never speaks/.test(cause)) return () => {};
  if (/never KEEPALIVE/.test(cause)) return (_, connection) => connection.send(open());
  if (/another AS/.test(cause)) return (_, connection) => connection.send(open({ as: 65_000 }));
  if (/hold time (\d+) s/.test(cause)) {
    const holdTime = Number(/hold time (\d+) s/.exec(cause)?.[1]);
    return (_, connection) => {
      connection.send(open({ holdTime }));
      connection.send(encodeKeepalive());
    };
  }
  if (/^peer establishes then sends/.test(cause)) {
    return (host, connection) => {
      establish(connection, {});
      host.clock.setTimeout(() => notify(connection), 1000);
    };
  }
  if (code !== undefined) {
    return (host, connection) => {
      connection.send(open());
      host.clock.setTimeout(() => notify(connection), NEXT_MS);
    };
  }
  if (/^peer establishes/.test(cause)) return (_, connection) => establish(connection, {});
  return 'absent';
}

function establish(connection: TcpConnection, more: { gracefulRestart?: boolean; restarting?: boolean }): void {
  connection.send(open(more));
  let established = false;
  connection.onData(() => {
    connection.send(encodeKeepalive());
    if (!established) connection.send(encodeEndOfRib());
    established = true;
  });
}
