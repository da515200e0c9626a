import { parseDuration } from '../../core/duration.ts';

/** The flags of probeapp as they were given; durations in milliseconds. */
export interface ProbeappFlags {
  addr: string;
  https: readonly string[];
  tcp: readonly string[];
  grpc: string | undefined;
  startDelay: number;
  okAfter: number;
  failAfter: number | undefined;
  termDelay: number;
  ignoreTerm: boolean;
  termUnready: boolean;
  termExitCode: number;
  termMsg: string | undefined;
  termMsgPath: string;
  exitAfter: number | undefined;
  exitCode: number;
  exitLog: readonly string[];
  exitSignal: string | undefined;
  allocMiB: number;
  allocAfter: number;
  children: number;
  script: readonly { at: number; set: Readonly<Record<string, string>> }[];
  failFirst: number;
  countFile: string;
  listenFor: number | undefined;
}

const NAMES = [
  'addr',
  'https',
  'tcp',
  'grpc',
  'start-delay',
  'ok-after',
  'fail-after',
  'term-delay',
  'ignore-term',
  'term-unready',
  'term-exit-code',
  'term-msg',
  'term-msg-path',
  'exit-after',
  'exit-code',
  'exit-log',
  'exit-signal',
  'alloc',
  'alloc-after',
  'children',
  'script',
  'fail-first',
  'count-file',
  'listen-for',
];

/** Go's flag syntax: `--name=value`, `-name value`, a bare boolean. Returns the complaint about an unknown one. */
export function parseFlags(args: readonly string[]): ProbeappFlags | string {
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const match = /^--?([a-z-]+)(?:=(.*))?$/s.exec(args[i] ?? '');
    const name = match?.[1];
    if (name === undefined) break;
    if (!NAMES.includes(name)) return `flag provided but not defined: -${name}`;
    const boolean = name === 'ignore-term' || name === 'term-unready';
    given.set(name, match?.[2] ?? (boolean ? 'true' : (args[++i] ?? '')));
  }
  const duration = (name: string) => {
    const text = given.get(name);
    return text === undefined ? undefined : parseDuration(text);
  };
  const list = (name: string, separator: string) =>
    (given.get(name) ?? '').split(separator).filter((part) => part !== '');
  const number = (name: string, fallback: number) => Number(given.get(name) ?? fallback);
  return {
    addr: given.get('addr') ?? ':8080',
    https: list('https', ','),
    tcp: list('tcp', ','),
    grpc: given.get('grpc'),
    startDelay: duration('start-delay') ?? 0,
    okAfter: duration('ok-after') ?? 0,
    failAfter: duration('fail-after'),
    termDelay: duration('term-delay') ?? 0,
    ignoreTerm: given.get('ignore-term') === 'true',
    termUnready: given.get('term-unready') === 'true',
    termExitCode: number('term-exit-code', 0),
    termMsg: given.get('term-msg'),
    termMsgPath: given.get('term-msg-path') ?? '/dev/termination-log',
    exitAfter: duration('exit-after'),
    exitCode: number('exit-code', 0),
    exitLog: list('exit-log', '|'),
    exitSignal: given.get('exit-signal'),
    allocMiB: number('alloc', 0),
    allocAfter: duration('alloc-after') ?? 0,
    children: number('children', 0),
    script: list('script', ',').map(parseStep),
    failFirst: number('fail-first', 0),
    countFile: given.get('count-file') ?? '/tmp/count',
    listenFor: duration('listen-for'),
  };
}

/** `10s:readiness=503&liveness=200` */
function parseStep(text: string): { at: number; set: Record<string, string> } {
  const colon = text.indexOf(':');
  const set: Record<string, string> = {};
  for (const pair of text.slice(colon + 1).split('&')) {
    const equals = pair.indexOf('=');
    if (equals > 0) set[pair.slice(0, equals)] = pair.slice(equals + 1);
  }
  return { at: parseDuration(text.slice(0, colon)) ?? 0, set };
}

/** `:8080`, `127.0.0.1:9000` or `9000`. */
export function parseListenAddress(text: string): { port: number; address?: string } {
  const colon = text.lastIndexOf(':');
  const address = text.slice(0, Math.max(0, colon));
  const port = Number(text.slice(colon + 1));
  return address === '' ? { port } : { port, address };
}
