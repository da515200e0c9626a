import { type ClientHttp2Session, connect } from 'node:http2';
import type { Socket } from 'node:net';
import { grpcBackoffMs } from '../../sim/runtime/grpc-backoff.ts';
import type { GrpcAttempt, GrpcOutcome } from '../../sim/runtime/transport.ts';
import { Attempt } from './attempt.ts';
import { dial } from './dial.ts';
import { healthCheck } from './grpc-health-check.ts';

/**
 * Connects, with grpc-go's retries, until the server has sent its settings; then one Check. Nothing is reported before
 * the deadline as long as there is no connection, as the kubelet dials with WithBlock.
 * Written on node:http2, since @grpc/grpc-js appends its own name to the User-Agent and servers log the kubelet's.
 */
export function grpcAttempt(request: GrpcAttempt, done: (outcome: GrpcOutcome) => void): void {
  const startedAt = performance.now();
  const attempt = new Attempt<GrpcOutcome>(request.timeoutMs, done, () => ({ kind: 'connect-timeout' }));
  connectWithBackoff(attempt, request, 0, (session) => {
    attempt.onDeadline = () => ({ kind: 'rpc-timeout' });
    const leftMs = request.timeoutMs - (performance.now() - startedAt);
    healthCheck(session, request, leftMs, (outcome) => attempt.settle(outcome));
  });
}

function connectWithBackoff(
  attempt: Attempt<GrpcOutcome>,
  request: GrpcAttempt,
  retries: number,
  ready: (session: ClientHttp2Session) => void,
): void {
  const again = () => {
    if (attempt.settled) return;
    const timer = setTimeout(
      () => connectWithBackoff(attempt, request, retries + 1, ready),
      grpcBackoffMs(retries, Math.random),
    );
    attempt.onSettled(() => clearTimeout(timer));
  };
  // No such port exists: that is a failing dial to grpc-go, too.
  if (request.port < 0 || request.port > 65_535) return;
  dial(attempt, request.host, request.port, (dialled) => {
    if ('failure' in dialled) again();
    else open(attempt, dialled.socket, ready, again);
  });
}

/** A connection counts once the server's settings are there; what fails before is tried again. */
function open(
  attempt: Attempt<GrpcOutcome>,
  socket: Socket,
  ready: (session: ClientHttp2Session) => void,
  again: () => void,
): void {
  const session = connect('http://localhost', { createConnection: () => socket });
  attempt.onSettled(() => session.destroy());
  let state: 'connecting' | 'ready' | 'failed' = 'connecting';
  const onEnd = () => {
    if (state !== 'connecting') return;
    state = 'failed';
    session.destroy();
    again();
  };
  session.on('error', onEnd);
  session.on('close', onEnd);
  session.once('remoteSettings', () => {
    if (state !== 'connecting' || attempt.settled) return;
    state = 'ready';
    ready(session);
  });
}
