import { patchDescription } from '../../sim/programs/app/app-patch.ts';
import { describedApp } from '../../sim/programs/app/described-app.ts';
import type { AppDescription, AppPatch } from '../../sim/programs/app/description.ts';
import { lookupImage } from '../../sim/programs/catalogue/catalogue.ts';
import type { ImageDescription, ImageProgram } from '../../sim/programs/catalogue/image.ts';
import type { Program } from '../../sim/programs/host.ts';

/** How a container's environment and arguments say which of our programs runs in it. */
export interface ProgramSettings {
  /** The image's name in the manifest. */
  image: string;
  /** The manifest's `command` and `args`; absent: the image's own. */
  command: readonly string[];
  args: readonly string[];
  /** The scenario's description of the app; it goes before what the image would run. */
  description?: AppDescription;
  /** What steps of the scenario changed before this instance. */
  patches: readonly AppPatch[];
}

export type Selection =
  /** `patches`: what a program that is no described app has yet to be told of its scenario's steps. */
  | { kind: 'program'; program: Program; args: readonly string[]; patches: readonly AppPatch[] }
  /** Not ours: a shell line, say. The host gives its place to it. */
  | { kind: 'command'; argv: readonly string[] };

const PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Which program a container runs: the described app, what the image's description says, or the command itself. */
export function selectProgram(settings: ProgramSettings, env: Readonly<Record<string, string>>): Selection {
  const image = lookupImage(settings.image);
  const argv = commandLine(settings, image);
  const args = argv.slice(1);
  const app = (description: AppDescription): Selection => {
    const patched = settings.patches.reduce(patchDescription, description);
    return { kind: 'program', program: describedApp(patched), args, patches: [] };
  };
  if (settings.description !== undefined) return app(settings.description);
  const program = image && find(image, argv[0] ?? '');
  if (program?.kind === 'app') return app(program.describe(args, env));
  if (program?.kind === 'program') {
    return { kind: 'program', program: program.program, args, patches: settings.patches };
  }
  return { kind: 'command', argv };
}

function commandLine({ command, args }: ProgramSettings, image: ImageDescription | undefined): readonly string[] {
  if (command.length > 0) return [...command, ...args];
  return [...(image?.entrypoint ?? []), ...(args.length > 0 ? args : (image?.args ?? []))];
}

function find(image: ImageDescription, name: string): ImageProgram | undefined {
  if (name.includes('/')) return image.programs[name];
  const path = PATH.map((directory) => `${directory}/${name}`).find((candidate) => image.programs[candidate]);
  return path === undefined ? undefined : image.programs[path];
}
