import type { TcpConnection } from '../../../programs/host.ts';
import type { Owner } from './program-servers.ts';

/** A connection as the process that holds it sees it: nothing arrives while that stands still. */
export function ownedConnection(connection: TcpConnection, owner: Pick<Owner, 'run'>): TcpConnection {
  return {
    remoteAddress: connection.remoteAddress,
    send: (data) => connection.send(data),
    onData: (handler) => connection.onData((data) => owner.run(() => handler(data))),
    onClose: (handler) => connection.onClose(() => owner.run(handler)),
    close: () => connection.close(),
    reset: () => connection.reset(),
  };
}
