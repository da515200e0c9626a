import type { Applet, AppletCall } from './applets.ts';
import { absolute } from './paths.ts';

const decoder = new TextDecoder();
const EMPTY = new Uint8Array(0);

function options(args: readonly string[]): { flags: string; names: readonly string[] } {
  const end = args.indexOf('--');
  const flags = args
    .filter((argument, i) => /^-[a-zA-Z0-9]+$/.test(argument) && (end < 0 || i < end))
    .join('')
    .replaceAll('-', '');
  return {
    flags,
    names: args.filter(
      (argument, i) => argument !== '--' && (!/^-[a-zA-Z0-9]+$/.test(argument) || (end >= 0 && i > end)),
    ),
  };
}

function cat({ args, io, system, cwd }: AppletCall): number {
  const { names } = options(args);
  let code = 0;
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') {
      io.out.write(io.stdin);
      continue;
    }
    const path = absolute(cwd, name);
    const content = system.files.read(path);
    if (content !== undefined) io.out.write(decoder.decode(content));
    else if (path !== '/dev/null') {
      const directory = system.files.isDirectory(path);
      io.err.write(
        directory ? 'cat: read error: Is a directory\n' : `cat: can't open '${name}': No such file or directory\n`,
      );
      code = 1;
    }
  }
  return code;
}

function touch({ args, io, system, cwd }: AppletCall): number {
  let code = 0;
  const { flags, names } = options(args);
  for (const name of names) {
    const path = absolute(cwd, name);
    if (system.files.isDirectory(path) || (flags.includes('c') && !system.files.exists(path))) continue;
    const problem = system.files.tryWrite(path, system.files.read(path) ?? EMPTY);
    if (problem !== undefined) {
      io.err.write(`touch: ${name}: ${problem === 'nonexistent directory' ? 'No such file or directory' : problem}\n`);
      code = 1;
    }
  }
  return code;
}

function rm({ args, io, system, cwd }: AppletCall): number {
  let code = 0;
  const { flags, names } = options(args);
  const recursive = /[rR]/.test(flags);
  for (const name of names) {
    const path = absolute(cwd, name);
    if (!system.files.exists(path)) {
      if (flags.includes('f')) continue;
      io.err.write(`rm: can't remove '${name}': No such file or directory\n`);
      code = 1;
      continue;
    }
    const problem = system.files.isDirectory(path) && !recursive ? 'is a directory' : system.files.tryRemove(path);
    if (problem === undefined) continue;
    io.err.write(
      problem === 'is a directory' ? `rm: '${name}' is a directory\n` : `rm: can't remove '${name}': ${problem}\n`,
    );
    code = 1;
  }
  return code;
}

function mkdir({ args, io, system, cwd }: AppletCall): number {
  let code = 0;
  const { flags, names } = options(args);
  for (const name of names) {
    const path = absolute(cwd, name);
    const exists = system.files.exists(path);
    if (exists && flags.includes('p')) continue;
    const problem = exists ? 'File exists' : system.files.makeDirectory(path);
    if (problem === undefined) continue;
    io.err.write(`mkdir: can't create directory '${name}': ${problem}\n`);
    code = 1;
  }
  return code;
}

function copy(call: AppletCall, move: boolean): number {
  const { args, io, system, cwd } = call;
  const { names } = options(args);
  const target = names.at(-1) ?? '';
  for (const name of names.slice(0, -1)) {
    const from = absolute(cwd, name);
    const content = system.files.read(from);
    if (content === undefined) {
      const verb = move ? `mv: can't rename '${name}'` : `cp: can't stat '${name}'`;
      io.err.write(`${verb}: No such file or directory\n`);
      return 1;
    }
    const to = absolute(cwd, target);
    const place = system.files.isDirectory(to) ? `${to}/${name.slice(name.lastIndexOf('/') + 1)}` : to;
    const problem = system.files.tryWrite(place, content) ?? (move ? system.files.tryRemove(from) : undefined);
    if (problem !== undefined) {
      io.err.write(`${call.name}: can't create '${target}': ${problem}\n`);
      return 1;
    }
  }
  return 0;
}

function ls({ args, io, system, cwd }: AppletCall): number {
  let code = 0;
  const { names } = options(args);
  const asked = names.length === 0 ? ['.'] : names;
  const directories = asked.filter((name) => system.files.isDirectory(absolute(cwd, name === '.' ? '' : name)));
  for (const name of asked) {
    if (directories.includes(name)) continue;
    if (system.files.exists(absolute(cwd, name))) io.out.write(`${name}\n`);
    else {
      io.err.write(`ls: ${name}: No such file or directory\n`);
      code = 1;
    }
  }
  for (const [i, name] of directories.entries()) {
    if (asked.length > 1) io.out.write(`${i > 0 ? '\n' : ''}${name}:\n`);
    const visible = system.files
      .list(absolute(cwd, name === '.' ? '' : name))
      .filter((entry) => !entry.startsWith('.'));
    io.out.write(visible.map((entry) => `${entry}\n`).join(''));
  }
  return code;
}

function stat({ args, io, system, cwd }: AppletCall): number {
  for (const name of options(args).names) {
    if (system.files.exists(absolute(cwd, name))) continue;
    io.err.write(`stat: can't stat '${name}': No such file or directory\n`);
    return 1;
  }
  return 0;
}

export const fileApplets: readonly (readonly [string, Applet])[] = [
  ['cat', cat],
  ['touch', touch],
  ['rm', rm],
  ['mkdir', mkdir],
  ['cp', (call) => copy(call, false)],
  ['mv', (call) => copy(call, true)],
  ['ls', ls],
  ['stat', stat],
  ['chmod', stat],
  ['chown', stat],
  ['sync', () => 0],
];
