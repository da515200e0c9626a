import type { Container, HTTPGetAction } from '../kube/objects.ts';
import type { HttpAttempt, HttpOutcome, ProbeTransport } from '../runtime/transport.ts';
import { goErrorText } from './prober/go-errors.ts';
import { httpGetRequest, redirectedRequest } from './prober/http-handler.ts';
import { getError, type Hop, nextHop } from './prober/redirects.ts';

export interface HttpHook {
  action: HTTPGetAction;
  container: Pick<Container, 'ports'>;
  podIP: string;
  /** The kubelet's, `1.34`. */
  version: string;
}

export interface HttpHookDeps {
  transport: ProbeTransport;
  /** An HTTPS request was answered in plain HTTP, and a plain one to the same host did. */
  onFallback(host: string): void;
}

interface Request {
  hop: Hop;
  attempt: HttpAttempt;
}

/** A hook's request has no time-out of its own: a preStop ends with its grace, a postStart when it is answered. */
const NO_TIMEOUT_MS = 24 * 3_600_000;

/**
 * Sends the request of a hook; `done` gets undefined, or the error's text. Any answer is a success, whatever its
 * status; redirects are followed on the same host; an HTTPS request that meets plain HTTP is tried again as such.
 * Models kubernetes v1.34 pkg/kubelet/lifecycle/handlers.go runHTTPHandler.
 */
export function runHttpHook(deps: HttpHookDeps, hook: HttpHook, done: (error: string | undefined) => void): void {
  const { action, container, podIP, version } = hook;
  const userAgent = `kube-lifecycle/${version}`;
  const target = { container, podIP, userAgent, timeoutMs: NO_TIMEOUT_MS };
  const request = httpGetRequest(action, target);
  if (!('attempt' in request)) {
    done('error' in request ? request.error : request.refused);
    return;
  }
  send(deps.transport, request, (failure) => {
    if (failure === undefined || !failure.plainAnswer) {
      done(failure?.text);
      return;
    }
    send(deps.transport, inPlain(request), (again) => {
      if (again === undefined) deps.onFallback(request.hop.url.host);
      done(again === undefined ? undefined : failure.text);
    });
  });
}

interface Failure {
  text: string;
  /** The server spoke HTTP where HTTPS was meant. */
  plainAnswer: boolean;
}

function send(transport: ProbeTransport, first: Request, done: (failure: Failure | undefined) => void): void {
  const firstHost = first.hop.url.host;
  const next = ({ hop, attempt }: Request, requests: number): void => {
    transport.http({ ...attempt, headers: hookHeaders(attempt) }, (outcome) => {
      const after = follow(hop, attempt, outcome, requests, firstHost);
      if (after !== undefined && 'attempt' in after) next(after, requests + 1);
      else done(after);
    });
  };
  next(first, 1);
}

/** What follows an answer: the request of a redirect, a failure, or nothing: the hook has succeeded. */
function follow(
  hop: Hop,
  attempt: HttpAttempt,
  outcome: HttpOutcome,
  requests: number,
  firstHost: string,
): Request | Failure | undefined {
  if (outcome.kind === 'failed') {
    const text = getError(hop.url, goErrorText(outcome.failure, 'http', attempt.host));
    return { text, plainAnswer: outcome.failure.cause === 'http-to-https' };
  }
  const next = nextHop(hop, outcome, requests, firstHost);
  if (next.kind === 'final') return undefined;
  if (next.kind === 'error') return { text: next.text, plainAnswer: false };
  const request = redirectedRequest(next.hop, NO_TIMEOUT_MS);
  return 'refused' in request ? { text: request.refused, plainAnswer: false } : request;
}

/** Unlike a probe's connection this one may stay open, and Go's client offers gzip. */
function hookHeaders({ headers }: HttpAttempt): HttpAttempt['headers'] {
  const kept = headers.filter(([name, value]) => !(name === 'Connection' && value === 'close'));
  const asked = headers.some(([name]) => name === 'Accept-Encoding' || name === 'Range');
  return asked ? kept : [...kept, ['Accept-Encoding', 'gzip']];
}

/** Secrets are not sent over a plain connection. */
function inPlain({ hop, attempt }: Request): Request {
  const url = { ...hop.url, scheme: 'http', user: undefined };
  const headers = new Map([...hop.headers].filter(([name]) => name !== 'Authorization'));
  return {
    hop: { ...hop, url, headers, ownHeaders: headers },
    attempt: {
      ...attempt,
      scheme: 'http',
      headers: attempt.headers.filter(([name]) => name !== 'Authorization'),
    },
  };
}
