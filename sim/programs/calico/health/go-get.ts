import type { ClientOutcome, ProgramHost } from '../../host.ts';
import { proxyFor } from './go-proxy.ts';
import { addressesOf, lookupError } from './go-resolver.ts';

export interface GetOptions {
  host: string;
  port: number;
  target: string;
  timeoutMs: number;
  /** Whose time is over then: the client's (`http.Client.Timeout`), or the request's context. */
  limitedBy?: 'client' | 'context';
}

export type GetResult = { status: number } | { error: string };

const CLIENT_TIMEOUT = 'net/http: request canceled (Client.Timeout exceeded while awaiting headers)';
const MAX_REDIRECTS = 10;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** A request of Go's http.Client under a context: `error` is its text. Returns the way to give it up. */
export function goGet(host: ProgramHost, options: GetOptions, done: (result: GetResult) => void): () => void {
  const state = { give: () => {}, over: false };
  const finish = (result: GetResult): void => {
    if (state.over) return;
    state.over = true;
    state.give();
    host.clock.clearTimeout(deadline);
    done(result);
  };
  let url = new GoUrl(options.host, options.port, options.target);
  const deadline = host.clock.setTimeout(
    () =>
      finish({
        error: `Get "${url}": ${options.limitedBy === 'client' ? CLIENT_TIMEOUT : 'context deadline exceeded'}`,
      }),
    Math.max(0, options.timeoutMs),
  );
  const send = (redirects: number): void => {
    state.give = request(host, url, (outcome) => {
      if (state.over) return;
      if ('error' in outcome) {
        finish({ error: `Get "${url}": ${outcome.error}` });
        return;
      }
      const location = REDIRECTS.has(outcome.status) ? outcome.location : undefined;
      if (location === undefined) finish({ status: outcome.status });
      else if (redirects + 1 >= MAX_REDIRECTS) finish({ error: `Get "${location}": stopped after 10 redirects` });
      else {
        url = url.resolve(location);
        send(redirects + 1);
      }
    });
  };
  // A context that is over before the request begins sends nothing.
  if (options.timeoutMs > 0) send(0);
  return () => {
    state.over = true;
    state.give();
    host.clock.clearTimeout(deadline);
  };
}

class GoUrl {
  readonly host: string;
  readonly port: number;
  readonly target: string;

  constructor(host: string, port: number, target: string) {
    this.host = host;
    this.port = port;
    this.target = target;
  }

  resolve(location: string): GoUrl {
    const absolute = /^http:\/\/([^/:]+|\[[^\]]+\])(?::(\d+))?(\/.*)?$/.exec(location);
    if (absolute !== null) return new GoUrl(absolute[1] ?? '', Number(absolute[2] ?? 80), absolute[3] ?? '/');
    const base = location.startsWith('/') ? '' : this.target.slice(0, this.target.lastIndexOf('/') + 1);
    return new GoUrl(this.host, this.port, base + location);
  }

  toString(): string {
    return `http://${this.host}:${this.port}${this.target}`;
  }
}

type Answer = { status: number; location: string | undefined } | { error: string };

/** One request, tried at each address of the name; the first address' error is told. */
function request(host: ProgramHost, url: GoUrl, done: (answer: Answer) => void): () => void {
  if (url.port > 65_535) {
    done({ error: `dial tcp: address ${url.port}: invalid port` });
    return () => {};
  }
  const proxy = proxyFor(host.env, url.host);
  const dial = proxy ?? { host: url.host, port: url.port };
  const addresses = addressesOf(host, dial.host);
  if (addresses.length === 0) {
    lookupError(host, dial.host, (error) => done({ error: `dial tcp: ${error}` }));
    return () => {};
  }
  let first: string | undefined;
  let give = () => {};
  const attempt = ([address, ...rest]: readonly string[]): void => {
    if (address === undefined) {
      done({ error: `${proxy === undefined ? '' : 'proxyconnect tcp: '}${first ?? ''}` });
      return;
    }
    const target = proxy === undefined ? url.target : String(url);
    const headers = [
      ['Host', `${url.host}:${url.port}`],
      ['User-Agent', 'Go-http-client/1.1'],
      ['Accept-Encoding', 'gzip'],
    ] as const;
    const ask = { scheme: 'http', method: 'GET', host: address, port: dial.port, target, headers, headersOnly: true };
    give = host.request(ask as Parameters<ProgramHost['request']>[0], (outcome) => {
      if (outcome.kind === 'response') {
        const location = outcome.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
        done({ status: outcome.status, location });
        return;
      }
      if (outcome.cause === 'no-such-host') {
        lookupError(host, dial.host, (text) => done({ error: `dial tcp: ${text}` }));
        return;
      }
      const error = goError(host, outcome, address, dial.port);
      first ??= error;
      // No connection: the name's next address is tried. What fails on a connection is final.
      if (outcome.cause === 'refused' || outcome.detail?.startsWith('connect ')) attempt(rest);
      else done({ error });
    });
  };
  attempt(addresses);
  return () => give();
}

function goError(
  host: ProgramHost,
  { cause, detail }: Extract<ClientOutcome, { kind: 'failed' }>,
  address: string,
  port: number,
): string {
  const ip = address.includes(':') ? `[${address}]` : address;
  switch (cause) {
    case 'refused':
      return `dial tcp ${ip}:${port}: connect: connection refused`;
    case 'eof':
      return 'EOF';
    case 'timeout':
      return `dial tcp ${ip}:${port}: i/o timeout`;
    case 'reset':
      return `read tcp ${ip}:${32_768 + Math.floor(host.random() * 28_232)}->${ip}:${port}: read: connection reset by peer`;
    default:
      return detail ?? `dial tcp ${ip}:${port}: connect: no route to host`;
  }
}
