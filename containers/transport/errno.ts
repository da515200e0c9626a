import type { TransportFailure } from '../../sim/runtime/transport.ts';

type Cause = TransportFailure['cause'];

const CAUSES: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ETIMEDOUT: 'other',
  ECONNRESET: 'reset',
  EPIPE: 'broken-pipe',
};

/** Go's (the C library's) texts where they are not the cause's usual one. */
const DETAILS: Readonly<Record<string, string>> = {
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EINVAL: 'invalid argument',
  EACCES: 'permission denied',
  EMFILE: 'too many open files',
};

/** What an error of Node's sockets means. */
export function systemError(error: Error): { cause: Cause; detail: string | undefined } {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const cause = CAUSES[code] ?? 'other';
  return { cause, detail: DETAILS[code] ?? (cause === 'other' ? error.message : undefined) };
}
