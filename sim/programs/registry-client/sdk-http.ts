import type { ProgramHost } from '../host.ts';

const AGENT = 'Nacos-Java-Client:v1.0.0';
const decoder = new TextDecoder();

/** One request as the SDK sent it, for who wants to look. */
export interface SdkRequest {
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
}

export type SdkAnswer = { ok: true; body: string } | { ok: false; error: string };

/**
 * Models nacos-naming 2.6.3 lib/naming/proxy.js: one try at each server, from a random one on; any answer but 200 counts
 * as a failure of that server, and why is only in the log.
 */
export class SdkHttp {
  readonly #host: Pick<ProgramHost, 'request' | 'random' | 'write'>;
  readonly #servers: readonly string[];
  onRequest: ((request: SdkRequest) => void) | undefined;
  /** Told of each server that did not answer with 200, in the words of the log. */
  onFailure: ((why: string) => void) | undefined;

  constructor(host: Pick<ProgramHost, 'request' | 'random' | 'write'>, servers: readonly string[]) {
    this.#host = host;
    this.#servers = servers;
  }

  call(method: string, path: string, query: Readonly<Record<string, string>>, done: (answer: SdkAnswer) => void): void {
    const first = Math.floor(this.#host.random() * this.#servers.length);
    this.#try(first, 0, { method, path, query: { namespaceId: 'public', ...query } }, done);
  }

  #try(first: number, turn: number, request: SdkRequest, done: (answer: SdkAnswer) => void): void {
    const server = this.#servers[(first + turn) % this.#servers.length];
    if (server === undefined || turn >= this.#servers.length) {
      done({
        ok: false,
        error: `failed to req API: ${request.path} after all servers(${this.#servers.join(',')}) tried`,
      });
      return;
    }
    const [host = '', port = '8848'] = server.split(':');
    const fields = Object.entries(request.query).map(
      ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    );
    this.onRequest?.(request);
    this.#host.request(
      {
        scheme: 'http',
        method: request.method,
        host,
        port: Number(port),
        target: `${request.path}?${fields.join('&')}`,
        headers: [
          ['User-Agent', AGENT],
          ['Client-Version', AGENT],
          ['Accept-Encoding', 'gzip,deflate,sdch'],
          ['Request-Module', 'Naming'],
        ],
        timeoutMs: 5000,
      },
      (outcome) => {
        if (outcome.kind === 'response' && outcome.status === 200) {
          done({ ok: true, body: decoder.decode(outcome.body) });
          return;
        }
        const why =
          outcome.kind === 'response'
            ? `NacosException: failed to req API: http://${server}${request.path}. code: ${outcome.status} msg: ${decoder.decode(outcome.body)}`
            : `Error: connect ${outcome.cause === 'refused' ? 'ECONNREFUSED' : outcome.cause} ${server}`;
        this.#host.write('stderr', `${why}\n`);
        this.onFailure?.(why);
        this.#try(first, turn + 1, request, done);
      },
    );
  }
}
