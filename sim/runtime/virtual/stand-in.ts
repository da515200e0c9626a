import type { AppDescription } from '../../programs/app/description.ts';
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
