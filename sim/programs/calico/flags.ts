import { parseDuration } from '../../core/duration.ts';
import type { CalicoProfile } from './profiles.ts';

/** A flag of calico-node: what kind of value it takes, what its help says. */
interface Flag {
  kind: 'bool' | 'string' | 'int' | 'duration';
  help: string;
  default?: string;
  /** Releases that have it; default all. */
  only?: (profile: CalicoProfile['name']) => boolean;
}

const upTo28 = (name: CalicoProfile['name']) => name !== 'v3.31';
const from31 = (name: CalicoProfile['name']) => name === 'v3.31';

/** Models projectcalico/calico node/cmd/calico-node/main.go. */
const FLAGS: Readonly<Record<string, Flag>> = {
  'allocate-tunnel-addrs': { kind: 'bool', help: 'Configure tunnel addresses for this node' },
  'allocate-tunnel-addrs-run-once': { kind: 'bool', help: 'Run allocate-tunnel-addrs in oneshot mode' },
  'best-effort': {
    kind: 'bool',
    help: 'Used in combination with the init flag. Report errors but do not fail if an error occurs during initialisation.',
  },
  'bird-live': { kind: 'bool', help: 'Run bird liveness checks' },
  'bird-ready': { kind: 'bool', help: 'Run BIRD readiness checks' },
  'bird6-live': { kind: 'bool', help: 'Run bird6 liveness checks' },
  'bird6-ready': { kind: 'bool', help: 'Run BIRD6 readiness checks' },
  bpf: { kind: 'bool', help: 'Run BPF debug tool' },
  'complete-startup': {
    kind: 'bool',
    help: 'Update the NetworkUnavailable condition in Kubernetes on successful startup.',
    only: from31,
  },
  confd: { kind: 'bool', help: 'Run confd' },
  'confd-confdir': { kind: 'string', help: 'Confd configuration directory.', default: '"/etc/calico/confd"' },
  'confd-keep-stage-file': { kind: 'bool', help: 'Keep stage file when running confd' },
  'confd-run-once': { kind: 'bool', help: 'Run confd in oneshot mode' },
  felix: { kind: 'bool', help: 'Run Felix' },
  'felix-live': { kind: 'bool', help: 'Run felix liveness checks' },
  'felix-ready': { kind: 'bool', help: 'Run felix readiness checks' },
  flows: {
    kind: 'int',
    help: 'Fetch a number of Flows. Use a negative value to watch forever.',
    only: from31,
  },
  'hostpath-init': { kind: 'bool', help: 'Initialize hostpaths for non-root access' },
  init: { kind: 'bool', help: 'Do privileged initialisation of a new node (mount file systems etc).' },
  'monitor-addresses': { kind: 'bool', help: 'Monitor change in node IP addresses' },
  'monitor-token': { kind: 'bool', help: 'Watch for Kubernetes token changes, update CNI config' },
  'should-install-windows-upgrade': {
    kind: 'bool',
    help: 'Check if Windows upgrade service should be installed.',
    only: upTo28,
  },
  'show-status': { kind: 'bool', help: 'Print out node status' },
  shutdown: { kind: 'bool', help: 'Do shutdown routine.' },
  startup: { kind: 'bool', help: 'Do non-privileged start-up routine.' },
  'status-reporter': { kind: 'bool', help: 'Run node status reporter' },
  'threshold-time': { kind: 'duration', help: 'Threshold time for bird readiness', default: '30s' },
  'upgrade-windows': { kind: 'bool', help: 'Run Windows upgrade service.', only: upTo28 },
  v: { kind: 'bool', help: 'Display version' },
};

/** Given flags by name; values of `bool` are `true` and `false`. */
export type FlagValues = ReadonlyMap<string, string>;

export type ParsedFlags = { values: FlagValues } | { error: string };

function known(profile: CalicoProfile): [string, Flag][] {
  return Object.entries(FLAGS).filter(([, { only }]) => only === undefined || only(profile.name));
}

/** The list of flags as Go's `flag` prints it. */
export function usage(profile: CalicoProfile): string {
  return known(profile)
    .map(([name, flag]) => {
      const value = flag.kind === 'bool' ? '' : ` ${flag.kind}`;
      // A short name of a boolean leaves room for its help on the same line.
      const gap = flag.kind === 'bool' && name.length === 1 ? '\t' : '\n    \t';
      const help = profile.name === 'v3.31' ? flag.help : flag.help.replace('error occurs', 'error occures');
      return `  -${name}${value}${gap}${help}${flag.default === undefined ? '' : ` (default ${flag.default})`}\n`;
    })
    .join('');
}

/** Models Go's flag.FlagSet.Parse: one or two dashes, a boolean never takes the next word, the first word that is no flag ends it. */
export function parseFlags(args: readonly string[], profile: CalicoProfile): ParsedFlags {
  const flags = new Map(known(profile));
  const values = new Map<string, string>();
  const words = [...args];
  for (let word = words.shift(); word !== undefined && /^-./.test(word) && word !== '--'; word = words.shift()) {
    const text = word.replace(/^--?/, '');
    if (text === '' || text.startsWith('-') || text.startsWith('=')) return { error: `bad flag syntax: ${word}` };
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const flag = flags.get(name);
    if (flag === undefined) {
      return { error: /^h(elp)?$/.test(name) ? 'flag: help requested' : `flag provided but not defined: -${name}` };
    }
    let value = equals < 0 ? undefined : text.slice(equals + 1);
    if (value === undefined && flag.kind === 'bool') value = 'true';
    value ??= words.shift();
    if (value === undefined) return { error: `flag needs an argument: -${name}` };
    const parsed = parseValue(flag, value);
    if ('problem' in parsed) {
      const quoted = JSON.stringify(value);
      const what = flag.kind === 'bool' ? `boolean value ${quoted} for -${name}` : `value ${quoted} for flag -${name}`;
      return { error: `invalid ${what}: ${parsed.problem === 'range' ? 'value out of range' : 'parse error'}` };
    }
    values.set(name, parsed.value);
  }
  return { values };
}

/** Models spf13/pflag as the health command of `calico` uses it: two dashes, flags may follow words. */
export function parseLongFlags(args: readonly string[], names: Readonly<Record<string, Flag['kind']>>): ParsedFlags {
  const values = new Map<string, string>();
  const words = [...args];
  for (let word = words.shift(); word !== undefined && word !== '--'; word = words.shift()) {
    if (!/^-./.test(word)) continue;
    if (!word.startsWith('--')) {
      return { error: `unknown shorthand flag: '${word.charAt(1)}' in ${word}` };
    }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals < 0 ? undefined : equals);
    const kind = Object.hasOwn(names, name) ? names[name] : undefined;
    if (name === '' || name.startsWith('-')) return { error: `bad flag syntax: ${word}` };
    if (kind === undefined) return { error: `unknown flag: --${name}` };
    let value = equals < 0 ? undefined : word.slice(equals + 1);
    if (value === undefined && kind === 'bool') value = 'true';
    value ??= words.shift();
    if (value === undefined) return { error: `flag needs an argument: --${name}` };
    const parsed = parseValue({ kind }, value);
    if ('problem' in parsed) {
      const why = goError(kind, value, parsed.problem);
      return { error: `invalid argument ${JSON.stringify(value)} for "--${name}" flag: ${why}` };
    }
    values.set(name, parsed.value);
  }
  return { values };
}

type Parsed = { value: string } | { problem: 'syntax' | 'range' };

/** The longest time a Go duration can hold, ms. */
const MOST_MS = 2 ** 63 / 1e6;
const SYNTAX: Parsed = { problem: 'syntax' };

function parseValue({ kind }: Pick<Flag, 'kind'>, value: string): Parsed {
  if (kind === 'bool') {
    if (/^(?:1|t|T|TRUE|true|True)$/.test(value)) return { value: 'true' };
    return /^(?:0|f|F|FALSE|false|False)$/.test(value) ? { value: 'false' } : SYNTAX;
  }
  if (kind === 'int') return parseInteger(value);
  if (kind === 'duration') return Math.abs(parseDuration(value) ?? MOST_MS) < MOST_MS ? { value } : SYNTAX;
  return { value };
}

/** Models strconv.ParseInt of base 0: a prefix says the base, underscores may stand between digits. */
function parseInteger(text: string): Parsed {
  const form =
    /^([+-]?)(?:(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+)|0((?:_?[0-7])+)|(0|[1-9](?:_?\d)*))$/;
  const match = form.exec(text);
  if (match === null) return SYNTAX;
  const [, sign, prefixed, octal, decimal = ''] = match;
  const digits = (prefixed ?? (octal === undefined ? decimal : `0o${octal}`)).replaceAll('_', '');
  const value = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return value === BigInt.asIntN(64, value) ? { value: String(value) } : { problem: 'range' };
}

function goError(kind: Flag['kind'], value: string, problem: 'syntax' | 'range'): string {
  const quoted = JSON.stringify(value);
  const why = problem === 'range' ? 'value out of range' : 'invalid syntax';
  if (kind === 'bool') return `strconv.ParseBool: parsing ${quoted}: ${why}`;
  if (kind === 'int') return `strconv.ParseInt: parsing ${quoted}: ${why}`;
  return /^[+-]?\d+(?:\.\d*)?$/.test(value)
    ? `time: missing unit in duration ${quoted}`
    : `time: invalid duration ${quoted}`;
}
