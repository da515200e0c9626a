import { LabError } from '../core/errors.ts';
import { describedApp } from './app/described-app.ts';
import type { AppDescription } from './app/description.ts';
import { CATALOGUE } from './catalogue/catalogue.ts';
import type { Program } from './host.ts';

/** What a program is made with. */
export interface ProgramSettings {
  /** Of `described-app`: how it behaves. Other programs take it from their arguments. */
  description?: AppDescription;
  /** The program's arguments, without its name. */
  args?: readonly string[];
  env?: Readonly<Record<string, string>>;
}

/** Names of all programs that `createProgram` knows: `described-app`, and the programs of the catalogue's images. */
export function programNames(): string[] {
  return ['described-app', ...byName().keys()];
}

/**
 * A program by name, so that any host can start it. Arguments reach a program through its host as well; apps that are
 * made of their arguments (`goproxy`, `agnhost`, …) need them here.
 * Throws LabError `UNKNOWN_PROGRAM`.
 */
export function createProgram(name: string, settings: ProgramSettings = {}): Program {
  if (name === 'described-app') return describedApp(settings.description ?? {});
  const make = byName().get(name);
  if (make !== undefined) return make(settings);
  throw new LabError('UNKNOWN_PROGRAM', `there is no program "${name}"`, {
    hint: `Programs: ${programNames().join(', ')}.`,
  });
}

/** In an image only because something there calls them. */
const NO_PROGRAMS = new Set(['docker-entrypoint', 'kubectl']);

function byName(): Map<string, (settings: ProgramSettings) => Program> {
  const programs = new Map<string, (settings: ProgramSettings) => Program>();
  for (const image of CATALOGUE) {
    for (const [path, program] of Object.entries(image.programs)) {
      // The liveness image calls its program `server`: too common a word for a name.
      const name = path === '/server' ? 'liveness' : path.slice(path.lastIndexOf('/') + 1).replace(/\.sh$/, '');
      if (program.kind === 'native' || programs.has(name) || NO_PROGRAMS.has(name)) continue;
      programs.set(
        name,
        program.kind === 'program'
          ? () => program.program
          : ({ args = [], env = {} }) => describedApp(program.describe(args, env)),
      );
    }
  }
  return programs;
}
