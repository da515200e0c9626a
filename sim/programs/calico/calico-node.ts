import { rfc3339 } from '../../core/clock.ts';
import { parseDuration } from '../../core/duration.ts';
import type { Program, ProgramHost } from '../host.ts';
import { type FlagValues, parseFlags, parseLongFlags, usage } from './flags.ts';
import { genericHealth } from './health/generic-health.ts';
import { CHECK_FLAGS, panic, runChecks } from './health/run-checks.ts';
import type { CalicoProfile } from './profiles.ts';

/** What calico-node does besides probing: the flag that asks for it and the program that it is then. */
export type CalicoModes = Readonly<Record<string, (profile: CalicoProfile) => Program>>;

/** Of these one at most may be given, probe or not. */
const EXCLUSIVE = ['v', 'felix', 'startup', 'confd', 'monitor-addresses'];

const DEFAULT_THRESHOLD = '30s';

/**
 * The program `calico-node` up to v3.32, and master's `calico`: probes, and the parts of a node that have a mode.
 * Models projectcalico/calico node/cmd/calico-node/main.go; master: cmd/calico.
 */
export function calicoNode(profile: CalicoProfile, modes: CalicoModes = {}): Program {
  return (host) => {
    if (breaksAtStart(host)) return;
    if (profile.cli === 'cobra') cobra(host, profile, modes);
    else flagLine(host, profile, modes);
  };
}

/** The port of felix' health is read while the program's packages are set up: a word there breaks every command. */
function breaksAtStart(host: ProgramHost): boolean {
  const port = host.env.FELIX_HEALTHPORT ?? '';
  if (port === '' || /^[+-]?\d+$/.test(port)) return false;
  const message = JSON.stringify(`Failed to parse value for port ${JSON.stringify(port)}`);
  host.write('stderr', `time="${rfc3339(host.clock)}" level=panic msg=${message}\n`);
  panic(host, '(*logrus.Entry) 0xc0001b2070');
  return true;
}

function flagLine(host: ProgramHost, profile: CalicoProfile, modes: CalicoModes): void {
  const parsed = parseFlags(host.args, profile);
  if ('error' in parsed) {
    const asked = parsed.error === 'flag: help requested';
    host.write('stderr', `${asked ? '' : `${parsed.error}\n`}Usage of Calico:\n${usage(profile)}`);
    host.write('stdout', `${parsed.error}\n`);
    host.exit(1);
    return;
  }
  const { values } = parsed;
  const given = (name: string) => values.get(name) === 'true';
  if (EXCLUSIVE.filter(given).length > 1) {
    host.write('stdout', 'More than one incompatible argument provided\n');
    host.exit(1);
    return;
  }
  const wanted = CHECK_FLAGS.filter(given);
  const mode = Object.keys(modes).find(given);
  if (wanted.length > 0) runChecks(host, profile, wanted, threshold(values));
  else if (given('v')) {
    host.write('stdout', `${profile.name}\n`);
    host.exit(0);
  } else if (mode !== undefined) modes[mode]?.(profile)(host);
  else {
    host.write('stdout', 'No valid options provided. Usage:\n');
    host.write('stderr', usage(profile));
    host.exit(1);
  }
}

/** `calico component node health …`, `calico health …`, and the other components under `calico component node`. */
function cobra(host: ProgramHost, profile: CalicoProfile, modes: CalicoModes): void {
  const [first, second, third, ...rest] = host.args;
  if (first === 'health') {
    genericHealth(host, host.args.slice(1));
    return;
  }
  const component = first === 'component' && second === 'node' ? (third ?? '') : '';
  const mode = Object.hasOwn(modes, component) ? modes[component] : undefined;
  if (mode !== undefined) {
    mode(profile)(host);
    return;
  }
  if (component !== 'health') {
    const word = component || (first ?? '');
    host.write('stderr', `Error: unknown command "${word}" for "calico"\n`);
    host.exit(1);
    return;
  }
  const kinds = Object.fromEntries(CHECK_FLAGS.map((name) => [name, 'bool' as const]));
  const parsed = parseLongFlags(rest, { ...kinds, 'threshold-time': 'duration' });
  if ('error' in parsed) {
    host.write('stderr', `Error: ${parsed.error}\nError: ${parsed.error}\n`);
    host.exit(1);
    return;
  }
  const wanted = CHECK_FLAGS.filter((name) => parsed.values.get(name) === 'true');
  if (wanted.length > 0) runChecks(host, profile, wanted, threshold(parsed.values));
  else {
    const flags = '-bird-live, -bird6-live, -felix-live, -bird, -bird6, or -felix';
    host.write('stdout', `calico/node check error: must specify at least one of ${flags}\n`);
    host.exit(1);
  }
}

function threshold(values: FlagValues): number {
  return parseDuration(values.get('threshold-time') ?? DEFAULT_THRESHOLD) ?? 0;
}
