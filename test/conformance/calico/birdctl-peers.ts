import {
  BIRD_CAPABILITIES,
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
type Open = Parameters<typeof encodeOpen>[0];
/** The recorder's scripts said so of themselves, and that they can nothing more. */
const SCRIPT: Omit<Open, 'routerId'> = { as: AS, holdTime: 90, gracefulRestart: false };
/** BIRD with Calico's template. */
const REAL: Omit<Open, 'routerId'> = {
  as: AS,
  holdTime: 240,
  gracefulRestart: true,
  capabilities: { ...BIRD_CAPABILITIES, longLivedRestart: true, addPaths: { rx: true, tx: true } },
};
/** The recorder's scripts were as quick as this. */
const SCRIPT_MS = 200;
/** A script's OPEN and what it says next are two packets. */
const NEXT_MS = 30;

/** `restarting`: a BIRD that recovers itself says so, and nobody waits for its routes. */
export function peerDouble(
  cause: string,
  { routerId, restarting }: { routerId: string; restarting: boolean },
): PeerDouble {
  const port = portOf(cause, { routerId, restarting });
  const passive = /^passive on/.test(cause);
  if (typeof port === 'string') return { passive, port };
  return { passive, port: (host, connection) => void host.clock.setTimeout(() => port(host, connection), SCRIPT_MS) };
}

function portOf(
  cause: string,
  { routerId, restarting }: { routerId: string; restarting: boolean },
): PeerDouble['port'] {
  const open = (more: Partial<Open> = {}) => encodeOpen({ ...SCRIPT, routerId, ...more });
  const [, code, subcode] = /(\d+)\/(\d+)/.exec(cause) ?? [];
  const notify = (connection: TcpConnection) => connection.send(encodeNotification(Number(code), Number(subcode)));
  if (/^real BIRD/.test(cause)) return (_, connection) => establish(connection, open({ ...REAL, restarting }));
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
      establish(connection, open());
      host.clock.setTimeout(() => notify(connection), 1000);
    };
  }
  if (code !== undefined) {
    return (host, connection) => {
      connection.send(open());
      host.clock.setTimeout(() => notify(connection), NEXT_MS);
    };
  }
  if (/^peer establishes/.test(cause)) return (_, connection) => establish(connection, open());
  return 'absent';
}

function establish(connection: TcpConnection, open: Uint8Array): void {
  connection.send(open);
  let established = false;
  connection.onData(() => {
    connection.send(encodeKeepalive());
    if (!established) connection.send(encodeEndOfRib());
    established = true;
  });
}
