import { goQuote } from '../../sim/kubelet/prober/go-text.ts';
import { canonicalHeaderName } from '../../sim/kubelet/prober/headers.ts';
import { HeaderReader, MalformedResponse } from './http1-header.ts';

/** A response's head; header values are texts, names as they were sent. */
export interface ResponseHead {
  status: number;
  protocol: string;
  /** HTTP/1.1 or newer. */
  chunkedAllowed: boolean;
  headers: [name: string, value: string][];
}

/**
 * Reads the head of a response line by line. Lines are byte strings without their end.
 * Written by hand because what a probe of something that is no HTTP server says is made of the very bytes that came,
 * which Node's parser does not hand out; and because that parser refuses some of what Go accepts.
 * Models net/http ReadResponse.
 */
export class HeadReader {
  readonly #header = new HeaderReader();
  #head: ResponseHead | undefined;

  /** Takes a line; returns the head after the empty line. Throws `MalformedResponse`. */
  line(line: string): ResponseHead | undefined {
    if (this.#head !== undefined) return this.#header.line(line) ? this.#head : undefined;
    this.#head = { ...statusLine(line), headers: this.#header.headers };
    return undefined;
  }

  /** Nothing follows. Throws `MalformedResponse` if what came last was wrong. */
  end(): void {
    this.#header.end();
  }
}

function statusLine(line: string): Omit<ResponseHead, 'headers'> {
  const space = line.indexOf(' ');
  if (space < 0) throw new MalformedResponse(`malformed HTTP response ${goQuote(line)}`);
  const code = line.slice(space).replace(/^ +/, '').split(' ', 1)[0] as string;
  if (!/^(\d{3}|\+\d\d|-00)$/.test(code)) throw new MalformedResponse(`malformed HTTP status code ${goQuote(code)}`);
  const protocol = line.slice(0, space);
  const version = /^HTTP\/(\d)\.(\d)$/.exec(protocol);
  if (version === null) throw new MalformedResponse(`malformed HTTP version ${goQuote(protocol)}`);
  const chunkedAllowed = Number(version[1]) > 1 || (version[1] === '1' && version[2] !== '0');
  return { status: Math.abs(Number(code)), protocol, chunkedAllowed };
}

/** How the end of a body is found. */
export type Framing = { kind: 'length'; length: number } | { kind: 'chunked' } | { kind: 'close' };

const NO_BODY: Framing = { kind: 'length', length: 0 };

/** How much body follows a head. Throws `MalformedResponse`. Models net/http readTransfer. */
export function framing(head: ResponseHead): Framing {
  const values = (name: string) => head.headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
  const codings = head.chunkedAllowed ? values('transfer-encoding') : [];
  if (codings.length > 1) throw new MalformedResponse(`too many transfer encodings: [${codings.map(quote).join(' ')}]`);
  const [coding] = codings;
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    throw new MalformedResponse(`unsupported transfer encoding: ${quote(coding)}`);
  }
  const length = contentLength(values('content-length'));
  if (coding !== undefined) checkTrailers(values('trailer'));
  if (head.status === 101 && switchesProtocol(values)) return { kind: 'close' };
  if ((head.status >= 100 && head.status < 200) || head.status === 204 || head.status === 304) return NO_BODY;
  if (coding !== undefined) return { kind: 'chunked' };
  return length === undefined ? { kind: 'close' } : { kind: 'length', length };
}

function contentLength(values: string[]): number | undefined {
  const [value, ...others] = values;
  if (value === undefined) return undefined;
  if (others.some((other) => other !== value)) {
    const got = values.map(quote).join(' ');
    throw new MalformedResponse(`http: message cannot contain multiple Content-Length headers; got [${got}]`);
  }
  if (value === '') throw new MalformedResponse('invalid empty Content-Length ""');
  if (!/^\d+$/.test(value) || BigInt(value) >= 2n ** 63n)
    throw new MalformedResponse(`bad Content-Length ${quote(value)}`);
  return Number(value);
}

/** What says how the body ends cannot come after it. Models net/http fixTrailer. */
function checkTrailers(values: string[]): void {
  for (const name of values.flatMap((value) => value.split(','))) {
    const key = canonicalHeaderName(name.trim());
    if (key === 'Transfer-Encoding' || key === 'Trailer' || key === 'Content-Length') {
      throw new MalformedResponse(`bad trailer key ${goQuote(key)}`);
    }
  }
}

function switchesProtocol(values: (name: string) => string[]): boolean {
  return values('upgrade').length > 0 && values('connection').some((value) => /\bupgrade\b/i.test(value));
}

function quote(text: string): string {
  return goQuote(Buffer.from(text).toString('latin1'));
}
