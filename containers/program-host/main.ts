import { accessSync, constants, statSync } from 'node:fs';
import type { AppDescription, AppPatch } from '../../sim/programs/app/description.ts';
import { osmInjector } from '../../sim/programs/osm/webhook-servers.ts';
import { realNacosSdk } from './nacos-sdk.ts';
import { createNodeHost, HANDLED_SIGNALS } from './node-host.ts';
import { isRequestPatch, sendOwnRequest } from './own-requests.ts';
import { selectProgram } from './programs.ts';
import { readSteering } from './steering.ts';

/*
 * Process 1 of a container that runs one of our programs. Which one, and how it behaves, stands in the environment
 * (PROBELAB_IMAGE, PROBELAB_COMMAND, PROBELAB_DESCRIPTION, PROBELAB_PATCHES, PROBELAB_TIME_SCALE); the container's own
 * arguments are the program's; changes come over standard input.
 */

const OWN = /^PROBELAB_/;

function environment(own: boolean): Record<string, string> {
  const entries = Object.entries(process.env).filter(([name]) => OWN.test(name) === own);
  return Object.fromEntries(entries) as Record<string, string>;
}

function json<T>(text: string | undefined): T | undefined {
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as T);
}

const settings = environment(true);
const env = environment(false);
const description = json<AppDescription>(settings.PROBELAB_DESCRIPTION);
const selection = selectProgram(
  {
    image: settings.PROBELAB_IMAGE ?? '',
    command: json<string[]>(settings.PROBELAB_COMMAND) ?? [],
    args: process.argv.slice(2),
    patches: json<AppPatch[]>(settings.PROBELAB_PATCHES) ?? [],
    ...(description === undefined ? {} : { description }),
  },
  env,
);

if (selection.kind === 'command') become(selection.argv);
else {
  const host = createNodeHost({ args: selection.args, env, timeScale: Number(settings.PROBELAB_TIME_SCALE ?? 1) });
  for (const name of HANDLED_SIGNALS) process.on(name, () => host.signal(name));
  // A reader of our output that went away must not end us.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  const steer = (patch: Readonly<Record<string, unknown>>): void =>
    isRequestPatch(patch) ? sendOwnRequest(host, patch) : host.steer(patch);
  readSteering(process.stdin, steer, (text) => host.write('stderr', `${text}\n`));
  // With its input closed and nothing to listen for, a program would end; a container's process goes on.
  setInterval(() => {}, 2 ** 31 - 1);
  // The webhook is the whole injector: loaded by the one program that needs it.
  if (selection.program === osmInjector) (await import('./osm-webhook.ts')).osmInjectorProgram(host);
  else selection.program({ ...host, ...realNacosSdk((line) => host.write('stderr', `${line}\n`)) });
  for (const patch of selection.patches) host.steer({ ...patch });
}

/** Gives this process to a command that is none of our programs. */
function become(argv: readonly string[]): void {
  const [file = '', ...args] = argv;
  if (file === '') {
    process.stderr.write('probelab: PROBELAB_IMAGE says which program this container is; a run of the lab sets it\n');
    process.exit(127);
  }
  const path = file.includes('/') ? file : `/usr/bin/${file}`;
  try {
    // A file that cannot be run would end Node with a crash.
    accessSync(path, constants.X_OK);
    if (statSync(path).isDirectory()) throw new Error('is a directory');
    process.execve?.(path, [file, ...args], env);
  } catch (error) {
    process.stderr.write(`exec: "${file}": ${(error as Error).message}\n`);
    process.exit(127);
  }
}
