import { fileApplets } from './applets-files.ts';
import { networkApplets } from './applets-network.ts';
import { textApplets } from './applets-text.ts';
import { type Run, type ShellIo, type ShellSystem, sleepFor } from './shell-system.ts';
import { test } from './test-command.ts';

/** A command as it is called: `args` without its name. */
export interface AppletCall {
  name: string;
  args: readonly string[];
  io: ShellIo;
  system: ShellSystem;
  env: Readonly<Record<string, string>>;
  cwd: string;
}

/** A command of busybox. Ends with its exit code, at once or after waiting. */
export type Applet = (call: AppletCall) => number | Run;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, '': 1000 };

function sleep(call: AppletCall): number | Run {
  if (call.args.length === 0) {
    call.io.err.write('BusyBox v1.35.0 multi-call binary.\n\nUsage: sleep [N]...\n');
    return 1;
  }
  let total = 0;
  for (const argument of call.args) {
    const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(argument);
    if (argument === 'infinity' || argument === 'inf') total = Number.POSITIVE_INFINITY;
    else if (match === null) {
      call.io.err.write(`sleep: invalid number '${argument}'\n`);
      return 1;
    } else total += Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1000);
  }
  return waitFor(call, total);
}

function* waitFor(call: AppletCall, ms: number): Run {
  if (Number.isFinite(ms)) yield sleepFor(call.system, ms, { child: true });
  else yield { child: true, start: () => () => {} };
  return 0;
}

function date({ args, io, system }: AppletCall): number {
  const now = new Date(system.clock.epochMs + system.clock.now());
  const format = args.find((argument) => argument.startsWith('+'));
  const two = (number: number) => String(number).padStart(2, '0');
  if (format === undefined) {
    io.out.write(`${now.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+) ([\d:]+) GMT$/, '$1 $3 $2 $5 UTC $4')}\n`);
    return 0;
  }
  const fields: Readonly<Record<string, string>> = {
    s: String(Math.floor(now.getTime() / 1000)),
    Y: String(now.getUTCFullYear()),
    m: two(now.getUTCMonth() + 1),
    d: two(now.getUTCDate()),
    H: two(now.getUTCHours()),
    M: two(now.getUTCMinutes()),
    S: two(now.getUTCSeconds()),
    F: now.toISOString().slice(0, 10),
    T: now.toISOString().slice(11, 19),
  };
  // busybox has no %N and leaves it as it is.
  io.out.write(
    `${format.slice(1).replace(/%([a-zA-Z%])/g, (all, letter: string) => (letter === '%' ? '%' : (fields[letter] ?? all)))}\n`,
  );
  return 0;
}

function id({ args, io, system }: AppletCall): number {
  const names = system.uid === 0 ? '(root)' : '';
  if (args[0] === '-u') io.out.write(`${system.uid}\n`);
  else io.out.write(`uid=${system.uid}${names} gid=0${names} groups=0${names}\n`);
  return 0;
}

/** Every command, by name. */
export const APPLETS: ReadonlyMap<string, Applet> = new Map<string, Applet>([
  ['true', () => 0],
  ['false', () => 1],
  ['sleep', sleep],
  ['date', date],
  ['id', id],
  ['test', (call) => test(call, false)],
  ['[', (call) => test(call, true)],
  ['hostname', (call) => say(call, `${call.system.hostname}\n`)],
  ['whoami', (call) => say(call, call.system.uid === 0 ? 'root\n' : `${call.system.uid}\n`)],
  ['env', printenv],
  ['printenv', printenv],
  ['pwd', (call) => say(call, `${call.cwd}\n`)],
  ...fileApplets,
  ...textApplets,
  ...networkApplets,
]);

function say(call: AppletCall, text: string): number {
  call.io.out.write(text);
  return 0;
}

function printenv({ args, io, env }: AppletCall): number {
  if (args.length === 0)
    io.out.write(
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
  for (const name of args) {
    if (env[name] === undefined) return 1;
    io.out.write(`${env[name]}\n`);
  }
  return 0;
}
