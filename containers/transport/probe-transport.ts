import type { ProbeTransport } from '../../sim/runtime/transport.ts';
import { grpcAttempt } from './grpc-attempt.ts';
import { httpAttempt } from './http-attempt.ts';
import { tcpAttempt } from './tcp-attempt.ts';

/**
 * Probes over real sockets. Each attempt has its own connection and one deadline over lookup, connect, TLS, headers and
 * body; when `done` is called nothing of it is left: no socket, no timer.
 */
export function createProbeTransport(): ProbeTransport {
  const transport: ProbeTransport = {
    http: (attempt, done) => httpAttempt(attempt, done, transport),
    tcp: tcpAttempt,
    grpc: grpcAttempt,
  };
  return transport;
}
