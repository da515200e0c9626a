import { describedApp } from '../../programs/app/described-app.ts';
import type { AppDescription } from '../../programs/app/description.ts';
import type { ImageDescription, ImageProgram } from '../../programs/catalogue/image.ts';
import { APPLETS } from '../../programs/shell/applets.ts';
import { startEnvoy } from './envoy/envoy-process.ts';
import { runIptables } from './iptables-filter.ts';
import { runIptablesRestore } from './iptables-restore.ts';
import type { Guest, VirtualProcess } from './process.ts';
import { startShell } from './shell-guest.ts';
import { startProgram } from './virtual-host.ts';

const PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** What the OCI runtime says when it cannot start a program; it goes behind `exec: `. */
export type ExecProblem = string;

/** How a command of an image is started, or why it cannot be. */
export function findProgram(
  image: ImageDescription,
  argv: readonly string[],
  fileExists: (path: string) => boolean,
  isRemoved: (path: string) => boolean = () => false,
): ((process: VirtualProcess) => Guest) | ExecProblem {
  const name = argv[0] ?? '';
  const program = programOf(image, name, isRemoved);
  if (program !== undefined) return (process) => startImageProgram(program, process);
  const applet = name.slice(name.lastIndexOf('/') + 1);
  const inPlace = !name.includes('/') || PATH.some((directory) => name === `${directory}/${applet}`);
  if (image.shell && inPlace && (SHELLS.has(applet) || APPLETS.has(applet))) return startShell;
  if (!name.includes('/')) return `"${name}": executable file not found in $PATH`;
  return fileExists(name) ? `"${name}": permission denied` : `"${name}": stat ${name}: no such file or directory`;
}

const SHELLS = new Set(['sh', 'ash', 'bash', 'busybox']);

function programOf(
  image: ImageDescription,
  name: string,
  isRemoved: (path: string) => boolean,
): ImageProgram | undefined {
  const candidates = name.includes('/') ? [name] : PATH.map((directory) => `${directory}/${name}`);
  const path = candidates.find((candidate) => image.programs[candidate] !== undefined && !isRemoved(candidate));
  return path === undefined ? undefined : image.programs[path];
}

function startImageProgram(program: ImageProgram, process: VirtualProcess): Guest {
  if (program.kind === 'program') return startProgram(program.program, process);
  if (program.kind === 'app') return startApp(program.describe(process.argv.slice(1), process.env), process);
  if (program.name === 'envoy') return startEnvoy(process);
  if (program.name === 'iptables') return runIptables(process);
  if (program.name === 'iptables-restore') return runIptablesRestore(process, '');
  return { signal: () => process.end(0) };
}

export function startApp(description: AppDescription, process: VirtualProcess): Guest {
  return startProgram(describedApp(description), process);
}
