import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Listener, TcpHandler, UnixDialOutcome } from '../../sim/programs/host.ts';
import { tcpConnection } from './socket-servers.ts';

type DialCause = Extract<UnixDialOutcome, { kind: 'failed' }>['cause'];

/** Opens a connection to a Unix socket; `done` is called once. */
export function dialUnix(options: { path: string }, done: (outcome: UnixDialOutcome) => void): void {
  const socket = connect({ path: options.path });
  let over = false;
  const end = (outcome: UnixDialOutcome): void => {
    if (over) return;
    over = true;
    done(outcome);
  };
  socket.on('error', (error: NodeJS.ErrnoException) => end({ kind: 'failed', cause: dialCause(error.code) }));
  socket.on('connect', () => end({ kind: 'connected', connection: tcpConnection(socket) }));
}

/** Listens on a Unix socket; a file that a dead listener left is replaced. */
export function listenUnix(options: { path: string }, handler: TcpHandler): Listener {
  rmSync(options.path, { force: true });
  const server = createServer((socket) => handler.onConnection(tcpConnection(socket)));
  server.on('error', (error) => handler.onError?.(error.message));
  server.listen(options.path);
  return { close: () => void server.close() };
}

function dialCause(code: string | undefined): DialCause {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'not-found';
  return code === 'EAGAIN' ? 'backlog' : 'refused';
}
