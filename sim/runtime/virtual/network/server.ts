import type { GrpcHealthStatus, TcpConnection } from '../../../programs/host.ts';
import type { AdsCall } from './ads-call.ts';
import type { HttpCall } from './http-call.ts';

/** A health check on a connection of its own. A server that does not speak gRPC never ends it: the client waits in vain. */
export interface GrpcCall {
  readonly service: string;
  readonly userAgent: string;
  /** Where the client wanted to go before any redirection. */
  readonly ip: string;
  readonly port: number;
  delayMs: number;
  open: boolean;
  onGone: (() => void) | undefined;
  /** The server speaks HTTP/2 and has the call: a later silence is the call's, not the connection's. */
  connected: boolean;
  end(result: GrpcResult): void;
}

export type GrpcResult =
  | { kind: 'response'; status: GrpcHealthStatus }
  | { kind: 'status'; code: string; message: string };

/** Whatever accepts connections at a port: each method is a client that speaks another protocol. */
export interface Server {
  /** Grows when it has closed the connections that it had. */
  readonly epoch?: number;
  /** Closes a kept connection after so long without a request. */
  readonly idleTimeoutMs?: number;
  http(call: HttpCall): void;
  grpc(call: GrpcCall): void;
  /** A bare connection; the client has connected already, since the kernel does that. */
  tcp(connection: TcpConnection): void;
  /** A proxy that asks for its configuration; absent: whoever is there does not speak that. */
  ads?(call: AdsCall): void;
}
