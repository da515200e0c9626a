import { fromByteString, goQuote } from '../../sim/kubelet/prober/go-text.ts';

/** A response's head; header values are texts, names as they were sent. */
export interface ResponseHead {
  status: number;
  protocol: string;
  /** HTTP/1.1 or newer. */
  chunkedAllowed: boolean;
  headers: [name: string, value: string][];
}

/** What is wrong with a response, in Go's words. */
export class MalformedResponse extends Error {}

/**
 * Reads the head of a response line by line. Lines are byte strings without their end.
 * Written by hand because what a probe of something that is no HTTP server says is made of the very bytes that came,
 * which Node's parser does not hand out; and because that parser refuses some of what Go accepts.
 * Models net/http ReadResponse and net/textproto ReadMIMEHeader.
 */
export class HeadReader {
  #head: ResponseHead | undefined;
  /** A header line that may be continued on the next. */
  #pending: string | undefined;

  /** True once the status line is read. */
  get started(): boolean {
    return this.#head !== undefined;
  }

  /** Takes a line; returns the head after the empty line. Throws `MalformedResponse`. */
  line(line: string): ResponseHead | undefined {
    if (this.#head === undefined) {
      this.#head = statusLine(line);
      return undefined;
    }
    const folded = line.startsWith(' ') || line.startsWith('\t');
    if (folded && this.#pending !== undefined) {
      this.#pending += ` ${trim(line)}`;
      return undefined;
    }
    if (folded) throw new MalformedResponse(`malformed MIME header initial line: ${fromByteString(line)}`);
    this.#flush(this.#head);
    if (trim(line) === '') return this.#head;
    if (!line.includes(':'))
      throw new MalformedResponse(`malformed MIME header: missing colon: ${goQuote(trim(line))}`);
    this.#pending = trim(line);
    return undefined;
  }

  #flush(head: ResponseHead): void {
    const line = this.#pending;
    this.#pending = undefined;
    if (line === undefined) return;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z ]+$/.test(name) || /[\x00-\x08\x0a-\x1f\x7f]/.test(value)) {
      throw new MalformedResponse(`malformed MIME header line: ${fromByteString(line)}`);
    }
    head.headers.push([name, fromByteString(trim(value))]);
  }
}

function statusLine(line: string): ResponseHead {
  const space = line.indexOf(' ');
  if (space < 0) throw new MalformedResponse(`malformed HTTP response ${goQuote(line)}`);
  const code = line.slice(space).replace(/^ +/, '').split(' ', 1)[0] as string;
  if (!/^(\d{3}|\+\d\d|-00)$/.test(code)) throw new MalformedResponse(`malformed HTTP status code ${goQuote(code)}`);
  const protocol = line.slice(0, space);
  const version = /^HTTP\/(\d)\.(\d)$/.exec(protocol);
  if (version === null) throw new MalformedResponse(`malformed HTTP version ${goQuote(protocol)}`);
  const chunkedAllowed = Number(version[1]) > 1 || (version[1] === '1' && version[2] !== '0');
  return { status: Math.abs(Number(code)), protocol, chunkedAllowed, headers: [] };
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
  const length = coding === undefined ? contentLength(values('content-length')) : undefined;
  if (head.status === 101 && switchesProtocol(values)) return { kind: 'close' };
  if (head.status < 200 || head.status === 204 || head.status === 304) return NO_BODY;
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

function switchesProtocol(values: (name: string) => string[]): boolean {
  return values('upgrade').length > 0 && values('connection').some((value) => /\bupgrade\b/i.test(value));
}

function quote(text: string): string {
  return goQuote(Buffer.from(text).toString('latin1'));
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}
