import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';
import type { Listener, TcpConnection, TcpHandler, UdpHandler, UdpSocket } from '../../sim/programs/host.ts';
import { bind, bindError, plainAddress } from './listen.ts';

/** Raw TCP: the program sees bytes. Closing the listener leaves open connections alone, as the system does. */
export function listenTcp(options: { port: number; address?: string }, handler: TcpHandler): Listener {
  const server = createServer({ allowHalfOpen: false }, (socket) => handler.onConnection(tcpConnection(socket)));
  return bind(server, { ...options, onError: handler.onError }, () => server.close());
}

export function tcpConnection(socket: Socket): TcpConnection {
  // A peer that vanishes shows as a close; an error event without a listener would end the process.
  socket.on('error', () => {});
  // Unread data would keep the peer's close from being seen.
  socket.resume();
  return {
    remoteAddress: plainAddress(socket.remoteAddress),
    send: (data) => void socket.write(data),
    onData: (onData) => void socket.on('data', (data) => onData(new Uint8Array(data))),
    onClose: (onClose) => void socket.on('close', () => onClose()),
    close: () => void socket.end(),
    reset: () => void socket.resetAndDestroy(),
  };
}

export function listenUdp(options: { port: number; address?: string }, handler: UdpHandler): UdpSocket {
  const socket = createSocket({ type: 'udp4' });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (handler.onError === undefined) throw error;
    handler.onError(bindError(error));
  });
  socket.on('message', (data, from) => {
    handler.onMessage({
      from: from.address,
      fromPort: from.port,
      data: new Uint8Array(data),
      reply: (answer) => socket.send(answer, from.port, from.address),
    });
  });
  socket.bind(options.port, options.address, () => handler.onListening?.(socket.address().port));
  let open = true;
  return {
    // A datagram to an address that does not resolve is lost, as any other.
    send: ({ host, port, data }) => void (open && socket.send(data, port, host, () => {})),
    close: () => {
      if (open) socket.close();
      open = false;
    },
  };
}
