import type { ProbeTransport } from '../../sim/runtime/transport.ts';
import { grpcAttempt } from './grpc-attempt.ts';
import { httpAttempt } from './http-attempt.ts';
import { tcpAttempt } from './tcp-attempt.ts';

/**
 * Probes over real sockets. Each attempt has its own connection and one deadline over lookup, connect, TLS, headers and
 * body; when `done` is called nothing of it is left: no socket, no timer.
 */
export function createProbeTransport(): ProbeTransport {
  return { http: httpAttempt, tcp: tcpAttempt, grpc: grpcAttempt };
}
