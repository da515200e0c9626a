import type { Server, Socket } from 'node:net';
import { goServer } from './go-server.ts';
import { startGrpcServers } from './grpc-servers.ts';
import { PORTS } from './ports.ts';
import { rawServer } from './raw-server.ts';
import { startSilentPort } from './silent-port.ts';

export interface RunningServers {
  /** What the raw servers were asked, by request target, in the order of arrival. */
  requests: Map<string, string[]>;
  stop(): Promise<void>;
}

/** The ports are fixed by the recording: another run of the suite may hold them for a while. */
const BUSY_RETRIES = 120;
const BUSY_WAIT_MS = 500;

/** Starts every server behind the recorded cases. */
export async function startServers(): Promise<RunningServers> {
  const requests = new Map<string, string[]>();
  const stops: (() => unknown)[] = [];
  const v4 = '127.0.0.1';
  const plan: [Server, string, number][] = [
    [rawServer(requests, false), v4, PORTS.http],
    [rawServer(requests, false), '::1', PORTS.http],
    [rawServer(requests, false), v4, PORTS.http2],
    [rawServer(requests, true), v4, PORTS.tls],
    [goServer(true), v4, PORTS.goTls],
    [goServer(false), v4, PORTS.go],
  ];
  const stop = async () => {
    for (const one of stops.reverse()) await one();
  };
  try {
    for (const [server, host, port] of plan) stops.push(await listen(server, host, port));
    const silent = await startSilentPort(v4, PORTS.full);
    stops.push(() => silent.stop());
    const grpc = await startGrpcServers(v4);
    stops.push(() => grpc.stop());
  } catch (error) {
    await stop();
    throw error;
  }
  return { requests, stop };
}

async function listen(server: Server, host: string, port: number): Promise<() => void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  for (let retries = 0; ; retries++) {
    const error = await tryListen(server, host, port);
    if (error === undefined) break;
    if (error.code !== 'EADDRINUSE' || retries === BUSY_RETRIES) throw error;
    await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
  }
  return () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
}

function tryListen(server: Server, host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const settle = (error?: NodeJS.ErrnoException) => {
      server.removeAllListeners('error').removeListener('listening', settle);
      if (error === undefined) server.on('error', () => {});
      resolve(error);
    };
    server.once('error', settle).once('listening', settle);
    server.listen({ host, port });
  });
}
