import type { Program, UnixDialOutcome } from '../../host.ts';
import { expand } from './birdcl-commands.ts';

const DEFAULT_SOCKET = '/var/run/bird.ctl';
const ERRORS: Record<Extract<UnixDialOutcome, { kind: 'failed' }>['cause'], string> = {
  'not-found': 'No such file or directory',
  refused: 'Connection refused',
  backlog: 'Resource temporarily unavailable',
};

const USAGE = 'Usage: birdcl [-s <control-socket>] [-v] [-r] [-l]\n';

interface Options {
  socket: string;
  /** Codes are shown. */
  verbose: boolean;
  restricted: boolean;
  command: string;
}

/**
 * BIRD's client for one command: prints the greeting and the answer without their codes. Words may be shortened. It waits for
 * BIRD without a limit, and what BIRD refuses is no failure of the client.
 * Models bird 1.6 client/client.c, birdcl.c.
 */
export const birdcl: Program = (host) => {
  const options = commandLine(host.args);
  if (typeof options === 'string') {
    host.write('stderr', `birdcl: invalid option -- '${options}'\n${USAGE}`);
    host.exit(1);
    return;
  }
  host.dialUnix({ path: options.socket }, (outcome) => {
    if (outcome.kind === 'failed') {
      host.write(
        'stderr',
        `Unable to connect to server control socket (${options.socket}): ${ERRORS[outcome.cause]}\n`,
      );
      host.exit(1);
      return;
    }
    const { connection } = outcome;
    const questions = options.restricted ? ['restrict', options.command] : [options.command];
    let rest = '';
    const ask = () => {
      const question = questions.shift();
      const asked = question === undefined || question === '' ? { text: '' } : expand(question);
      if ('command' in asked) {
        connection.send(new TextEncoder().encode(`${asked.command}\n`));
        return;
      }
      host.write('stdout', asked.text);
      host.exit(0);
    };
    connection.onData((data) => {
      const lines = (rest + new TextDecoder().decode(data)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { text, last } = answerLine(line, options.verbose);
        if (text !== undefined) host.write('stdout', `${text}\n`);
        if (last) ask();
      }
    });
    connection.onClose(() => {
      host.write('stderr', 'Connection closed by server.\n');
      host.exit(1);
    });
  });
};

/** A string is an option that there is not. */
function commandLine(args: readonly string[]): Options | string {
  const words = [...args];
  const options = { socket: DEFAULT_SOCKET, verbose: false, restricted: false };
  while (words[0]?.startsWith('-')) {
    const option = words.shift() ?? '';
    if (option === '-s') options.socket = words.shift() ?? options.socket;
    else if (option === '-v') options.verbose = true;
    else if (option === '-r') options.restricted = true;
    else if (option !== '-l') return option.slice(1, 2);
  }
  return { ...options, command: words.join(' ') };
}

/** A line of BIRD's protocol: `1000-` goes on, a code and a blank is the last, a leading blank belongs to the code before. */
function answerLine(line: string, verbose: boolean): { text: string | undefined; last: boolean } {
  const coded = /^(\d{4})([ -])(.*)$/.exec(line);
  if (coded === null) return { text: verbose ? `    ${line}` : line.replace(/^[ +]/, ''), last: false };
  const [, code = '', separator, text = ''] = coded;
  const last = separator === ' ';
  // 0000 ends an answer and says nothing.
  if (code === '0000') return { text: undefined, last };
  return { text: verbose ? line : text, last };
}
