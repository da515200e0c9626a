import type { Program, UnixDialOutcome } from '../../host.ts';

const DEFAULT_SOCKET = '/var/run/bird.ctl';
const ERRORS: Record<Extract<UnixDialOutcome, { kind: 'failed' }>['cause'], string> = {
  'not-found': 'No such file or directory',
  refused: 'Connection refused',
  backlog: 'Resource temporarily unavailable',
};

/**
 * BIRD's client for one command: prints the greeting and the answer without their codes. It waits for BIRD without a limit.
 * Models bird 1.6 client/client.c, birdcl.c.
 */
export const birdcl: Program = (host) => {
  const { socket, command } = commandLine(host.args);
  host.dialUnix({ path: socket }, (outcome) => {
    if (outcome.kind === 'failed') {
      host.write('stderr', `Unable to connect to server control socket (${socket}): ${ERRORS[outcome.cause]}\n`);
      host.exit(1);
      return;
    }
    let rest = '';
    let asked = false;
    outcome.connection.onData((data) => {
      const lines = (rest + new TextDecoder().decode(data)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const { text, last, failed } = answerLine(line);
        if (text !== undefined) host.write('stdout', `${text}\n`);
        if (!last) continue;
        if (asked || command === '') host.exit(failed ? 1 : 0);
        else outcome.connection.send(new TextEncoder().encode(`${command}\n`));
        asked = true;
      }
    });
    outcome.connection.onClose(() => {
      host.write('stderr', 'Connection closed by server.\n');
      host.exit(1);
    });
  });
};

function commandLine(args: readonly string[]): { socket: string; command: string } {
  const words = [...args];
  let socket = DEFAULT_SOCKET;
  while (words[0]?.startsWith('-')) {
    if (words.shift() === '-s') socket = words.shift() ?? socket;
  }
  return { socket, command: words.join(' ') };
}

/** A line of BIRD's protocol: `1000-` goes on, a code and a blank is the last, a leading blank belongs to the code before. */
function answerLine(line: string): { text: string | undefined; last: boolean; failed: boolean } {
  const coded = /^(\d{4})([ -])(.*)$/.exec(line);
  if (coded === null) return { text: line.replace(/^[ +]/, ''), last: false, failed: false };
  const [, code = '', separator, text = ''] = coded;
  // 0000 ends an answer and says nothing; 8 and 9 are errors.
  return { text: code === '0000' ? undefined : text, last: separator === ' ', failed: /^[89]/.test(code) };
}
