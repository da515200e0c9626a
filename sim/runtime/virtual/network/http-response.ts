import type { HttpReply } from '../../../programs/host.ts';

type HeaderList = readonly (readonly [name: string, value: string])[];

export type BodyEnd = 'complete' | 'short' | 'timeout' | 'reset';

const HOP_BY_HOP = new Set(['server', 'connection', 'keep-alive', 'transfer-encoding']);
const NO_BYTES = new Uint8Array(0);
const encoder = new TextEncoder();

/** Bodies are few and repeat with every probe: their bytes are made once. */
const encoded = new Map<string, Uint8Array>();

export function bytesOf(text: string | Uint8Array | undefined): Uint8Array {
  if (text === undefined || text === '') return NO_BYTES;
  if (typeof text !== 'string') return text;
  const known = encoded.get(text);
  if (known !== undefined) return known;
  const bytes = encoder.encode(text);
  if (encoded.size < 256 && text.length <= 4096) encoded.set(text, bytes);
  return bytes;
}

/**
 * An HTTP answer as a client sees it. Headers and bytes are made when somebody looks: a successful probe looks at
 * neither, and there are thousands of them.
 */
export class HttpResponse {
  readonly kind = 'response';
  readonly status: number;
  bodyEnd: BodyEnd;
  readonly protocol: string;
  readonly reply: HttpReply;
  /** Names and values that a proxy on the way has put behind the server's own. */
  readonly added: HeaderList | undefined;
  readonly #date: number;
  #bare = false;

  constructor(
    reply: HttpReply,
    dateMs: number,
    protocol = 'HTTP/1.1',
    bodyEnd: BodyEnd = 'complete',
    added?: HeaderList,
  ) {
    this.reply = reply;
    this.status = reply.status;
    this.protocol = protocol;
    this.bodyEnd = reply.truncateBody ? 'short' : bodyEnd;
    this.added = added;
    this.#date = dateMs;
  }

  /** An answer written before anything knew about HTTP: the headers of `reply` and no others; its end is the connection's. */
  static bare(reply: HttpReply, dateMs: number, protocol: string): HttpResponse {
    const response = new HttpResponse(reply, dateMs, protocol);
    response.#bare = true;
    return response;
  }

  /** This answer with the headers a proxy adds. */
  via(added: HeaderList): HttpResponse {
    const response = new HttpResponse(this.reply, this.#date, 'HTTP/1.1', this.bodyEnd, added);
    response.#bare = this.#bare;
    return response;
  }

  get body(): Uint8Array {
    return bytesOf(this.reply.body);
  }

  /** What comes behind the headers: an answer to HEAD only announces its body. */
  bodyFor(method: string): Uint8Array {
    return method === 'HEAD' ? NO_BYTES : this.body;
  }

  /** Date and Content-Length are there as every server sends them; Content-Type if the program named none and there is a body. */
  get headers(): HeaderList {
    const headers: [string, string][] = (this.reply.headers ?? []).map(([name, value]) => [name, value]);
    const has = (wanted: string) => headers.some(([name]) => name.toLowerCase() === wanted);
    const length = this.body.length;
    const bare = this.#bare;
    if (length > 0 && !bare && this.reply.untyped !== true && !has('content-type'))
      headers.push(['Content-Type', 'text/plain; charset=utf-8']);
    if (!has('date') && !(bare && this.added === undefined))
      headers.push(['Date', new Date(Math.floor(this.#date)).toUTCString()]);
    if (!bare && !has('content-length'))
      headers.push(['Content-Length', String(this.reply.truncateBody ? length + 64 : length)]);
    if (this.added === undefined) return headers;
    // A proxy writes names in lower case and puts its own `server` in place of the app's.
    const kept = headers.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
    return [...kept.map(([name, value]) => [name.toLowerCase(), value] as const), ...this.added];
  }
}
