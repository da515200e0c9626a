import type { ClientOutcome, DialOutcome } from '../host.ts';
import type { Applet, AppletCall } from './applets.ts';
import { absolute } from './paths.ts';
import type { Run, Wait } from './shell-system.ts';

const decoder = new TextDecoder();

interface Url {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  target: string;
}

function parseUrl(text: string): Url | undefined {
  const match = /^(?:(https?):\/\/)?([^/:?#]+)(?::(\d+))?([/?][^#]*)?/.exec(text);
  if (match === null) return undefined;
  const [, scheme = 'http', host = '', port, target = '/'] = match;
  return {
    scheme: scheme as 'http' | 'https',
    host,
    port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
    target: target.startsWith('?') ? `/${target}` : target,
  };
}

/** Waits for a request's end. */
function* fetch(
  call: AppletCall,
  url: Url,
  timeoutMs: number | undefined,
  agent: string,
): Generator<Wait, ClientOutcome, void> {
  let outcome: ClientOutcome | undefined;
  yield {
    child: true,
    start: (resume) => {
      let dropped = false;
      call.system.request(
        {
          ...url,
          method: 'GET',
          headers: [
            ['Host', url.port === 80 ? url.host : `${url.host}:${url.port}`],
            ['User-Agent', agent],
          ],
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        },
        (got) => {
          outcome = got;
          if (!dropped) resume();
        },
      );
      return () => {
        dropped = true;
      };
    },
  };
  return outcome ?? { kind: 'failed', cause: 'other' };
}

/** The value of an option that may be joined to it (`-T5`, `-T 5`, `--timeout=5`). */
function option(args: readonly string[], short: string, long: string): string | undefined {
  for (const [i, argument] of args.entries()) {
    if (argument === short || argument === long) return args[i + 1];
    if (argument.startsWith(`${long}=`)) return argument.slice(long.length + 1);
    if (short.length === 2 && argument.startsWith(short) && !argument.startsWith('--')) return argument.slice(2);
  }
  return undefined;
}

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

function* curl(call: AppletCall): Run {
  const { args, io } = call;
  const text = args.findLast((argument) => !argument.startsWith('-') && /[./:]/.test(argument));
  const url = text === undefined ? undefined : parseUrl(text);
  if (url === undefined) {
    io.err.write("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  const silent = args.some((argument) => /^-[a-zA-Z]*s/.test(argument) || argument === '--silent');
  const fail = args.some((argument) => /^-[a-zA-Z]*f/.test(argument) || argument === '--fail');
  const seconds = option(args, '-m', '--max-time');
  const outcome = yield* fetch(call, url, seconds === undefined ? undefined : Number(seconds) * 1000, 'curl/7.88.1');
  const complain = (code: number, message: string) => {
    if (!silent || args.some((argument) => /^-[a-zA-Z]*S/.test(argument))) io.err.write(`curl: (${code}) ${message}\n`);
    return code;
  };
  if (outcome.kind === 'failed') {
    if (outcome.cause === 'refused')
      return complain(7, `Failed to connect to ${url.host} port ${url.port}: Connection refused`);
    if (outcome.cause === 'no-such-host') return complain(6, `Could not resolve host: ${url.host}`);
    if (outcome.cause === 'timeout') return complain(28, 'Operation timed out');
    return outcome.cause === 'reset'
      ? complain(56, 'Recv failure: Connection reset by peer')
      : complain(52, 'Empty reply from server');
  }
  if (fail && outcome.status >= 400) return complain(22, `The requested URL returned error: ${outcome.status}`);
  const discarded = option(args, '-o', '--output') === '/dev/null';
  if (!discarded) io.out.write(decoder.decode(outcome.body));
  if (option(args, '-w', '--write-out')?.includes('%{http_code}')) io.out.write(String(outcome.status));
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
