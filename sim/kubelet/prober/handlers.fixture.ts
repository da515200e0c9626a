import { expect } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import type { Container, Probe } from '../../kube/objects.ts';
import type {
  GrpcOutcome,
  HttpAttempt,
  HttpOutcome,
  ProbeTransport,
  TcpOutcome,
  TransportFailure,
} from '../../runtime/transport.ts';
import type { AttemptOutcome, ProbeRun } from '../ports.ts';
import type { ExecAnswer } from './exec-handler.ts';
import { createProbeHandlers } from './handlers.ts';

interface World {
  http?: (attempt: HttpAttempt) => HttpOutcome;
  tcp?: TcpOutcome;
  grpc?: GrpcOutcome;
  exec?: ExecAnswer;
  /** How long each attempt of the transport takes. */
  ms?: number;
}

/** Handlers over a transport that answers as told, in virtual time; `sent` are the HTTP attempts, `commands` the execs. */
export function world({ http, tcp, grpc, exec, ms = 1 }: World) {
  const clock = new VirtualClock();
  const sent: HttpAttempt[] = [];
  const commands: { command: readonly string[]; timeoutMs: number }[] = [];
  const transport: ProbeTransport = {
    http(attempt, done) {
      sent.push(attempt);
      clock.setTimeout(() => done(http?.(attempt) ?? response(200)), ms);
    },
    tcp: (_attempt, done) => void clock.setTimeout(() => done(tcp ?? { kind: 'connected' }), ms),
    grpc: (_attempt, done) => void clock.setTimeout(() => done(grpc ?? { kind: 'connect-timeout' }), ms),
  };
  const handlers = createProbeHandlers({
    clock,
    transport,
    version: '1.34',
    exec(_id, command, timeoutMs, done) {
      commands.push({ command, timeoutMs });
      if (exec !== undefined) clock.setTimeout(() => done(exec), ms);
    },
  });
  function attempt(container: Container, podIP = '10.0.0.1'): AttemptOutcome {
    const pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u' } };
    let outcome: AttemptOutcome | undefined;
    handlers.attempt(
      { probe: 'liveness', container, pod, status: { podIP }, containerID: 'c' } as ProbeRun,
      (answer) => {
        expect(outcome, 'done is called once').toBeUndefined();
        outcome = answer;
      },
    );
    expect(outcome, 'never from within').toBeUndefined();
    clock.runUntil(clock.now() + 100_000);
    return outcome as AttemptOutcome;
  }
  return { sent, commands, attempt };
}

/** A container with this liveness probe. */
export function container(livenessProbe: Probe, more: Partial<Container> = {}): Container {
  return { name: 'app', livenessProbe, ...more };
}

/** A container with an httpGet liveness probe at port 8080. */
export const http = (path = '/healthz', more: Partial<Probe> = {}): Container =>
  container({ httpGet: { path, port: 8080 }, ...more });

/** An answer of a web server, whole unless `more` says otherwise. */
export function response(
  status: number,
  location?: string,
  more: Partial<Extract<HttpOutcome, { kind: 'response' }>> = {},
): HttpOutcome {
  const headers: [string, string][] = location === undefined ? [] : [['location', location]];
  const body = new TextEncoder().encode('body');
  return { kind: 'response', status, headers, body, bodyEnd: 'complete', protocol: 'HTTP/1.1', ...more };
}

/** A request that got no answer. */
export const failed = (failure: TransportFailure): HttpOutcome => ({ kind: 'failed', failure });
