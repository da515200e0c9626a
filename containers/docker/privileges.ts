import { readFileSync } from 'node:fs';
import type Dockerode from 'dockerode';
import { engineMessage } from './engine.ts';
import type { OwnerLabels } from './owner.ts';

/** What a container gets that asks for `privileged`. */
export type Privileges = Pick<
  Dockerode.HostConfig,
  'Privileged' | 'CapAdd' | 'CapDrop' | 'SecurityOpt' | 'MaskedPaths' | 'ReadonlyPaths' | 'DeviceCgroupRules'
>;

/** By number, as in Linux' include/uapi/linux/capability.h. */
const CAPABILITIES = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['LINUX_IMMUTABLE', 'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER'],
  ...['SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT', 'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE'],
  ...['SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE', 'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP'],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ'],
];

/**
 * What `privileged` is on this engine. One that runs in a sandbox has not every capability itself and starts no privileged
 * container; then they get all that it has. A container that ends at once shows it.
 */
export async function enginePrivileges(
  docker: Dockerode,
  {
    image,
    labels,
    status = readFileSync('/proc/self/status', 'utf8'),
  }: { image: string; labels: OwnerLabels; status?: string },
): Promise<{ privileges: Privileges; missing: readonly string[] }> {
  const HostConfig = { Privileged: true, NetworkMode: 'none' };
  const trial = await docker.createContainer({ Image: image, Labels: { ...labels }, HostConfig });
  try {
    await trial.start();
  } catch (error) {
    const missing = missingCapabilities(status);
    // Of an engine elsewhere this process knows nothing: the container's own failure will say it.
    if (/unable to apply caps/.test(engineMessage(error)) && missing.length > 0)
      return { privileges: without(missing), missing };
  } finally {
    await trial.remove({ force: true }).catch(() => {});
  }
  return { privileges: { Privileged: true }, missing: [] };
}

/** Everything that `privileged` means but some capabilities. Models moby daemon/oci_linux.go. */
function without(missing: readonly string[]): Privileges {
  return {
    Privileged: false,
    CapAdd: ['ALL'],
    CapDrop: [...missing],
    SecurityOpt: ['seccomp=unconfined', 'apparmor=unconfined', 'label=disable'],
    MaskedPaths: [],
    ReadonlyPaths: [],
    DeviceCgroupRules: ['a *:* rwm'],
  };
}

/** Capabilities that this process, and so an engine beside it, can give nobody. */
export function missingCapabilities(status: string): string[] {
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`);
  return CAPABILITIES.filter((_, number) => ((bounding >> BigInt(number)) & 1n) === 0n);
}
