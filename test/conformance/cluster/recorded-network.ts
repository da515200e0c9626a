import type { Clock } from '../../../sim/core/clock.ts';
import type { HttpOutcome, ProbeTransport, TcpOutcome } from '../../../sim/runtime/transport.ts';

/** What fell on one side or the other of a deadline, of the attempt at a pod's address that ends now. */
export interface Races {
  /** Which of Go's two errors came for a TLS handshake that hung. */
  handshakeError(ip: string): 'client' | 'handshake' | undefined;
  /**
   * gRPC tells a server its client's deadline. The recorded app stops hanging then and answers in the very moment in which the
   * client gives up: true if the answer was first.
   */
  answeredAtDeadline(ip: string): boolean;
  /** The app had started a moment ago and did not listen yet. */
  isRefused(ip: string, port: number): boolean;
}

function refused({ host, port }: { host: string; port: number }): HttpOutcome & TcpOutcome {
  return { kind: 'failed', failure: { phase: 'dial', cause: 'refused', remote: `${host}:${port}` } };
}

/** The recorded node's own registry, and what else its loopback has. */
const REGISTRY_PORT = 15_000;
const LOOPBACK = /^(?:localhost$|127\.)/;
/** The addresses that the recorded node had a way to: pods, services and itself. */
const ROUTED = /^(?:127\.|10\.244\.|10\.96\.|192\.0\.2\.)/;
const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;

/**
 * The recorded node's network as the prober saw it: the node's loopback has the registry that pulls go to, and a connection to an
 * address without a route is accepted and then silent (spec/cluster.md: an artefact of that network).
 */
export function recordedNetwork(inner: ProbeTransport, clock: Clock, races: Races): ProbeTransport {
  return {
    grpc: (attempt, done) => {
      // Who is refused is told so at its deadline only.
      if (races.isRefused(attempt.host, attempt.port))
        clock.setTimeout(() => done({ kind: 'connect-timeout' }), attempt.timeoutMs);
      else
        inner.grpc(attempt, (outcome) => {
          const answered = outcome.kind === 'rpc-timeout' && races.answeredAtDeadline(attempt.host);
          done(answered ? { kind: 'response', status: 'SERVING' } : outcome);
        });
    },
    tcp: (attempt, done) => {
      const { host, port } = attempt;
      const registry = LOOPBACK.test(host) && port === REGISTRY_PORT;
      if (registry || (ADDRESS.test(host) && !ROUTED.test(host))) done({ kind: 'connected' });
      else if (races.isRefused(host, port)) done(refused(attempt));
      else inner.tcp(attempt, done);
    },
    http: (attempt, done) => {
      const { host, port, target, scheme } = attempt;
      if (LOOPBACK.test(host) && port === REGISTRY_PORT && scheme === 'http') done(registryAnswer(target));
      else if (races.isRefused(host, port)) done(refused(attempt));
      else inner.http(attempt, (outcome) => done(asRecorded(outcome, races.handshakeError(host))));
    },
  };
}

/** The registry's API has its root at /v2/. */
function registryAnswer(target: string): HttpOutcome {
  const status = target.split('?')[0] === '/v2/' ? 200 : 404;
  return { kind: 'response', status, headers: [], body: new Uint8Array(0), bodyEnd: 'complete', protocol: 'HTTP/1.1' };
}

function asRecorded(outcome: HttpOutcome, error: 'client' | 'handshake' | undefined): HttpOutcome {
  if (outcome.kind !== 'failed' || error === undefined) return outcome;
  const { phase, cause } = outcome.failure;
  if (phase !== 'tls' || cause !== 'timeout') return outcome;
  const { detail, ...failure } = outcome.failure;
  return {
    kind: 'failed',
    failure: error === 'client' ? failure : { ...failure, detail: detail ?? 'context deadline exceeded' },
  };
}
