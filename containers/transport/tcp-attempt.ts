import type { TcpAttempt, TcpOutcome } from '../../sim/runtime/transport.ts';
import { Attempt } from './attempt.ts';
import { dial } from './dial.ts';

/** Connects and closes, without sending a byte. */
export function tcpAttempt({ host, port, timeoutMs }: TcpAttempt, done: (outcome: TcpOutcome) => void): void {
  const attempt: Attempt<TcpOutcome> = new Attempt<TcpOutcome>(timeoutMs, done, () => {
    return { kind: 'failed', failure: attempt.failure('timeout') };
  });
  dial(attempt, host, port, (dialled) => {
    attempt.settle('socket' in dialled ? { kind: 'connected' } : { kind: 'failed', failure: dialled.failure });
  });
}
