import { parseScript } from './parser.ts';
import { absolute } from './paths.ts';
import { LoopControl, type Scope, ShellExit } from './scope.ts';
import type { Shell } from './shell.ts';
import type { Run } from './shell-system.ts';

export type Builtin = (shell: Shell, scope: Scope, args: readonly string[]) => number | Run;

const SIGNALS: Readonly<Record<string, string>> = {
  '0': 'EXIT',
  '1': 'HUP',
  '2': 'INT',
  '3': 'QUIT',
  '9': 'KILL',
  '10': 'USR1',
  '15': 'TERM',
};

/** A signal's name without SIG, from a name or a number; undefined if there is none. */
function signalName(text: string): string | undefined {
  const name = SIGNALS[text] ?? text.toUpperCase().replace(/^SIG/, '');
  return Object.values(SIGNALS).includes(name) ? name : undefined;
}

function trap(_shell: Shell, scope: Scope, args: readonly string[]): number {
  const [action, ...names] = args[0] === '--' ? args.slice(1) : args;
  if (action === undefined) return 0;
  for (const text of names.length === 0 ? [action] : names) {
    const name = signalName(text);
    if (name === undefined) {
      scope.io.err.write(`sh: trap: ${text}: invalid signal specification\n`);
      return 1;
    }
    if (names.length === 0 || action === '-') scope.traps.delete(name);
    else scope.traps.set(name, action === '' ? 'ignore' : parseScript(action));
  }
  return 0;
}

function kill(shell: Shell, scope: Scope, args: readonly string[]): number {
  const rest = [...args];
  let signal: string | undefined = 'TERM';
  if (rest[0] === '-s') signal = signalName(rest.splice(0, 2)[1] ?? '');
  else if (rest[0]?.startsWith('-')) signal = signalName((rest.shift() ?? '').slice(1));
  if (signal === undefined || rest.length === 0) {
    scope.io.err.write(signal === undefined ? `sh: bad signal name\n` : 'sh: you need to specify whom to kill\n');
    return 1;
  }
  let code = 0;
  for (const text of rest) {
    const pid = Number(text);
    if (!/^-?\d+$/.test(text)) {
      scope.io.err.write(`sh: invalid number '${text}'\n`);
      code = 1;
    } else if (!shell.kill(pid, signal)) {
      scope.io.err.write(`sh: can't kill pid ${pid}: No such process\n`);
      code = 1;
    }
  }
  return code;
}

function* wait(shell: Shell, scope: Scope, args: readonly string[]): Run {
  const jobs =
    args.length === 0 ? [...shell.jobs.values()] : args.map((pid) => shell.jobs.get(Number(pid.replace('%', ''))));
  let code = 0;
  for (const job of jobs) {
    if (job === undefined) {
      code = 127;
      continue;
    }
    while (!job.thread.over) {
      const { trapped } = shell;
      yield {
        interruptible: true,
        start: (resume) => {
          job.waiters.add(resume);
          return () => job.waiters.delete(resume);
        },
      };
      // A trap ended the wait, not the job.
      if (shell.trapped > trapped) return 143;
    }
    code = args.length === 0 ? 0 : job.code;
  }
  shell.forgetJobs();
  void scope;
  return code;
}

function setOptions(_shell: Shell, scope: Scope, args: readonly string[]): number {
  for (const [i, argument] of args.entries()) {
    if (argument === '--') {
      scope.positional = args.slice(i + 1);
      break;
    }
    if (/^[-+][a-z]*e/.test(argument)) scope.exitOnError = argument.startsWith('-');
  }
  return 0;
}

function assignAll(scope: Scope, args: readonly string[], exported: boolean): number {
  for (const argument of args) {
    const [, name = argument, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(argument) ?? [];
    if (value !== undefined) scope.variables.set(name, value);
    if (exported) scope.exported.add(name);
  }
  return 0;
}

function cd(shell: Shell, scope: Scope, args: readonly string[]): number {
  const target = args[0] ?? scope.variables.get('HOME') ?? '/';
  const path = absolute(scope.cwd, target);
  if (!shell.system.files.isDirectory(path)) {
    scope.io.err.write(`sh: cd: can't cd to ${target}: No such file or directory\n`);
    return 1;
  }
  scope.cwd = path;
  return 0;
}

function loopControl(kind: 'break' | 'continue'): Builtin {
  return (_shell, _scope, args) => {
    throw new LoopControl(kind, Number(args[0] ?? 1));
  };
}

function read(_shell: Shell, scope: Scope, args: readonly string[]): number {
  const names = args.filter((argument) => !argument.startsWith('-'));
  const end = scope.io.stdin.indexOf('\n');
  const line = end < 0 ? scope.io.stdin : scope.io.stdin.slice(0, end);
  const empty = scope.io.stdin === '';
  scope.io = { ...scope.io, stdin: end < 0 ? '' : scope.io.stdin.slice(end + 1) };
  const fields = line.trim().split(/[ \t]+/);
  for (const [i, name] of names.entries()) {
    scope.variables.set(name, i === names.length - 1 ? fields.slice(i).join(' ') : (fields[i] ?? ''));
  }
  return empty ? 1 : 0;
}

/** `$0` stays where it is. */
function shift(_shell: Shell, scope: Scope, args: readonly string[]): number {
  const [name = 'sh', ...rest] = scope.positional;
  scope.positional = [name, ...rest.slice(Number(args[0] ?? 1))];
  return 0;
}

/** Commands that are the shell's own. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  [':', () => 0],
  [
    'exit',
    (_shell, scope, args) => {
      throw new ShellExit(args[0] === undefined ? scope.status : Number(args[0]) & 255);
    },
  ],
  ['trap', trap],
  ['kill', kill],
  ['wait', wait],
  ['set', setOptions],
  ['export', (_shell, scope, args) => assignAll(scope, args, true)],
  ['readonly', (_shell, scope, args) => assignAll(scope, args, false)],
  ['local', (_shell, scope, args) => assignAll(scope, args, false)],
  [
    'unset',
    (_shell, scope, args) => {
      for (const name of args) scope.variables.delete(name);
      return 0;
    },
  ],
  ['cd', cd],
  ['shift', shift],
  ['break', loopControl('break')],
  ['continue', loopControl('continue')],
  ['read', read],
  ['umask', () => 0],
  ['ulimit', () => 0],
]);
