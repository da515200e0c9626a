import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { err, finish } from './streams.ts';

/** Flags that every command has. */
export interface GlobalOptions {
  color: 'auto' | 'always' | 'never';
  outputDir?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: each command has its own arguments and options.
type Handler = (...args: any[]) => Promise<number> | number;

/** True if a file or a variable may say more than the command line; what reads them is loaded only then. */
function isConfigured(): boolean {
  return (
    ['yaml', 'yml', 'ts'].some((ending) => existsSync(`probelab.config.${ending}`)) ||
    Object.keys(process.env).some((name) => name.startsWith('PROBELAB_'))
  );
}

/**
 * Makes a commander action of a command that is loaded only now. It gets its arguments and all options (global ones
 * too), returns the exit code; what it throws is printed and becomes the code that the error stands for.
 */
export function runAction(load: () => Promise<Handler>): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    const command = args.at(-1) as Command;
    let options: GlobalOptions = command.optsWithGlobals();
    try {
      if (isConfigured()) {
        await (await import('./configuration.ts')).configure(command);
        options = command.optsWithGlobals();
      }
      const handler = await load();
      finish(await handler(...args.slice(0, -2), options));
    } catch (error) {
      const [{ errorText }, { paint, wantsColor }, { exitCodeOf }] = await Promise.all([
        import('./errors.ts'),
        import('./color.ts'),
        import('./exit-codes.ts'),
      ]);
      err(errorText(error, paint(wantsColor(options.color, process.stderr))));
      finish(exitCodeOf(error));
    }
  };
}
