import type { ClientOutcome, HttpExchange, HttpReply, Program, ProgramHost } from '../host.ts';
import { type AppProber, ProberError, readProbers } from './app-probers.ts';

const STATUS_PORT = 15020;
/** In a real sidecar it is Envoy that listens here and asks the agent. */
const HEALTH_PORT = 15021;
const PREFIX = /^\/app-(?:health|lifecycle)\//u;
/** Go makes no URL of such a path. */
const BAD_ESCAPE = /%(?![0-9a-fA-F]{2})/u;
const MAX_BODY_BYTES = 10_240;
const MAX_REDIRECTS = 10;

const TEXT = [['Content-Type', 'text/plain; charset=utf-8']] as const;
const FAILED: HttpReply = { status: 500, body: '' };
const NOT_FOUND: HttpReply = { status: 404, headers: TEXT, body: '404 page not found\n' };

/**
 * The part of Istio's sidecar that rewritten probes meet: pilot-agent's status server on 15020, which asks the app by
 * itself at the pod's address, as ISTIO_KUBE_APP_PROBERS says, and /healthz/ready on 15021. Its Envoy, its iptables and
 * gRPC probers are not here: a pod whose probes need those is answered 500.
 * Models istio/istio v1.27 cmd/pilot-agent/status/server.go.
 */
export const pilotAgent: Program = (host) => {
  let probers: ReadonlyMap<string, AppProber>;
  try {
    probers = readProbers(host.env.ISTIO_KUBE_APP_PROBERS ?? '');
  } catch (error) {
    if (!(error instanceof ProberError)) throw error;
    host.write('stderr', `Error: ${error.message}\n`);
    host.exit(1);
    return;
  }
  host.listenHttp({ port: STATUS_PORT }, (exchange) => serve(host, probers, exchange));
  host.listenHttp({ port: HEALTH_PORT }, (exchange) =>
    exchange.reply(pathOf(exchange) === '/healthz/ready' ? { status: 200, body: '' } : NOT_FOUND),
  );
  host.onSignal('SIGTERM', () => host.exit(0));
  host.onSignal('SIGINT', () => host.exit(0));
};

function pathOf({ request }: HttpExchange): string {
  return request.target.split('?', 1)[0] ?? request.target;
}

function serve(host: ProgramHost, probers: ReadonlyMap<string, AppProber>, exchange: HttpExchange): void {
  const path = pathOf(exchange);
  if (path === '/healthz/ready') {
    exchange.reply({ status: 200, body: '' });
    return;
  }
  if (!PREFIX.test(path)) {
    exchange.reply(NOT_FOUND);
    return;
  }
  const prober = probers.get(path);
  if (prober === undefined) {
    const body = `app prober config does not exists for ${path}`;
    exchange.reply({ status: 400, headers: [...TEXT, ['X-Content-Type-Options', 'nosniff']], body });
  } else if (prober.kind === 'http' && BAD_ESCAPE.test(prober.target)) exchange.reply(FAILED);
  else if (prober.kind === 'http') askApp({ host, prober, exchange }, prober.target, 0);
  else if (prober.kind === 'tcp') dialApp(host, prober, exchange);
  else exchange.reply(FAILED);
}

interface Asking {
  host: ProgramHost;
  prober: Extract<AppProber, { kind: 'http' }>;
  exchange: HttpExchange;
}

function askApp(asking: Asking, target: string, redirects: number): void {
  const { host, prober, exchange } = asking;
  const { port, tls, timeoutMs } = prober;
  host.request(
    {
      scheme: tls ? 'https' : 'http',
      method: 'GET',
      host: host.podIP,
      port,
      target,
      headers: headersFor(asking),
      ...(timeoutMs > 0 ? { timeoutMs } : {}),
    },
    (outcome) => {
      const next = outcome.kind === 'response' ? redirection(outcome, host.podIP) : undefined;
      if (next === 'elsewhere') exchange.reply({ status: 200, body: '' });
      else if (next === undefined) exchange.reply(passedOn(outcome));
      else if (redirects + 1 >= MAX_REDIRECTS) exchange.reply(FAILED);
      else askApp(asking, next, redirects + 1);
    },
  );
}

function passedOn(outcome: ClientOutcome): HttpReply {
  if (outcome.kind === 'failed') return FAILED;
  return { status: outcome.status, body: outcome.body.subarray(0, MAX_BODY_BYTES) };
}

/** The kubelet's own; a Host that names the agent's port becomes the app's. */
function headersFor({ host, prober, exchange }: Asking): (readonly [string, string])[] {
  const dropped = new Set(['host', 'connection', 'accept-encoding']);
  const authority = exchange.request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  const own = authority === '' || authority.endsWith(`:${STATUS_PORT}`);
  return [
    ['Host', own ? `${host.podIP}:${prober.port}` : authority],
    ...exchange.request.headers.filter(([name]) => !dropped.has(name.toLowerCase())),
    ['Accept-Encoding', 'gzip'],
    ['Connection', 'close'],
  ];
}

/** Where a redirect leads on the same host; `elsewhere`: another host, or nowhere, which counts as success. */
function redirection(
  { status, headers }: Extract<ClientOutcome, { kind: 'response' }>,
  podIP: string,
): string | 'elsewhere' | undefined {
  if (status < 300 || status >= 400) return undefined;
  const location = headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  if (location === undefined || status === 304) return 'elsewhere';
  if (location.startsWith('/') && !location.startsWith('//')) return location;
  const [, hostname, rest = ''] = /^https?:\/\/([^/:?#]+)(?::\d+)?(.*)$/u.exec(location) ?? [];
  if (hostname !== podIP) return 'elsewhere';
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function dialApp(host: ProgramHost, { port, timeoutMs }: AppProber, exchange: HttpExchange): void {
  host.dialTcp({ host: host.podIP, port, ...(timeoutMs > 0 ? { timeoutMs } : {}) }, (outcome) => {
    if (outcome.kind === 'connected') outcome.connection.close();
    exchange.reply(outcome.kind === 'connected' ? { status: 200, body: '' } : FAILED);
  });
}
