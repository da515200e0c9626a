import { TEXT } from '../go-mux.ts';
import type { ClientOutcome, HttpExchange, HttpHandler, HttpReply, ProgramHost } from '../host.ts';
import type { Log } from './zerolog.ts';

/** A part of the control plane that says how it is. */
export interface HealthProbe {
  /** `ADS`, `SMI`: stands in the answer. */
  readonly id: string;
  liveness(): boolean;
  readiness(): boolean;
}

/** An address that must answer 200. */
export interface UrlProbe {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  path: string;
}

export interface HealthChecks {
  probes: readonly HealthProbe[];
  urls: readonly UrlProbe[];
}

const KINDS = {
  readiness: { name: 'Readiness', adjective: 'ready', ask: (probe: HealthProbe) => probe.readiness() },
  liveness: { name: 'Liveness', adjective: 'alive', ask: (probe: HealthProbe) => probe.liveness() },
} as const;

/**
 * The handler of `/health/ready` or `/health/alive`: asks the probes, then the URLs, in order, and answers for the
 * first that fails. A failed probe or no answer is a 503; another code than 200 is handed on, with the text of an
 * error that is none (`%!s(<nil>)`). A URL that hangs makes the request hang.
 * Models openservicemesh/osm v1.1 pkg/health/health.go ReadinessHandler, LivenessHandler.
 */
export function healthHandler(
  kind: keyof typeof KINDS,
  checks: HealthChecks,
  parts: { host: Pick<ProgramHost, 'request' | 'random'>; log: Log },
): HttpHandler {
  const { name, adjective, ask } = KINDS[kind];
  const { host, log } = parts;
  const fail = (exchange: HttpExchange, status: number, message: string) => {
    log('warn', 'health', kind === 'readiness' ? 'health.go:85' : 'health.go:116', message);
    exchange.reply(answer(status, message));
  };
  const askUrls = (exchange: HttpExchange, [url, ...rest]: readonly UrlProbe[]): void => {
    if (url === undefined) {
      exchange.reply(answer(200, `Service is ${adjective}`));
      return;
    }
    const { scheme, host: name_, port, path } = url;
    const text = `${scheme}://${name_}:${port}${path}`;
    host.request({ scheme, method: 'GET', host: name_, port, target: path, headers: AGENT }, (outcome) => {
      if (outcome.kind === 'response' && outcome.status === 200) askUrls(exchange, rest);
      else {
        const [status, error] =
          outcome.kind === 'response'
            ? ([outcome.status, '%!s(<nil>)'] as const)
            : ([503, `Get "${text}": ${goError(outcome, url, host)}`] as const);
        fail(exchange, status, `${name} probe failed for URL ${text}: ${error}`);
      }
    });
  };
  return (exchange) => {
    const bad = checks.probes.find((probe) => !ask(probe));
    if (bad === undefined) askUrls(exchange, checks.urls);
    else fail(exchange, 503, `${name} probe for ${bad.id} indicates it is not ${adjective}`);
  };
}

const AGENT = [['User-Agent', 'Go-http-client/1.1']] as const;

/** Go sends no body, and no content type, with these codes. */
function answer(status: number, body: string): HttpReply {
  return status === 204 || status === 304 ? { status } : { status, headers: TEXT, body };
}

/** Models pkg/health SimpleHandler, of the webhooks' servers. */
export function healthOK(exchange: HttpExchange): void {
  exchange.reply(answer(200, 'Health OK'));
}

/** What Go's client says of a request that got no answer. */
function goError(
  { cause, detail }: Extract<ClientOutcome, { kind: 'failed' }>,
  url: UrlProbe,
  host: Pick<ProgramHost, 'random'>,
): string {
  const address = `${url.host}:${url.port}`;
  switch (cause) {
    case 'refused':
      return `dial tcp ${address}: connect: connection refused`;
    case 'eof':
      return 'EOF';
    case 'timeout':
      return `dial tcp ${address}: i/o timeout`;
    case 'no-such-host':
      return `dial tcp: lookup ${url.host}: no such host`;
    case 'reset':
      return `read tcp ${url.host}:${32_768 + Math.floor(host.random() * 28_232)}->${address}: read: connection reset by peer`;
    default:
      return detail ?? 'http: server gave HTTP response to HTTPS client';
  }
}
