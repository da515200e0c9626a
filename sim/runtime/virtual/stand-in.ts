import type { AppDescription } from '../../programs/app/description.ts';
import type { ImageDescription } from '../../programs/catalogue/image.ts';
import type { ContainerCommand } from '../port.ts';

/**
 * What runs for an image nobody has described: every declared TCP port answers HTTP 200 at every path, UDP ports and
 * undeclared ones nothing;
 * an init container ends well. Good enough for a pod to become ready, and said aloud by a notice.
 */
export function standInApp(command: Pick<ContainerCommand, 'ports' | 'role'>): AppDescription {
  if (command.role === 'init') return { exit: { after: 100, code: 0 } };
  const ports = command.ports.filter(({ protocol }) => protocol === 'TCP').map(({ containerPort }) => containerPort);
  return { servers: [...new Set(ports)].map((port) => ({ port, protocol: 'http' })) };
}

export const UNKNOWN_IMAGE: ImageDescription = {
  names: [],
  entrypoint: [],
  args: ['sh'],
  sizeBytes: 14_273_710,
  programs: {},
  shell: true,
};

/** A container whose command line is a shell's runs that, whatever its image. */
export function startsShell(command: Pick<ContainerCommand, 'command' | 'args'>): boolean {
  const [name = ''] = [...(command.command ?? []), ...(command.args ?? [])];
  return /^(?:\/bin\/|\/usr\/bin\/)?(?:sh|ash|bash|sleep|cat|echo|true|false|tail)$/.test(name);
}

/** A digest that depends on the name alone. */
export function imageDigest(image: string): string {
  let hash = 0x811c9dc5;
  let digest = '';
  for (let round = 0; digest.length < 64; round++) {
    for (let i = 0; i < image.length; i++) hash = Math.imul(hash ^ image.charCodeAt(i) ^ round, 0x01000193);
    digest += (hash >>> 0).toString(16).padStart(8, '0');
  }
  return `sha256:${digest}`;
}
