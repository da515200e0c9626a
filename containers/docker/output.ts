import { StringDecoder } from 'node:string_decoder';

type StreamName = 'stdout' | 'stderr';

/** A line longer than this is cut in two, as the engines' own log files do. */
const MAX_LINE = 16_384;
/** What the kubelet takes for FallbackToLogsOnError. */
const TAIL_LINES = 80;
const TAIL_BYTES = 2048;

/** Splits the engine's multiplexed stream of stdout and stderr; with a TTY there is one raw stream. */
export function demultiplex(
  stream: NodeJS.ReadableStream,
  tty: boolean,
  onData: (name: StreamName, data: Buffer) => void,
  onEnd: () => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    onEnd();
  };
  stream.on('data', (chunk: Buffer) => {
    if (tty) {
      onData('stdout', chunk);
      return;
    }
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 8 && rest.length >= 8 + rest.readUInt32BE(4)) {
      const length = rest.readUInt32BE(4);
      onData(rest[0] === 2 ? 'stderr' : 'stdout', rest.subarray(8, 8 + length));
      rest = rest.subarray(8 + length);
    }
  });
  stream.on('end', end);
  stream.on('close', end);
  stream.on('error', end);
}

/** Cuts both streams of a container into lines and keeps the last of them. */
export class LineReader {
  readonly #onLine: (stream: StreamName, line: string) => void;
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  readonly #rest: Record<StreamName, string> = { stdout: '', stderr: '' };
  readonly #tail: string[] = [];

  constructor(onLine: (stream: StreamName, line: string) => void) {
    this.#onLine = onLine;
  }

  write(stream: StreamName, data: Buffer): void {
    const lines = (this.#rest[stream] + this.#decoders[stream].write(data)).split('\n');
    this.#rest[stream] = lines.pop() ?? '';
    for (const line of lines) this.#line(stream, line);
    while (this.#rest[stream].length > MAX_LINE) {
      this.#line(stream, this.#rest[stream].slice(0, MAX_LINE));
      this.#rest[stream] = this.#rest[stream].slice(MAX_LINE);
    }
  }

  /** An unfinished last line counts, too. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#rest[stream] !== '') this.#line(stream, this.#rest[stream]);
      this.#rest[stream] = '';
    }
  }

  /** The last lines, at most as many as the kubelet would take; unfinished ones, too. */
  get tail(): string {
    const unfinished = [this.#rest.stdout, this.#rest.stderr].filter((line) => line !== '');
    const text = [...this.#tail, ...unfinished]
      .slice(-TAIL_LINES)
      .map((line) => `${line}\n`)
      .join('');
    return text.length > TAIL_BYTES ? text.slice(-TAIL_BYTES) : text;
  }

  #line(stream: StreamName, raw: string): void {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    this.#tail.push(line);
    if (this.#tail.length > TAIL_LINES) this.#tail.shift();
    this.#onLine(stream, line);
  }
}

/** Collects an exec's output, cut at `limit` bytes a stream. */
export class OutputBuffer {
  readonly #chunks: Record<StreamName, Buffer[]> = { stdout: [], stderr: [] };
  readonly #size: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  write(stream: StreamName, data: Buffer): void {
    const room = this.#limit - this.#size[stream];
    if (room <= 0) return;
    this.#chunks[stream].push(data.subarray(0, room));
    this.#size[stream] += Math.min(room, data.length);
  }

  text(stream: StreamName): string {
    return Buffer.concat(this.#chunks[stream]).toString('utf8');
  }
}
