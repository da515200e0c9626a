import type { ClientOutcome } from '../host.ts';
import type { AppletCall } from './applets.ts';
import { fetch, option, parseUrl, type Url } from './client.ts';
import { type Run, sleepFor, type Wait } from './shell-system.ts';

const decoder = new TextDecoder();
/** HTTP answers after which another try may help. Models curl 7.88 src/tool_operate.c post_per_transfer. */
const TRANSIENT = new Set([408, 429, 500, 502, 503, 504]);

interface Attempt {
  outcome: ClientOutcome;
  /** curl's exit code and message; undefined if it has an answer it accepts. */
  failure: { code: number; message: string } | undefined;
  /** Why it would be tried again. */
  transient: string | undefined;
}

/** The command `curl`: one URL, `-s -S -f -m -o -w`, and `--retry` with its delays. */
export function* curl(call: AppletCall): Run {
  const { args, io } = call;
  const text = args.findLast((argument, i) => /[./:]/.test(argument) && !argument.startsWith('-') && !isValue(args, i));
  const url = text === undefined ? undefined : parseUrl(text);
  if (url === undefined) {
    io.err.write("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  const silent = has(args, 's', '--silent');
  const delay = seconds(args, '--retry-delay') ?? 0;
  let left = Number(option(args, '--retry', '--retry') ?? 0);
  let pause = 1000;
  for (;;) {
    const attempt = yield* once(call, url);
    if (attempt.transient === undefined || left <= 0) return finish(call, attempt, silent);
    const wait = delay > 0 ? delay : pause;
    pause = Math.min(pause * 2, 600_000);
    if (!silent) {
      const plural = left === 1 ? 'retry' : 'retries';
      const waits = `${wait / 1000} second${wait === 1000 ? '' : 's'}`;
      io.err.write(`Warning: Problem: ${attempt.transient}. Will retry in ${waits}. ${left} ${plural} left.\n`);
    }
    left--;
    yield sleepFor(call.system, wait, { child: true });
  }
}

function* once(call: AppletCall, url: Url): Generator<Wait, Attempt, void> {
  const { args } = call;
  const limit = seconds(args, '--max-time', '-m');
  const outcome = yield* fetch(call, url, limit, 'curl/7.88.1');
  if (outcome.kind === 'failed') {
    const failure = failureOf(outcome.cause, url, seconds(args, '--connect-timeout') !== undefined);
    const refused = failure.code === 7 && args.includes('--retry-connrefused') ? 'connection refused' : undefined;
    return { outcome, failure, transient: failure.code === 28 || failure.code === 6 ? 'timeout' : refused };
  }
  const transient = TRANSIENT.has(outcome.status) ? 'HTTP error' : undefined;
  const failure =
    has(args, 'f', '--fail') && outcome.status >= 400
      ? { code: 22, message: `The requested URL returned error: ${outcome.status}` }
      : undefined;
  return { outcome, failure, transient };
}

function failureOf(
  cause: Extract<ClientOutcome, { kind: 'failed' }>['cause'],
  url: Url,
  connectTimeout: boolean,
): { code: number; message: string } {
  switch (cause) {
    case 'refused':
      return { code: 7, message: `Failed to connect to ${url.host} port ${url.port}: Connection refused` };
    case 'no-such-host':
      return { code: 6, message: `Could not resolve host: ${url.host}` };
    case 'timeout':
      return { code: 28, message: 'Operation timed out' };
    case 'reset':
      return { code: 56, message: 'Recv failure: Connection reset by peer' };
    case 'tls':
      return { code: 35, message: 'OpenSSL SSL_connect: SSL_ERROR_SYSCALL' };
    case 'eof':
      return { code: 52, message: 'Empty reply from server' };
    default:
      // Nobody at that address: with a limit for connecting it is that which ends the attempt.
      return connectTimeout
        ? { code: 28, message: 'Connection timed out' }
        : { code: 7, message: `Failed to connect to ${url.host} port ${url.port}: No route to host` };
  }
}

function finish({ args, io }: AppletCall, { outcome, failure }: Attempt, silent: boolean): number {
  if (failure !== undefined) {
    if (!silent || has(args, 'S', '--show-error')) io.err.write(`curl: (${failure.code}) ${failure.message}\n`);
    return failure.code;
  }
  if (outcome.kind === 'failed') return 0;
  if (option(args, '-o', '--output') !== '/dev/null') io.out.write(decoder.decode(outcome.body));
  if (option(args, '-w', '--write-out')?.includes('%{http_code}')) io.out.write(String(outcome.status));
  return 0;
}

function has(args: readonly string[], letter: string, long: string): boolean {
  return args.some((argument) => argument === long || new RegExp(`^-[a-zA-Z]*${letter}`).test(argument));
}

function seconds(args: readonly string[], long: string, short = long): number | undefined {
  const value = option(args, short, long);
  return value === undefined ? undefined : Number(value) * 1000;
}

const WITH_VALUE =
  /^(?:-[mowHdX]|--(?:max-time|output|write-out|header|data|request|retry|retry-delay|retry-max-time|connect-timeout))$/;

/** True for the word behind an option that takes one. */
function isValue(args: readonly string[], index: number): boolean {
  return WITH_VALUE.test(args[index - 1] ?? '');
}
