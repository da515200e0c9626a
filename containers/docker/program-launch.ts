import type { ContainerCommand } from '../../sim/runtime/port.ts';
import type { ProgramLaunch } from './container-options.ts';
import type { ResolvedImage } from './image-service.ts';

const HOST_ENTRYPOINT = ['/opt/probelab/bin/node', '/opt/probelab/programs/containers/program-host/main.js'];

/**
 * How the host of our programs is started for a container: which image it stands for, the manifest's words, and the
 * scenario's description travel in its environment.
 */
export function programLaunch(
  command: ContainerCommand,
  resolved: ResolvedImage,
  options: { timeScale: number; patches: readonly Readonly<Record<string, unknown>>[] },
): ProgramLaunch | undefined {
  if (!resolved.programHost) return undefined;
  return {
    entrypoint: HOST_ENTRYPOINT,
    env: {
      PROBELAB_IMAGE: command.image,
      PROBELAB_COMMAND: JSON.stringify(command.command ?? []),
      ...(resolved.description === undefined ? {} : { PROBELAB_DESCRIPTION: JSON.stringify(resolved.description) }),
      ...(options.patches.length === 0 ? {} : { PROBELAB_PATCHES: JSON.stringify(options.patches) }),
      ...(options.timeScale === 1 ? {} : { PROBELAB_TIME_SCALE: String(options.timeScale) }),
    },
  };
}
