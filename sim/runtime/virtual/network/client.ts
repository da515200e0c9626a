import type { Timer } from '../../../core/clock.ts';
import type { ClientOutcome, ClientRequest } from '../../../programs/host.ts';
import type { VirtualProcess } from '../process.ts';
import { HttpCall } from './http-call.ts';
import { bytesOf } from './http-response.ts';

/** An HTTP request of a process in a pod. `done` is called once, never from within; not after the process has ended. */
export function httpRequest(
  process: VirtualProcess,
  options: ClientRequest,
  done: (outcome: ClientOutcome) => void,
): () => void {
  const { network, namespace, latencies } = process.world;
  const { clock, uid } = process;
  const fail = (cause: Extract<ClientOutcome, { kind: 'failed' }>['cause'], ms: number) => {
    const timer = clock.setTimeout(() => done({ kind: 'failed', cause }), ms);
    return () => clock.clearTimeout(timer);
  };
  const ip = network.resolve(options.host, namespace);
  if (ip === undefined) return fail('no-such-host', latencies.response);
  const server = network.fromPod(namespace, uid, ip, options.port);
  const { timeoutMs = Number.POSITIVE_INFINITY } = options;
  if (typeof server === 'string') {
    const needs = server === 'refused' ? latencies.response : latencies.unreachable;
    const cause = server === 'refused' ? 'refused' : needs >= timeoutMs ? 'timeout' : 'other';
    return fail(cause, Math.min(needs, timeoutMs));
  }
  let answering: Timer | undefined;
  const call = new HttpCall(
    {
      tls: options.scheme === 'https',
      request: requestOf(options, namespace.isLocal(ip) ? '127.0.0.1' : namespace.ip),
      ip,
      port: options.port,
    },
    (result) => {
      forget();
      clock.clearTimeout(deadline);
      answering = clock.setTimeout(() => {
        if (result.kind === 'response') {
          const body = result.bodyFor(options.method);
          done({ kind: 'response', status: result.status, headers: result.headers, body });
        } else {
          const cause = result.cause === 'malformed' || result.cause === 'http-to-https' ? 'other' : result.cause;
          done({ kind: 'failed', cause, ...(result.detail === undefined ? {} : { detail: result.detail }) });
        }
      }, latencies.response + call.delayMs);
    },
  );
  const deadline = Number.isFinite(timeoutMs)
    ? clock.setTimeout(() => {
        if (!call.open) return;
        forget();
        call.abandon();
        done({ kind: 'failed', cause: 'timeout' });
      }, timeoutMs)
    : undefined;
  const forget = process.onEnd(() => call.abandon());
  if (options.headersOnly === true) call.onStalled = (response) => call.end(response);
  server.http(call);
  return () => {
    forget();
    clock.clearTimeout(deadline);
    clock.clearTimeout(answering);
    call.abandon();
  };
}

function requestOf(options: ClientRequest, remoteAddress: string) {
  const given = options.headers ?? [];
  const hasHost = given.some(([name]) => name.toLowerCase() === 'host');
  const plainPort = options.scheme === 'https' ? 443 : 80;
  const host = options.port === plainPort ? options.host : `${options.host}:${options.port}`;
  return {
    method: options.method,
    target: options.target,
    headers: hasHost ? given : ([['Host', host], ...given] as const),
    body: bytesOf(options.body),
    remoteAddress,
    protocol: options.scheme === 'https' ? 'HTTP/2.0' : 'HTTP/1.1',
  };
}
