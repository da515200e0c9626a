import type { Clock } from '../core/clock.ts';
import type { ListenAds } from './ads.ts';

/**
 * What a program gets from the place it runs in. The virtual runtime is one host; the fixture image with real sockets
 * is the other. A program is written once, against this. HTTP, TLS and gRPC framing are the host's business: a program
 * sees requests. Everything is callbacks on the host's clock, nothing returns a promise, so virtual time stays synchronous.
 */
export interface ProgramHost {
  readonly clock: Pick<Clock, 'now' | 'epochMs' | 'setTimeout' | 'clearTimeout'>;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The pod's address, if the program may know it. */
  readonly podIP: string;
  readonly files: ProgramFiles;
  /** A number in [0, 1). */
  random(): number;

  /** Raw connections. A failure to bind comes as `onError` (`address already in use`). */
  listenTcp(options: { port: number; address?: string }, handler: TcpHandler): Listener;
  listenHttp(options: HttpListenOptions, handler: HttpHandler): Listener;
  listenGrpc(options: { port: number; address?: string; tls?: boolean }, handler: GrpcHandler): Listener;
  /** A UDP socket; port 0: one that is free, told by `onListening`. */
  listenUdp(options: { port: number; address?: string }, handler: UdpHandler): UdpSocket;
  /** Serves Envoy's aggregated discovery over mutual TLS; absent where nobody would ask. */
  listenAds?: ListenAds;
  /** Opens a TCP connection and says how it went; without `timeoutMs` as long as the system waits. */
  dialTcp(options: { host: string; port: number; timeoutMs?: number }, done: (outcome: DialOutcome) => void): void;
  /** Returns the way to give it up: then `done` is not called any more. */
  request(options: ClientRequest, done: (outcome: ClientOutcome) => void): () => void;
  sendUdp(options: { host: string; port: number; data: Uint8Array; fromPort?: number }): void;
  /** Opens a connection to a Unix socket. It may be long in coming: a listener that stands still accepts nobody. */
  dialUnix(options: { path: string }, done: (outcome: UnixDialOutcome) => void): void;
  /** The socket's file goes when the listener is closed, and stays when the process is killed. */
  listenUnix(options: { path: string }, handler: TcpHandler): Listener;
  /** Starts a child and leaves it running; it ends with this process. */
  spawn(options: SpawnOptions): ChildProcess;
  exec(command: readonly string[], done: (outcome: ExecOutcome) => void): void;

  readonly pid: number;
  write(stream: 'stdout' | 'stderr', text: string): void;
  /**
   * A line for the log that is not worth telling in the history, as a server's of each request; made when somebody reads
   * it, of the run time `at` at which it was noted, ms. The same `line` may be noted any number of times.
   */
  note?(line: NotedLine, at: number): void;
  /** Without a handler SIGTERM ends the process (143), as for any process that is not PID 1's default: see `ignoresTermAsPid1`. */
  onSignal(signal: 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGUSR1', handler: () => void): void;
  /** Changes sent from a scenario's step, over a way that never touches the pod's network. */
  onSteer(handler: (patch: Readonly<Record<string, unknown>>) => void): void;
  /** Takes memory and keeps it; over the container's limit the kernel kills the process. */
  allocate?(bytes: number): void;
  /** Ends the process. */
  exit(code: number): void;
  /** Ends the process as if the kernel had: 128 + signal, or OOMKilled. */
  die(how: 'SIGKILL' | 'SIGSEGV' | 'SIGABRT' | 'OOM'): void;
}

export type NotedLine = (at: number) => string;

/** A program: started once per container instance. */
export type Program = (host: ProgramHost) => void;

export interface ProgramFiles {
  read(path: string): Uint8Array | undefined;
  write(path: string, content: Uint8Array): void;
  remove(path: string): void;
  exists(path: string): boolean;
  list(directory: string): readonly string[];
  /** Milliseconds since 1970; of a directory as well. */
  modifiedAt(path: string): number | undefined;
  isDirectory(path: string): boolean;
  /** Sets the modification time of a file that is there. */
  setModifiedAt(path: string, epochMs: number): void;
}

export interface ExecOutcome {
  /** 127 if there is no such program. */
  exitCode: number;
  stdout: string;
  stderr: string;
  /** There is no such program. */
  notFound?: boolean;
}

export interface SpawnOptions {
  command: readonly string[];
  /** Default: the parent's. */
  env?: Readonly<Record<string, string>>;
  output(stream: 'stdout' | 'stderr', text: string): void;
  /** Called once, later than `spawn` returns; 128 + signal for a process that a signal ended, 127 if there is no such program. */
  ended(exitCode: number): void;
}

export interface ChildProcess {
  readonly pid: number;
  signal(name: ChildSignal): void;
}

export type ChildSignal =
  | 'SIGTERM'
  | 'SIGKILL'
  | 'SIGHUP'
  | 'SIGINT'
  | 'SIGUSR1'
  /** Stands still, and goes on. */
  | 'SIGSTOP'
  | 'SIGCONT';

export type UnixDialOutcome =
  | { kind: 'connected'; connection: TcpConnection }
  /** `not-found`: no such file; `refused`: nobody listens; `backlog`: too many clients wait already. */
  | { kind: 'failed'; cause: 'not-found' | 'refused' | 'backlog' };

export interface Listener {
  close(): void;
}

export interface HttpListenOptions {
  port: number;
  /** Default: every address. `127.0.0.1` is reachable from within the pod only. */
  address?: string;
  /** TLS with a self-signed certificate, h2 offered; or with the certificate given (PEM). */
  tls?: boolean | { cert: string; key: string; ca?: string; requireClientCert?: boolean };
  /** The oldest TLS that it accepts. Default: 1.2. */
  tlsMin?: '1.3';
  /** Closes a connection that has been without a request for so long. Default: never. */
  idleTimeoutMs?: number;
  onError?(error: string): void;
}

export interface HttpRequest {
  method: string;
  /** Path and query as sent. */
  target: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: Uint8Array;
  remoteAddress: string;
  protocol: string;
}

export interface HttpReply {
  status: number;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string | Uint8Array;
  /** A body without a Content-Type, as of a server that neither names nor guesses one. */
  untyped?: boolean;
  /** Announce more body than is sent, then close. */
  truncateBody?: boolean;
}

/** Exactly one of the ways to end a request is called, at once or later; never calling one is a hang. */
export interface HttpExchange {
  readonly request: HttpRequest;
  reply(reply: HttpReply): void;
  /** Sends headers and then nothing more, leaving the body unfinished. */
  stall(reply: HttpReply): void;
  /** TCP RST. */
  reset(): void;
  /** FIN before an answer. */
  close(): void;
  /** True once the client has gone. */
  readonly cancelled: boolean;
}

export type HttpHandler = (exchange: HttpExchange) => void;

export interface TcpConnection {
  readonly remoteAddress: string;
  send(data: Uint8Array): void;
  onData(handler: (data: Uint8Array) => void): void;
  onClose(handler: () => void): void;
  close(): void;
  reset(): void;
}

export interface TcpHandler {
  onConnection(connection: TcpConnection): void;
  onError?(error: string): void;
}

export interface GrpcHandler {
  /** A unary call: `/grpc.health.v1.Health/Check` with the service it asks for. */
  onHealthCheck(call: {
    service: string;
    respond(status: GrpcHealthStatus): void;
    fail(code: string, message: string): void;
  }): void;
  onError?(error: string): void;
}

export type GrpcHealthStatus = 'UNKNOWN' | 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

/** A bound UDP socket; what it sends comes from its port. */
export interface UdpSocket extends Listener {
  send(to: { host: string; port: number; data: Uint8Array }): void;
}

export interface UdpHandler {
  /** Called once, later, with the port it has. */
  onListening?(port: number): void;
  onMessage(message: { from: string; fromPort: number; data: Uint8Array; reply(data: Uint8Array): void }): void;
  onError?(error: string): void;
}

export type DialOutcome =
  | { kind: 'connected'; connection: TcpConnection }
  | { kind: 'failed'; cause: 'refused' | 'timeout' | 'reset' | 'no-such-host' | 'unreachable' | 'invalid-port' };

export interface ClientRequest {
  scheme: 'http' | 'https';
  method: string;
  host: string;
  port: number;
  target: string;
  headers?: readonly (readonly [name: string, value: string])[];
  body?: string | Uint8Array;
  timeoutMs?: number;
  /** The answer is given when its headers have come; its body is left unread. */
  headersOnly?: boolean;
}

export type ClientOutcome =
  | { kind: 'response'; status: number; headers: readonly (readonly [string, string])[]; body: Uint8Array }
  | {
      kind: 'failed';
      cause: 'refused' | 'timeout' | 'reset' | 'eof' | 'no-such-host' | 'tls' | 'other';
      detail?: string;
    };
