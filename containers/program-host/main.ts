import { createNodeHost, HANDLED_SIGNALS } from './node-host.ts';
import { selectProgram } from './programs.ts';
import { readSteering } from './steering.ts';

/*
 * Process 1 of a container that runs one of our programs. Which one, and how it behaves, stands in the environment:
 * PROBELAB_PROGRAM, PROBELAB_DESCRIPTION (JSON), PROBELAB_TIME_SCALE; changes come over standard input.
 */

const OWN = /^PROBELAB_/;

function environment(own: boolean): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => OWN.test(name) === own);
  return Object.fromEntries(entries) as Record<string, string>;
}

const settings = environment(true);
const host = createNodeHost({
  args: process.argv.slice(2),
  env: environment(false),
  timeScale: Number(settings.PROBELAB_TIME_SCALE ?? 1),
});
for (const name of HANDLED_SIGNALS) process.on(name, () => host.signal(name));
// A reader of our output that went away must not end us.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
readSteering(process.stdin, host.steer, (text) => host.write('stderr', `${text}\n`));
// With its input closed and nothing to listen for, a program would end; a container's process goes on.
setInterval(() => {}, 2 ** 31 - 1);
selectProgram(settings)(host);
