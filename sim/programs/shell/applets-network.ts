import type { DialOutcome } from '../host.ts';
import type { Applet, AppletCall } from './applets.ts';
import { fetch, option, parseUrl } from './client.ts';
import { curl } from './curl.ts';
import { absolute } from './paths.ts';
import type { Run } from './shell-system.ts';

const decoder = new TextDecoder();

function* wget(call: AppletCall): Run {
  const { args, io } = call;
  const text = args.findLast((argument) => /^https?:\/\/|^[\w.]+(?::\d+)?(?:\/|$)/.test(argument));
  const url = text === undefined ? undefined : parseUrl(text);
  if (url === undefined) {
    io.err.write('wget: missing URL\n');
    return 1;
  }
  const timeout = option(args, '-T', '--timeout');
  const quiet = args.some((argument) => /^-[a-zA-Z]*q/.test(argument) || argument === '--quiet');
  if (!quiet) io.err.write(`Connecting to ${url.host}:${url.port} (${url.host}:${url.port})\n`);
  const outcome = yield* fetch(call, url, timeout === undefined ? undefined : Number(timeout) * 1000, 'Wget');
  if (outcome.kind === 'failed') {
    const reasons: Record<string, string> = {
      refused: `can't connect to remote host (${url.host}): Connection refused`,
      'no-such-host': `bad address '${url.host}'`,
      timeout: 'download timed out',
      reset: 'error getting response: Connection reset by peer',
    };
    io.err.write(`wget: ${reasons[outcome.cause] ?? 'error getting response'}\n`);
    return 1;
  }
  if (outcome.status >= 400) {
    io.err.write(`wget: server returned error: HTTP/1.1 ${outcome.status} ${REASONS[outcome.status] ?? ''}\n`);
    return 1;
  }
  const target = option(args, '-O', '--output-document');
  const spider = args.includes('--spider');
  if (!spider && (target === '-' || args.some((argument) => /^-[a-zA-Z]*O-$/.test(argument))))
    io.out.write(decoder.decode(outcome.body));
  else if (!spider)
    call.system.files.tryWrite(
      absolute(call.cwd, target ?? (url.target.split('/').pop() || 'index.html')),
      outcome.body,
    );
  return 0;
}

function* nc(call: AppletCall): Run {
  const numbers = call.args.filter((argument, i) => !argument.startsWith('-') && call.args[i - 1] !== '-w');
  const [host = '', port = ''] = numbers;
  const seconds = option(call.args, '-w', '--wait');
  let outcome: DialOutcome | undefined;
  yield {
    child: true,
    start: (resume) => {
      const timeout = seconds === undefined ? {} : { timeoutMs: Number(seconds) * 1000 };
      call.system.dialTcp({ host, port: Number(port), ...timeout }, (got) => {
        outcome = got;
        resume();
      });
      return () => {};
    },
  };
  if (outcome?.kind === 'connected') {
    outcome.connection.close();
    return 0;
  }
  const reason =
    outcome?.cause === 'refused'
      ? 'Connection refused'
      : outcome?.cause === 'no-such-host'
        ? undefined
        : 'Connection timed out';
  call.io.err.write(
    reason === undefined ? `nc: bad address '${host}'\n` : `nc: ${host} (${host}:${port}): ${reason}\n`,
  );
  return 1;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

export const networkApplets: readonly (readonly [string, Applet])[] = [
  ['wget', wget],
  ['curl', curl],
  ['nc', nc],
];
