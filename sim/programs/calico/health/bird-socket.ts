import type { ProgramHost } from '../../host.ts';

const LINE_TIMEOUT_MS = 2000;
/** bufio.Scanner's longest line. */
const MAX_LINE = 64 * 1024;

/** The problems of asking BIRD: no connection, trouble while its answer was read, a line that Go's slices cannot take. */
export type BirdProblem = { kind: 'connect' | 'read' | 'panic'; text: string };

/** Where BIRD is asked: Calico's own directory if there is something that is no directory, else Debian's. */
export function birdSocket(host: Pick<ProgramHost, 'files'>, version: '4' | '6'): string {
  const name = version === '4' ? 'bird.ctl' : 'bird6.ctl';
  const path = `/var/run/calico/${name}`;
  return host.files.exists(path) && !host.files.isDirectory(path) ? path : `/var/run/bird/${name}`;
}

/**
 * Sends a command to BIRD's control socket and hands over the lines of its answer, until `line` says `end` or the
 * connection ends, or it finds a problem. Each line may take two seconds.
 * Models projectcalico/calico node/pkg/health/bird/bird.go.
 */
export function askBird(
  host: ProgramHost,
  version: '4' | '6',
  command: string,
  line: (text: string) => 'more' | 'end' | BirdProblem,
  done: (problem: BirdProblem | undefined) => void,
): void {
  const path = birdSocket(host, version);
  host.dialUnix({ path }, (outcome) => {
    if (outcome.kind === 'failed') {
      const text = `unable to connect to BIRDv${version} socket: dial unix ${path}: connect: ${DIAL_ERRORS[outcome.cause]}`;
      done({ kind: 'connect', text });
      return;
    }
    const { connection } = outcome;
    const reader = new LineReader();
    let over = false;
    const finish = (problem?: BirdProblem): void => {
      if (over) return;
      over = true;
      host.clock.clearTimeout(timer);
      connection.close();
      done(problem);
    };
    const expire = () => finish({ kind: 'read', text: `read unix @->${path}: i/o timeout` });
    let timer = host.clock.setTimeout(expire, LINE_TIMEOUT_MS);
    const take = (lines: readonly string[]): void => {
      for (const text of lines) {
        if (over) return;
        host.clock.clearTimeout(timer);
        timer = host.clock.setTimeout(expire, LINE_TIMEOUT_MS);
        const next = line(text);
        if (next !== 'more') finish(next === 'end' ? undefined : next);
      }
    };
    connection.onData((data) => {
      take(reader.push(data));
      if (reader.tooLong) finish({ kind: 'read', text: 'bufio.Scanner: token too long' });
    });
    connection.onClose(() => {
      if (over) return;
      take(reader.rest());
      finish();
    });
    connection.send(new TextEncoder().encode(`${command}\n`));
  });
}

const DIAL_ERRORS = {
  'not-found': 'no such file or directory',
  refused: 'connection refused',
  backlog: 'resource temporarily unavailable',
} as const;

/** Lines of a stream as bufio.Scanner gives them: without their ends, CR LF included. */
class LineReader {
  readonly #decoder = new TextDecoder();
  #text = '';
  tooLong = false;

  /** Lines up to one that is too long. */
  push(data: Uint8Array): string[] {
    const whole = (this.#text + this.#decoder.decode(data)).split('\n');
    const long = whole.findIndex((line) => line.length >= MAX_LINE);
    this.tooLong = long >= 0;
    const lines = this.tooLong ? whole.slice(0, long + 1) : whole;
    this.#text = lines.pop() ?? '';
    return lines.map((line) => line.replace(/\r$/, ''));
  }

  /** What stood after the last line end. */
  rest(): string[] {
    const line = this.#text.replace(/\r$/, '');
    this.#text = '';
    return line === '' ? [] : [line];
  }
}
