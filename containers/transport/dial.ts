import { getServers, lookup } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import type { TransportFailure } from '../../sim/runtime/transport.ts';
import type { Attempt } from './attempt.ts';
import { systemError } from './errno.ts';

type Dialled = { socket: Socket } | { failure: TransportFailure };

/**
 * Resolves and connects; addresses are tried one after the other, the first one's error counts (as in Go).
 * An empty host is this machine. Not called back after the attempt has settled.
 */
export function dial<T>(attempt: Attempt<T>, host: string, port: number, done: (dialled: Dialled) => void): void {
  if (host === '' || isIP(host.replace(/%.*$/, '')) !== 0) {
    connectFirst(attempt, [host], port, undefined, done);
    return;
  }
  attempt.phase = 'lookup';
  lookup(host, { all: true, order: 'ipv4first' }, (error, addresses) => {
    if (attempt.settled) return;
    if (error === null)
      connectFirst(
        attempt,
        addresses.map(({ address }) => address),
        port,
        undefined,
        done,
      );
    else done({ failure: lookupFailure(error) });
  });
}

function lookupFailure(error: NodeJS.ErrnoException): TransportFailure {
  const missing = error.code === 'ENOTFOUND' || error.code === 'ENODATA';
  const [server] = getServers();
  // With a port only where it is not 53.
  const remote = server === undefined || isIP(server) === 0 ? server : joined(server, 53);
  return { phase: 'lookup', cause: missing ? 'no-such-host' : 'other', ...(remote === undefined ? {} : { remote }) };
}

function connectFirst<T>(
  attempt: Attempt<T>,
  [address, ...others]: string[],
  port: number,
  first: TransportFailure | undefined,
  done: (dialled: Dialled) => void,
): void {
  attempt.phase = 'dial';
  attempt.remote = joined(address ?? '', port);
  const socket = connect({ host: address === '' ? '127.0.0.1' : (address as string), port, noDelay: true });
  attempt.own(socket);
  const onError = (error: Error) => {
    if (attempt.settled) return;
    const { cause, detail } = systemError(error);
    const failure = first ?? attempt.failure(cause, detail);
    if (others.length > 0) connectFirst(attempt, others, port, failure, done);
    else done({ failure });
  };
  socket.once('error', onError);
  socket.once('connect', () => {
    socket.off('error', onError);
    // Whoever uses the socket looks at its errors; until then none may end the process.
    socket.on('error', () => {});
    if (attempt.settled) return;
    attempt.local = joined(socket.localAddress ?? '', socket.localPort ?? 0);
    done({ socket });
  });
}

function joined(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
