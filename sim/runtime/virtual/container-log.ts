import type { NotedLine } from '../../programs/host.ts';

/** Kept at most, as the kubelet reads for FallbackToLogsOnError: 80 lines and 2048 bytes. */
const MAX_LINES = 80;
const MAX_BYTES = 2048;

/** A container's output: complete lines go out, the last ones are kept. */
export class ContainerLog {
  readonly #line: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly #rest = { stdout: '', stderr: '' };
  /** A ring, with `#oldest` first once it is full; of a line that is yet to be made also when it was noted. */
  readonly #kept: (string | NotedLine)[] = [];
  readonly #notedAt: number[] = [];
  #oldest = 0;

  constructor(line: (stream: 'stdout' | 'stderr', line: string) => void) {
    this.#line = line;
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    // One whole line: what a program nearly always writes.
    if (this.#rest[stream] === '' && text !== '' && text.indexOf('\n') === text.length - 1) {
      this.#emit(stream, text.slice(0, -1), '\n');
      return;
    }
    const lines = (this.#rest[stream] + text).split('\n');
    this.#rest[stream] = lines.pop() ?? '';
    for (const line of lines) this.#emit(stream, line, '\n');
  }

  /** Keeps a line that does not go out; it is made when the tail is read. */
  note(line: NotedLine, at: number): void {
    this.#keep(line, at);
  }

  /** The container is over: what has no newline is a line, too. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#rest[stream] !== '') this.#emit(stream, this.#rest[stream], '');
      this.#rest[stream] = '';
    }
  }

  get tail(): string {
    const lines = this.#kept.map((line, i) => (typeof line === 'string' ? line : `${line(this.#notedAt[i] ?? 0)}\n`));
    const text = [...lines.slice(this.#oldest), ...lines.slice(0, this.#oldest)].join('');
    const bytes = new TextEncoder().encode(text);
    return bytes.length <= MAX_BYTES ? text : new TextDecoder().decode(bytes.subarray(bytes.length - MAX_BYTES));
  }

  #emit(stream: 'stdout' | 'stderr', line: string, end: string): void {
    this.#keep(line + end, 0);
    this.#line(stream, line);
  }

  #keep(line: string | NotedLine, at: number): void {
    const full = this.#kept.length === MAX_LINES;
    const place = full ? this.#oldest : this.#kept.length;
    this.#kept[place] = line;
    this.#notedAt[place] = at;
    if (full) this.#oldest = (this.#oldest + 1) % MAX_LINES;
  }
}
