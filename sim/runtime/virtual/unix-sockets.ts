import type { Listener, TcpConnection, TcpHandler, UnixDialOutcome } from '../../programs/host.ts';
import { ownedConnection } from './network/owned-connection.ts';
import { tcpPipe } from './network/tcp-pipe.ts';
import type { VirtualProcess } from './process.ts';

/** Between two processes of one machine, ms. */
const LATENCY_MS = 0;
/** So many clients wait for a listener that accepts nobody; the next one is told to try again. As BIRD listens. */
const BACKLOG = 9;

/** A process that listens at a socket. */
export interface UnixServer {
  /** Clients that connected and were not accepted yet: the process stands still. */
  waiting: number;
  accept(connection: TcpConnection): void;
}

/** Listens on a socket's file. The file goes with `close`, and stays if the process is killed. */
export function listenUnix(process: VirtualProcess, path: string, handler: TcpHandler): Listener {
  const { files } = process.world;
  const open = new Set<TcpConnection>();
  const server: UnixServer = {
    waiting: 0,
    accept: (connection) => {
      server.waiting++;
      open.add(connection);
      connection.onClose(() => open.delete(connection));
      process.run(() => {
        server.waiting--;
        handler.onConnection(ownedConnection(connection, process));
      });
    },
  };
  files.bindSocket(path, server);
  const unbind = (): void => {
    files.unbindSocket(path, server);
    for (const connection of [...open]) connection.close();
  };
  const forget = process.onEnd(unbind);
  return {
    close: () => {
      forget();
      if (files.socket(path) === server) files.remove(path);
      unbind();
    },
  };
}

/** Opens a connection to a socket. `done` is called once, never from within; not after the process has ended. */
export function dialUnix(process: VirtualProcess, path: string, done: (outcome: UnixDialOutcome) => void): void {
  const { files, clock } = process.world;
  const later = (outcome: UnixDialOutcome) => void process.clock.setTimeout(() => done(outcome), 0);
  if (!files.exists(path)) {
    later({ kind: 'failed', cause: 'not-found' });
    return;
  }
  const server = files.socket(path);
  if (server === undefined) later({ kind: 'failed', cause: 'refused' });
  else if (server.waiting >= BACKLOG) later({ kind: 'failed', cause: 'backlog' });
  else {
    const pipe = tcpPipe(clock, LATENCY_MS, { client: '', server: path });
    pipe.client.onClose(process.onEnd(() => pipe.client.close()));
    server.accept(pipe.server);
    later({ kind: 'connected', connection: ownedConnection(pipe.client, process) });
  }
}
