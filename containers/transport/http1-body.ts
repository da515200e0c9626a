import type { Framing } from './http1-head.ts';
import { HeaderReader, MalformedResponse } from './http1-header.ts';

/** Bytes of a chunk's line, and of a trailer, that Go's client looks at: its read buffer. */
const MAX_LINE_BYTES = 4096;
const LONG_TRAILER = 'http: suspiciously long trailer after chunked body';

export type BodyState = 'reading' | 'complete' | { malformed: string };

/** Collects a body's bytes as its framing says, and no more than wanted. Models net/http's body and internal.NewChunkedReader. */
export class BodyReader {
  readonly #framing: Framing;
  readonly #limit: number;
  readonly #kept: Buffer[] = [];
  #size = 0;
  /** Not yet understood bytes of a chunked body. */
  #rest: Buffer = Buffer.alloc(0);
  #chunk: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  /** Bytes still missing, of the body or of the chunk. */
  #missing: number;

  constructor(framing: Framing, limit: number) {
    this.#framing = framing;
    this.#limit = limit;
    this.#missing = framing.kind === 'length' ? framing.length : 0;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#kept).subarray(0, this.#limit);
  }

  push(chunk: Buffer): BodyState {
    switch (this.#framing.kind) {
      case 'close':
        this.#keep(chunk);
        return this.#full() ? 'complete' : 'reading';
      case 'length':
        this.#take(chunk);
        return this.#missing === 0 || this.#full() ? 'complete' : 'reading';
      case 'chunked':
        this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
        return this.#chunks();
    }
  }

  /** The connection ended: undefined if the body is whole, else Go's text. */
  end(): string | undefined {
    if (this.#framing.kind === 'close') return undefined;
    if (this.#chunk !== 'trailer') return 'unexpected EOF';
    return this.#rest.length < 2 ? 'http: unexpected EOF reading trailer' : LONG_TRAILER;
  }

  /** Whole without a byte of body. */
  get empty(): boolean {
    return this.#framing.kind === 'length' && this.#framing.length === 0;
  }

  #full(): boolean {
    return this.#size >= this.#limit;
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#kept.push(bytes);
    this.#size += bytes.length;
  }

  /** Keeps what belongs to the current stretch; returns what follows it. */
  #take(bytes: Buffer): Buffer {
    const mine = bytes.subarray(0, this.#missing);
    this.#keep(mine);
    this.#missing -= mine.length;
    return bytes.subarray(mine.length);
  }

  #chunks(): BodyState {
    for (;;) {
      if (this.#full()) return 'complete';
      if (this.#chunk === 'data') {
        this.#rest = this.#take(this.#rest);
        if (this.#missing > 0) return 'reading';
        this.#chunk = 'data-end';
      }
      if (this.#chunk === 'data-end') {
        if (this.#rest.length < 2) return 'reading';
        if (this.#rest.toString('latin1', 0, 2) !== '\r\n') return { malformed: 'malformed chunked encoding' };
        this.#rest = this.#rest.subarray(2);
        this.#chunk = 'size';
      }
      if (this.#chunk === 'trailer') return this.#trailer();
      const end = this.#rest.indexOf(0x0a);
      if (end >= MAX_LINE_BYTES || (end < 0 && this.#rest.length >= MAX_LINE_BYTES)) {
        return { malformed: 'header line too long' };
      }
      if (end < 0) return 'reading';
      const line = this.#rest.toString('latin1', 0, end);
      this.#rest = this.#rest.subarray(end + 1);
      const state = this.#sizeLine(line);
      if (state !== 'reading') return state;
    }
  }

  #sizeLine(line: string): BodyState {
    const carriage = line.indexOf('\r');
    if (carriage < 0) return { malformed: 'chunked line ends with bare LF' };
    if (carriage !== line.length - 1) return { malformed: 'invalid CR in chunked line' };
    const digits = line.replace(/[ \t]*\r$/, '').split(';', 1)[0] as string;
    if (digits === '') return { malformed: 'empty hex number for chunk length' };
    if (!/^[0-9a-fA-F]+$/.test(digits)) return { malformed: 'invalid byte in chunk length' };
    if (digits.length > 16) return { malformed: 'http chunk length too large' };
    this.#missing = Number.parseInt(digits, 16);
    this.#chunk = this.#missing === 0 ? 'trailer' : 'data';
    return 'reading';
  }

  /** Models net/http body.readTrailer. */
  #trailer(): BodyState {
    const text = this.#rest.toString('latin1', 0, MAX_LINE_BYTES);
    if (text.length < 2) return 'reading';
    if (text.startsWith('\r\n')) return 'complete';
    const end = text.indexOf('\r\n\r\n');
    if (end < 0) return text.length < MAX_LINE_BYTES ? 'reading' : { malformed: LONG_TRAILER };
    return trailerState(text.slice(0, end + 2));
  }
}

function trailerState(text: string): BodyState {
  const reader = new HeaderReader();
  try {
    for (const line of text.split('\n')) if (reader.line(line.replace(/\r$/, ''))) break;
  } catch (error) {
    if (!(error instanceof MalformedResponse)) throw error;
    return { malformed: error.message };
  }
  return 'complete';
}
