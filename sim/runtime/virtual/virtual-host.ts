import type { AdsHandler, AdsListenOptions } from '../../programs/ads.ts';
import type {
  ChildProcess,
  ClientOutcome,
  ClientRequest,
  DialOutcome,
  ExecOutcome,
  GrpcHandler,
  HttpHandler,
  HttpListenOptions,
  Listener,
  NotedLine,
  Program,
  ProgramHost,
  SpawnOptions,
  TcpHandler,
  UdpHandler,
  UdpSocket,
  UnixDialOutcome,
} from '../../programs/host.ts';
import { execCommand, spawnChild } from './children.ts';
import { AdsPort } from './network/ads-port.ts';
import { httpRequest } from './network/client.ts';
import { DROPPED } from './network/namespace.ts';
import { ownedConnection } from './network/owned-connection.ts';
import { GrpcServer, HttpServer, TcpServer } from './network/program-servers.ts';
import type { Server } from './network/server.ts';
import { tcpPipe } from './network/tcp-pipe.ts';
import { ephemeralPort, sendDatagram } from './network/udp.ts';
import type { Guest, SignalName, VirtualProcess } from './process.ts';
import { signalExitCode } from './signals.ts';
import { dialUnix, listenUnix } from './unix-sockets.ts';

/** Runs a program of ours in a process. */
export function startProgram(program: Program, process: VirtualProcess): Guest {
  const host = new VirtualHost(process);
  program(host);
  return host;
}

/** The host of programs in the virtual runtime. */
class VirtualHost implements ProgramHost, Guest {
  readonly args: readonly string[];
  readonly #process: VirtualProcess;
  readonly #signals = new Map<SignalName, () => void>();
  readonly #early: Readonly<Record<string, unknown>>[] = [];
  #onSteer: ((patch: Readonly<Record<string, unknown>>) => void) | undefined;

  constructor(process: VirtualProcess) {
    this.#process = process;
    this.args = process.argv.slice(1);
  }

  get clock() {
    return this.#process.clock;
  }

  get env() {
    return this.#process.env;
  }

  get podIP(): string {
    return this.#process.world.namespace.ip;
  }

  get files() {
    return this.#process.world.files;
  }

  random(): number {
    return this.#process.world.random.next();
  }

  listenTcp(options: { port: number; address?: string }, handler: TcpHandler): Listener {
    return this.#listen(options, new TcpServer(this.#process, handler), handler.onError?.bind(handler));
  }

  listenHttp(options: HttpListenOptions, handler: HttpHandler): Listener {
    const { tls, idleTimeoutMs, tlsMin } = options;
    const server = new HttpServer({
      clock: this.#process.world.clock,
      owner: this.#process,
      handler,
      tls: Boolean(tls),
      ...(typeof tls === 'object' && tls.requireClientCert ? { needsClientCert: true } : {}),
      ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
      ...(tlsMin === undefined ? {} : { tlsMin }),
    });
    return this.#listen(options, server, options.onError?.bind(options));
  }

  listenGrpc(options: { port: number; address?: string; tls?: boolean }, handler: GrpcHandler): Listener {
    return this.#listen(
      options,
      new GrpcServer(this.#process, handler, options.tls ?? false),
      handler.onError?.bind(handler),
    );
  }

  listenAds(options: AdsListenOptions, handler: AdsHandler): Listener {
    const port = new AdsPort(this.#process, handler);
    const listener = this.#listen(options, port, handler.onError?.bind(handler));
    return {
      close: () => {
        listener.close();
        port.close();
      },
    };
  }

  listenUdp(options: { port: number; address?: string }, handler: UdpHandler): UdpSocket {
    const { namespace, random, clock } = this.#process.world;
    const port = options.port === 0 ? ephemeralPort(namespace, random) : options.port;
    // A frozen process reads when it is thawed, a dead one never.
    const delivered: UdpHandler = { onMessage: (message) => this.#process.run(() => handler.onMessage(message)) };
    const close = namespace.listenUdp(options.address, port, delivered);
    if (close !== undefined) clock.setTimeout(() => handler.onListening?.(port), 0);
    const listener = this.#listener(close, port, handler.onError?.bind(handler));
    return { ...listener, send: ({ host, port: to, data }) => this.sendUdp({ host, port: to, data, fromPort: port }) };
  }

  dialTcp(options: { host: string; port: number; timeoutMs?: number }, done: (outcome: DialOutcome) => void): void {
    dialTcp(this.#process, options, done);
  }

  request(options: ClientRequest, done: (outcome: ClientOutcome) => void): () => void {
    return httpRequest(this.#process, options, done);
  }

  sendUdp(options: { host: string; port: number; data: Uint8Array; fromPort?: number }): void {
    if (this.#process.alive) sendDatagram(this.#process.world, options);
  }

  dialUnix(options: { path: string }, done: (outcome: UnixDialOutcome) => void): void {
    dialUnix(this.#process, options.path, done);
  }

  listenUnix(options: { path: string }, handler: TcpHandler): Listener {
    return listenUnix(this.#process, options.path, handler);
  }

  spawn(options: SpawnOptions): ChildProcess {
    return spawnChild(this.#process, options);
  }

  exec(command: readonly string[], done: (outcome: ExecOutcome) => void): void {
    execCommand(this.#process, command, done);
  }

  get pid(): number {
    return this.#process.pid;
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    this.#process.write(stream, text);
  }

  note(line: NotedLine, at: number): void {
    this.#process.note(line, at);
  }

  onSignal(signal: SignalName, handler: () => void): void {
    this.#signals.set(signal, handler);
  }

  onSteer(handler: (patch: Readonly<Record<string, unknown>>) => void): void {
    this.#onSteer = handler;
    for (const patch of this.#early.splice(0)) handler(patch);
  }

  allocate(bytes: number): void {
    this.#process.allocate(bytes);
  }

  exit(code: number): void {
    this.#process.end(code & 255);
  }

  die(how: 'SIGKILL' | 'SIGSEGV' | 'SIGABRT' | 'OOM'): void {
    this.#process.end(signalExitCode(how === 'OOM' ? 'SIGKILL' : how), how === 'OOM');
  }

  signal(name: SignalName): void {
    const handler = this.#signals.get(name);
    // Our programs have default effects also as PID 1, as the host with real sockets gives them.
    if (handler === undefined) this.#process.end(signalExitCode(name));
    else handler();
  }

  steer(patch: Readonly<Record<string, unknown>>): boolean {
    if (this.#onSteer === undefined) this.#early.push(patch);
    else this.#onSteer(patch);
    return true;
  }

  #listen(options: { port: number; address?: string }, server: Server, onError?: (error: string) => void): Listener {
    return this.#listener(
      this.#process.world.namespace.listen(options.address, options.port, server),
      options.port,
      onError,
    );
  }

  #listener(close: (() => void) | undefined, port: number, onError?: (error: string) => void): Listener {
    if (close === undefined) {
      // As from a real socket the error comes a moment later.
      this.clock.setTimeout(() => {
        if (onError !== undefined) onError('address already in use');
        else {
          this.write('stderr', `listen tcp :${port}: bind: address already in use\n`);
          this.exit(1);
        }
      }, 0);
      return { close: () => {} };
    }
    const forget = this.#process.onEnd(close);
    return {
      close: () => {
        forget();
        close();
      },
    };
  }
}

/** Opens a connection from a process in a pod. `done` is called once, never from within; not after the process has ended. */
export function dialTcp(
  process: VirtualProcess,
  options: { host: string; port: number; timeoutMs?: number },
  done: (outcome: DialOutcome) => void,
): void {
  const { network, namespace, latencies } = process.world;
  const later = (ms: number, outcome: () => DialOutcome) => void process.clock.setTimeout(() => done(outcome()), ms);
  const { host, port, timeoutMs = 130_000 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    later(latencies.response, () => ({ kind: 'failed', cause: 'invalid-port' }));
    return;
  }
  const ip = network.resolve(host, namespace);
  const server = ip === undefined ? undefined : network.fromPod(namespace, process.uid, ip, port);
  if (server === DROPPED) later(timeoutMs, () => ({ kind: 'failed', cause: 'timeout' }));
  else if (server === undefined || ip === undefined)
    later(latencies.response, () => ({ kind: 'failed', cause: 'no-such-host' }));
  else if (server === 'refused') later(latencies.response, () => ({ kind: 'failed', cause: 'refused' }));
  else if (server === 'unreachable') {
    const timesOut = timeoutMs <= latencies.unreachable;
    later(timesOut ? timeoutMs : latencies.unreachable, () => ({
      kind: 'failed',
      cause: timesOut ? 'timeout' : 'unreachable',
    }));
  } else {
    const pipe = tcpPipe(process.world.clock, latencies.response, { client: namespace.ip, server: ip });
    server.tcp(pipe.server);
    pipe.client.onClose(process.onEnd(() => pipe.client.close()));
    later(latencies.response, () => ({ kind: 'connected', connection: ownedConnection(pipe.client, process) }));
  }
}
