import type { Clock } from '../../core/clock.ts';
import type { Container, HTTPGetAction, Probe } from '../../kube/objects.ts';
import type { HttpAttempt, HttpOutcome, ProbeTransport } from '../../runtime/transport.ts';
import type { AttemptOutcome, ProbeRun } from '../ports.ts';
import { bodyErrorText, goErrorText } from './go-errors.ts';
import { GoUrlError } from './go-escape.ts';
import { decodeUtf8, fromByteString, goQuote } from './go-text.ts';
import { requestTarget, splitHost } from './go-url.ts';
import { invalidHeader, probeHeaders, wireHeaders } from './headers.ts';
import { resolveContainerPort } from './probe-port.ts';
import { firstHop, getError, type Hop, nextHop } from './redirects.ts';

/** Bytes of a body that the kubelet looks at. Models pkg/probe/http/http.go maxRespBodyLength. */
export const MAX_BODY_BYTES = 10 * 1024;

type Response = Extract<HttpOutcome, { kind: 'response' }>;
/** The first request, ready to be sent, or the outcome if none can be. */
type Plan = Chain | { outcome: AttemptOutcome };

/** A request with what its redirects need to know. */
interface Chain {
  hop: Hop;
  attempt: HttpAttempt;
  /** How many were sent, this one included. */
  requests: number;
  firstHost: string;
}

interface Cached {
  podIP: string;
  container: Container;
  plan: Plan;
}

/**
 * httpGet probes. Models kubernetes v1.34 pkg/probe/http/{request,http}.go and what net/http makes of them.
 * A probe's request is built once: its objects never change while a worker lives.
 */
export class HttpHandler {
  readonly #clock: Pick<Clock, 'now' | 'setTimeout'>;
  readonly #transport: ProbeTransport;
  readonly #userAgent: string;
  readonly #cache = new WeakMap<Probe, Cached>();

  constructor(clock: Pick<Clock, 'now' | 'setTimeout'>, transport: ProbeTransport, userAgent: string) {
    this.#clock = clock;
    this.#transport = transport;
    this.#userAgent = userAgent;
  }

  attempt(run: ProbeRun, probe: Probe, action: HTTPGetAction, done: (outcome: AttemptOutcome) => void): void {
    const podIP = run.status.podIP ?? '';
    let cached = this.#cache.get(probe);
    if (cached === undefined || cached.podIP !== podIP || cached.container !== run.container) {
      const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
      const target = { container: run.container, podIP, userAgent: this.#userAgent, timeoutMs };
      cached = { podIP, container: run.container, plan: toPlan(httpGetRequest(action, target)) };
      this.#cache.set(probe, cached);
    }
    const { plan } = cached;
    if ('outcome' in plan) {
      this.#clock.setTimeout(() => done(plan.outcome), 0);
      return;
    }
    this.#send(plan, this.#clock.now() + plan.attempt.timeoutMs, done);
  }

  /** `deadline`: on the run's clock, in ms; one for the whole chain. */
  #send(chain: Chain, deadline: number, done: (outcome: AttemptOutcome) => void): void {
    this.#transport.http(chain.attempt, (outcome) => {
      const next = follow(chain, outcome, deadline, this.#clock);
      if ('attempt' in next) this.#send(next, deadline, done);
      else done(next);
    });
  }
}

/**
 * The request of an httpGet, for probes and lifecycle hooks alike, or the error's text if none can be made: `error` where
 * the kubelet cannot build it (port, URL), `refused` where Go's client will not send it (headers).
 * Models kubernetes v1.34 pkg/probe/http/request.go NewRequestForHTTPGetAction.
 */
export function httpGetRequest(
  action: HTTPGetAction,
  target: { container: Pick<Container, 'ports'>; podIP: string; userAgent: string; timeoutMs: number },
): { hop: Hop; attempt: HttpAttempt } | { error: string } | { refused: string } {
  const resolved = resolveContainerPort(action.port, target.container);
  if ('error' in resolved) return resolved;
  const headers = probeHeaders(action.httpHeaders, target.userAgent);
  const scheme = (action.scheme || 'http').toLowerCase();
  try {
    const hop = firstHop(scheme, action.host || target.podIP, resolved.port, action.path ?? '', headers);
    return toAttempt(hop, target.timeoutMs);
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    return { error: error.message };
  }
}

/** The request of a redirect, or the error's text if Go's client will not send it. */
export function redirectedRequest(
  hop: Hop,
  timeoutMs: number,
): { hop: Hop; attempt: HttpAttempt } | { refused: string } {
  return toAttempt(hop, timeoutMs);
}

function toPlan(request: ReturnType<typeof httpGetRequest>): Plan {
  if ('error' in request) return { outcome: { result: 'error', output: request.error } };
  if ('refused' in request) return { outcome: failure(request.refused) };
  return { ...request, requests: 1, firstHost: request.hop.url.host };
}

/** The verdict on an answer, or the request that follows it. */
function follow(
  chain: Chain,
  outcome: HttpOutcome,
  deadline: number,
  clock: Pick<Clock, 'now'>,
): AttemptOutcome | Chain {
  const { hop, requests, firstHost } = chain;
  if (outcome.kind === 'failed')
    return failure(getError(hop.url, goErrorText(outcome.failure, 'http', chain.attempt.host)));
  if (outcome.status < 300 || outcome.status >= 400) return verdict(outcome);
  const next = nextHop(hop, outcome, requests, firstHost);
  if (next.kind === 'final') return verdict(outcome);
  if (next.kind === 'error') return failure(next.text);
  const left = deadline - clock.now();
  const plan = toAttempt(next.hop, left);
  if ('refused' in plan) return failure(plan.refused);
  if (left <= 0)
    return failure(getError(next.hop.url, goErrorText({ phase: 'dial', cause: 'timeout' }, 'http', plan.attempt.host)));
  return { ...plan, requests: requests + 1, firstHost };
}

/** Reads the body first: a body that does not arrive is an error, whatever the status says. Models DoHTTPProbe. */
function verdict(response: Response): AttemptOutcome {
  const broken = bodyErrorText(response);
  if (broken !== undefined) return { result: 'error', output: broken, errorState: 'failure' };
  const { status } = response;
  if (status < 200 || status >= 400) return failure(`HTTP probe failed with statuscode: ${status}`);
  const body = response.body.length === 0 ? '' : decodeUtf8(response.body.subarray(0, MAX_BODY_BYTES));
  if (status < 300) return { result: 'success', output: body };
  return { result: 'warning', output: `Probe terminated redirects, Response body: ${body}` };
}

/** What Go checks before it dials. Models net/http Transport.roundTrip. */
function toAttempt(hop: Hop, timeoutMs: number): { hop: Hop; attempt: HttpAttempt } | { refused: string } {
  const { scheme } = hop.url;
  const refuse = (text: string) => ({ refused: getError(hop.url, text) });
  if (scheme !== 'http' && scheme !== 'https') return refuse(`unsupported protocol scheme ${goQuote(scheme)}`);
  const invalid = invalidHeader(hop.headers);
  if (invalid !== undefined) return refuse(invalid);
  if (hop.url.host === '') return refuse('http: no Host in request URL');
  const { hostname, port } = splitHost(hop.url.host);
  const number = port === '' ? DEFAULT_PORTS[scheme] : Number(port);
  if (number > 65_535) return refuse(`dial tcp: address ${port}: invalid port`);
  const attempt: HttpAttempt = {
    scheme,
    host: fromByteString(hostname),
    port: number,
    method: 'GET',
    target: fromByteString(requestTarget(hop.url)),
    headers: wireHeaders(hop.url, hop.headers, hop.host),
    timeoutMs,
    maxBodyBytes: MAX_BODY_BYTES,
  };
  return { hop, attempt };
}

const DEFAULT_PORTS = { http: 80, https: 443 };

function failure(output: string): AttemptOutcome {
  return { result: 'failure', output };
}
