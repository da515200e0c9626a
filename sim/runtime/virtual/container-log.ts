/** Kept at most, as the kubelet reads for FallbackToLogsOnError: 80 lines and 2048 bytes. */
const MAX_LINES = 80;
const MAX_BYTES = 2048;

/** A container's output: complete lines go out, the last ones are kept. */
export class ContainerLog {
  readonly #line: (stream: 'stdout' | 'stderr', line: string) => void;
  readonly #rest = { stdout: '', stderr: '' };
  #kept: (string | (() => string))[] = [];

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
  note(line: () => string): void {
    this.#keep(() => `${line()}\n`);
  }

  /** The container is over: what has no newline is a line, too. */
  close(): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      if (this.#rest[stream] !== '') this.#emit(stream, this.#rest[stream], '');
      this.#rest[stream] = '';
    }
  }

  get tail(): string {
    const text = this.#kept
      .slice(-MAX_LINES)
      .map((line) => (typeof line === 'string' ? line : line()))
      .join('');
    const bytes = new TextEncoder().encode(text);
    return bytes.length <= MAX_BYTES ? text : new TextDecoder().decode(bytes.subarray(bytes.length - MAX_BYTES));
  }

  #emit(stream: 'stdout' | 'stderr', line: string, end: string): void {
    this.#keep(line + end);
    this.#line(stream, line);
  }

  #keep(line: string | (() => string)): void {
    this.#kept.push(line);
    if (this.#kept.length > 2 * MAX_LINES) this.#kept = this.#kept.slice(-MAX_LINES);
  }
}
