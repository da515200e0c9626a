/**
 * One raw attempt of a probe. A transport connects, sends what it is told and says what happened; it knows no
 * verdicts, no wording and no retries (`sim/kubelet/prober` does). Redirects are the prober's, too: each hop is one attempt.
 */
export interface ProbeTransport {
  /** The newest TLS that it offers. Default: 1.3. */
  tlsMax?: '1.2' | undefined;
  http(attempt: HttpAttempt, done: (outcome: HttpOutcome) => void): void;
  tcp(attempt: TcpAttempt, done: (outcome: TcpOutcome) => void): void;
  grpc(attempt: GrpcAttempt, done: (outcome: GrpcOutcome) => void): void;
}

export interface HttpAttempt {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  /** Always GET today; kept so that an outcome can be read alone. */
  method: string;
  /** Request target as it goes over the wire: path and query. */
  target: string;
  /** In the order sent, with the case sent; Host is among them. */
  headers: readonly (readonly [name: string, value: string])[];
  /** What is left of the probe's timeout, for the whole attempt: connect, TLS, headers, body. */
  timeoutMs: number;
  /** What a transport knows of the attempt from the time before: its own, nobody else looks at it. */
  known?: object;
  /** Body bytes wanted at most (10 KiB for the kubelet): with so many the body counts as complete, the rest is not waited for. */
  maxBodyBytes: number;
}

export type HttpOutcome =
  | {
      kind: 'response';
      status: number;
      headers: readonly (readonly [name: string, value: string])[];
      body: Uint8Array;
      /** `short`: the connection ended before Content-Length; `timeout`: while reading the body; `malformed`: broken chunks. */
      bodyEnd: 'complete' | 'short' | 'timeout' | 'reset' | 'malformed';
      /** More about a body that did not arrive whole: ends of a reset connection, Go's text for a malformed one. */
      bodyFailure?: TransportFailure;
      /** `HTTP/1.1` or `HTTP/2.0` as negotiated. */
      protocol: string;
    }
  | { kind: 'failed'; failure: TransportFailure };

export interface TcpAttempt {
  host: string;
  port: number;
  timeoutMs: number;
}

export type TcpOutcome = { kind: 'connected' } | { kind: 'failed'; failure: TransportFailure };

export interface GrpcAttempt {
  host: string;
  port: number;
  service: string;
  userAgent: string;
  timeoutMs: number;
}

export type GrpcOutcome =
  /** Check answered; `status` is the enum's name: SERVING, NOT_SERVING, UNKNOWN, SERVICE_UNKNOWN, or its number if unknown. */
  | { kind: 'response'; status: string }
  /** Check ended with a gRPC status, e.g. code `Unimplemented`. */
  | { kind: 'status'; code: string; message: string }
  /** No connection within the timeout. */
  | { kind: 'connect-timeout' }
  /** Connected, but no answer within the timeout. */
  | { kind: 'rpc-timeout' };

/** What went wrong below HTTP, in terms that Go's wording can be made of (`sim/kubelet/prober/go-errors.ts`). */
export interface TransportFailure {
  phase: 'request' | 'lookup' | 'dial' | 'tls' | 'exchange';
  cause:
    | 'invalid-request'
    | 'no-such-host'
    | 'refused'
    | 'unreachable'
    | 'timeout'
    | 'reset'
    | 'broken-pipe'
    | 'eof'
    | 'malformed'
    | 'http-to-https'
    | 'tls'
    | 'other';
  /**
   * Go's text for causes that carry one (`malformed HTTP response "…"`, `tls: first record does not look like a TLS
   * handshake`); of lookup and dial: the resolver's or the errno's text, where it is not the cause's usual one.
   */
  detail?: string;
  /** `ip:port` of our end, where Go's text shows it. */
  local?: string;
  /** `ip:port` of the other end; of a lookup: of the DNS server, if known. */
  remote?: string;
}
