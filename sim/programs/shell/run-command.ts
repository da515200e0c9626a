import { APPLETS, type AppletCall } from './applets.ts';
import type { Run, ShellIo, ShellSystem } from './shell-system.ts';

/** A command of busybox, or a program of the image. */
export function* runCommand(
  system: ShellSystem,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  io: ShellIo,
  cwd: string,
): Run {
  const [path = '', ...args] = argv;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const applet = path === name || /^\/(?:usr\/)?s?bin\//.test(path) ? APPLETS.get(name) : undefined;
  if (applet !== undefined) {
    const call: AppletCall = { name, args, io, system, env, cwd };
    const result = applet(call);
    return typeof result === 'number' ? result : yield* result;
  }
  let code: number | undefined;
  let found = true;
  yield {
    child: true,
    start: (resume) => {
      const child = system.run(argv, env, io, (status) => {
        code = status;
        resume();
      });
      found = child !== undefined;
      if (!found) resume();
      return () => child?.signal('SIGKILL');
    },
  };
  if (found) return code ?? 0;
  system.unsupported(path);
  io.err.write(`sh: ${path}: not found\n`);
  return 127;
}
