import type Dockerode from 'dockerode';
import { engineStatus } from './engine.ts';

const SHELL = '/bin/sh';

/** What runs in a container; what is not named the image says. */
export interface CommandLine {
  Entrypoint?: string[];
  Cmd?: string[];
}

/**
 * A container's command line that begins `ms` later: a shell waits and then becomes the program. Nothing that runs
 * beside it has to be in time for this, as with a signal. `image`: what the image says.
 */
export function lateStart(ms: number, command: CommandLine, image: CommandLine): Required<CommandLine> {
  // Who sets an entrypoint drops the image's arguments.
  const { Entrypoint, Cmd } = command.Entrypoint === undefined ? { ...image, ...command } : command;
  return {
    Entrypoint: [SHELL, '-c', 'sleep "$0"; exec "$@"', String(ms / 1000)],
    Cmd: [...(Entrypoint ?? []), ...(Cmd ?? [])],
  };
}

/** Throws if there is no shell in the container that could wait. */
export async function needsShell(container: Dockerode.Container, image: string): Promise<void> {
  try {
    await container.infoArchive({ path: SHELL });
  } catch (error) {
    if (engineStatus(error) !== 404) throw error;
    throw new Error(`startup: ${image} has no ${SHELL} that could start its program late`);
  }
}
