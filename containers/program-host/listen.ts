import type { Server } from 'node:net';
import type { Listener } from '../../sim/programs/host.ts';

/** Address without the prefix that a dual-stack socket puts before an IPv4 address. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:/, '');
}

/** Why a socket could not be had, in the system's words. */
export function bindError(error: NodeJS.ErrnoException): string {
  if (error.code === 'EADDRINUSE') return 'address already in use';
  if (error.code === 'EACCES') return 'permission denied';
  if (error.code === 'EADDRNOTAVAIL') return 'cannot assign requested address';
  return error.message;
}

/** Binds `server`; a program that does not care about a failure ends with it, as one that panics. */
export function bind(
  server: Server,
  options: { port: number; address?: string; onError?: ((error: string) => void) | undefined },
  close: () => void,
): Listener {
  server.on('error', (error: NodeJS.ErrnoException) => {
    const text = bindError(error);
    if (options.onError !== undefined) options.onError(text);
    else throw new Error(`listen tcp ${options.address ?? ''}:${options.port}: bind: ${text}`);
  });
  server.listen({
    port: options.port,
    ...(options.address === undefined ? {} : { host: options.address }),
    backlog: 4096,
  });
  return { close };
}
