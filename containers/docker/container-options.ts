import type Dockerode from 'dockerode';
import type { ContainerCommand } from '../../sim/runtime/port.ts';
import type { CommandLine } from './late-start.ts';
import type { OwnerLabels } from './owner.ts';
import type { Privileges } from './privileges.ts';

/** What runs instead of the image's own command, when the image is the host of our programs. */
export interface ProgramLaunch {
  entrypoint: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** The engine's words for a container command; `binds` come from the pod's volumes. */
export function createOptions(
  command: ContainerCommand,
  labels: OwnerLabels,
  program: ProgramLaunch | undefined,
): Omit<Dockerode.ContainerCreateOptions, 'Image' | keyof CommandLine> & CommandLine {
  const env = command.env.map(({ name, value }) => `${name}=${value}`);
  for (const [name, value] of Object.entries(program?.env ?? {})) env.push(`${name}=${value}`);
  return {
    Labels: { ...labels, ...podLabels(command) },
    Env: env,
    ...startCommand(command, program),
    ...(command.workingDir ? { WorkingDir: command.workingDir } : {}),
    ...user(command.security),
    Tty: command.tty ?? false,
    OpenStdin: program !== undefined || (command.stdin ?? false),
    StdinOnce: false,
  };
}

/** A program's host is started as itself; the manifest's command it gets in its environment. */
function startCommand(command: ContainerCommand, program: ProgramLaunch | undefined): CommandLine {
  const args = [...(command.args ?? [])];
  if (program !== undefined) return { Entrypoint: [...program.entrypoint], Cmd: args };
  // Kubernetes: `command` replaces the entrypoint and drops the image's arguments, as Docker does when only Entrypoint is set.
  if (command.command !== undefined && command.command.length > 0)
    return { Entrypoint: [...command.command], Cmd: args };
  return args.length > 0 ? { Cmd: args } : {};
}

function user(security: ContainerCommand['security']): { User?: string } {
  if (security.runAsUser === undefined && security.runAsGroup === undefined) return {};
  const group = security.runAsGroup === undefined ? '' : `:${security.runAsGroup}`;
  return { User: `${security.runAsUser ?? 0}${group}` };
}

function podLabels(command: ContainerCommand): Record<string, string> {
  return {
    'io.kubernetes.pod.namespace': command.namespace,
    'io.kubernetes.pod.name': command.podName,
    'io.kubernetes.pod.uid': command.podUID,
    'io.kubernetes.container.name': command.container,
    'io.kubernetes.container.restartCount': String(command.attempt),
  };
}

/** `privileges`: what `privileged` comes to on this engine. */
export function hostOptions(
  command: ContainerCommand,
  binds: readonly string[],
  privileges: Privileges = {},
): Dockerode.HostConfig {
  const { security, resources } = command;
  const memory = resources.memoryLimitBytes;
  return {
    Binds: [...binds],
    Privileged: false,
    CapAdd: [...security.addCapabilities],
    CapDrop: [...security.dropCapabilities],
    // A privileged container has every capability, whatever else the manifest adds and drops.
    ...privileges,
    ReadonlyRootfs: security.readOnlyRootFilesystem ?? false,
    // No swap beyond the limit, as on a node.
    ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
    ...(resources.cpuLimit === undefined ? {} : { NanoCpus: Math.round(resources.cpuLimit * 1e9) }),
  };
}
