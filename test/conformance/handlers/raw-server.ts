import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { CERTIFICATE } from './certificate.ts';
import { reply } from './raw-replies.ts';

/** A server that writes bytes by path and keeps what it was asked: raw requests by target. */
export function rawServer(requests: Map<string, string[]>, tls: boolean): Server {
  const onConnection = (socket: Socket) => serve(socket, requests);
  return tls ? createTlsServer(CERTIFICATE, onConnection) : createTcpServer(onConnection);
}

function serve(socket: Socket, requests: Map<string, string[]>): void {
  const chunks: Buffer[] = [];
  let answered = false;
  socket.on('error', () => {});
  socket.on('end', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    if (answered) return;
    chunks.push(chunk);
    const received = Buffer.concat(chunks).toString();
    if (!/(^|\n)\r\n/.test(received)) return;
    answered = true;
    const target = received.split(/[ \t\r\n]+/)[1];
    if (target === undefined) {
      socket.destroy();
      return;
    }
    requests.set(target, [...(requests.get(target) ?? []), received]);
    answer(socket, target);
  });
}

function answer(socket: Socket, target: string): void {
  const { text, delayMs, hang } = reply(target);
  const send = () => {
    if (hang) socket.write(text, 'latin1');
    else socket.end(text, 'latin1');
  };
  const timer = setTimeout(send, delayMs);
  socket.on('close', () => clearTimeout(timer));
}
