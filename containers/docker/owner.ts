import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Labels that say whose something is: enough to tell, from another process, whether its owner still lives. */
export const LABEL = {
  run: 'dev.probelab.run',
  pid: 'dev.probelab.owner.pid',
  started: 'dev.probelab.owner.started',
  boot: 'dev.probelab.owner.boot',
  machine: 'dev.probelab.owner.machine',
  pidNamespace: 'dev.probelab.owner.pidns',
  /** `1`: the run is meant to outlive its process, until somebody ends it. */
  kept: 'dev.probelab.kept',
  /** The container the owner runs in, if it does. */
  container: 'dev.probelab.owner.container',
} as const;

export type OwnerLabels = Readonly<Record<string, string>>;

/** The labels of everything that this process starts for the run `runId`. */
export function ownerLabels(runId: string, options: { keep?: boolean } = {}): OwnerLabels {
  const inside = ownContainer();
  return {
    [LABEL.run]: runId,
    [LABEL.pid]: String(process.pid),
    [LABEL.started]: processStart(process.pid) ?? '',
    [LABEL.boot]: bootId(),
    [LABEL.machine]: machineId(),
    [LABEL.pidNamespace]: pidNamespace(),
    ...(inside === undefined ? {} : { [LABEL.container]: inside }),
    ...(options.keep ? { [LABEL.kept]: '1' } : {}),
  };
}

/**
 * Is the owner that these labels name certainly dead? Uncertain is alive: what another machine started, or a process
 * that cannot be seen from here, is left alone.
 */
export function ownerIsDead(labels: OwnerLabels, isContainerRunning: (id: string) => boolean): boolean {
  if (labels[LABEL.run] === undefined || labels[LABEL.kept] === '1') return false;
  const container = labels[LABEL.container];
  if (container) return !isContainerRunning(container);
  if (labels[LABEL.machine] !== machineId()) return false;
  if (labels[LABEL.boot] !== bootId()) return true;
  if (labels[LABEL.pidNamespace] !== pidNamespace()) return false;
  const pid = Number(labels[LABEL.pid]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (!processLives(pid)) return true;
  // A process id may have been given away again: the start time tells.
  const started = processStart(pid);
  return started !== undefined && labels[LABEL.started] !== '' && labels[LABEL.started] !== started;
}

function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Clock ticks from boot to the process's start (Linux); undefined elsewhere. */
function processStart(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  // The second field is the command in parentheses and may hold blanks.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
}

function bootId(): string {
  return readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function machineId(): string {
  // Inside a container /etc/machine-id is the image's: the boot id stands in, the kernel is the host's.
  return readText('/etc/machine-id')?.trim() || hostname();
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}

/** The id of the container this process runs in, read off the files that the engine mounts into each. */
function ownContainer(): string | undefined {
  return /\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf)/.exec(
    readText('/proc/self/mountinfo') ?? '',
  )?.[1];
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
