import type { HttpOutcome, TransportFailure } from '../../sim/runtime/transport.ts';
import { BodyReader } from './http1-body.ts';
import { framing, HeadReader, type ResponseHead } from './http1-head.ts';
import { MalformedResponse } from './http1-header.ts';

type BodyEnd = Extract<HttpOutcome, { kind: 'response' }>['bodyEnd'];
/** `broken`: no response at all. `malformed` carries Go's text. */
export type ReadResult = HttpOutcome | { kind: 'broken'; cause: 'eof' | 'malformed'; detail?: string };

/**
 * Puts a response together from the bytes of a connection, the way Go's client reads it: informational responses are
 * skipped, 101 is final.
 */
export class ResponseReader {
  readonly #maxBodyBytes: number;
  #rest: Buffer = Buffer.alloc(0);
  /** A byte came. */
  #answered = false;
  #headReader = new HeadReader();
  #head: ResponseHead | undefined;
  #body: BodyReader | undefined;

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** Takes bytes; returns the result as soon as it is certain. */
  push(chunk: Buffer): ReadResult | undefined {
    this.#answered = true;
    if (this.#body !== undefined) return this.#pushBody(this.#body, chunk);
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    return this.#guarded(() => this.#readHead());
  }

  /** The other end closed. */
  end(): ReadResult {
    if (!this.#answered) return { kind: 'broken', cause: 'eof' };
    if (this.#body !== undefined) {
      const missing = this.#body.end();
      return missing === undefined ? this.#response('complete') : this.#response('short', missing);
    }
    const cut: ReadResult = { kind: 'broken', cause: 'malformed', detail: 'unexpected EOF' };
    // A last line without an end is a line, too.
    const line = this.#rest.toString('latin1');
    const finish = () => {
      if (line !== '') this.#headReader.line(line);
      this.#headReader.end();
      return undefined;
    };
    return this.#guarded(finish) ?? cut;
  }

  /** The connection broke, or the time is over. */
  interrupted(failure: TransportFailure, text: string): HttpOutcome {
    if (this.#body !== undefined) return this.#response(failure.cause === 'timeout' ? 'timeout' : 'reset', failure);
    if (!this.#answered || failure.cause === 'timeout') return { kind: 'failed', failure };
    return { kind: 'failed', failure: { ...failure, cause: 'malformed', detail: text } };
  }

  #guarded(read: () => ReadResult | undefined): ReadResult | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof MalformedResponse)) throw error;
      return { kind: 'broken', cause: 'malformed', detail: error.message };
    }
  }

  #readHead(): ReadResult | undefined {
    for (;;) {
      const end = this.#rest.indexOf(0x0a);
      if (end < 0) return undefined;
      const line = this.#rest.toString('latin1', 0, end).replace(/\r$/, '');
      this.#rest = this.#rest.subarray(end + 1);
      const head = this.#headReader.line(line);
      if (head === undefined) continue;
      const frame = framing(head);
      if (head.status >= 100 && head.status < 200 && head.status !== 101) {
        this.#headReader = new HeadReader();
        continue;
      }
      this.#head = head;
      this.#body = new BodyReader(frame, this.#maxBodyBytes);
      return this.#body.empty ? this.#response('complete') : this.#pushBody(this.#body, this.#rest);
    }
  }

  #pushBody(body: BodyReader, chunk: Buffer): ReadResult | undefined {
    const state = body.push(chunk);
    if (state === 'reading') return undefined;
    return state === 'complete' ? this.#response('complete') : this.#response('malformed', state.malformed);
  }

  #response(bodyEnd: BodyEnd, why?: string | TransportFailure): HttpOutcome {
    const { status, headers, protocol } = this.#head as ResponseHead;
    const body = (this.#body as BodyReader).bytes();
    const response = { kind: 'response', status, headers, body, bodyEnd, protocol } as const;
    if (why === undefined) return response;
    const bodyFailure: TransportFailure =
      typeof why === 'string' ? { phase: 'exchange', cause: 'malformed', detail: why } : why;
    return { ...response, bodyFailure };
  }
}
