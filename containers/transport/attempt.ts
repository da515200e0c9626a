import type { Socket } from 'node:net';
import type { TransportFailure } from '../../sim/runtime/transport.ts';

type Phase = TransportFailure['phase'];

/**
 * One attempt's life: its deadline, its phase and what has to be closed. It settles once; everything that happens to
 * its sockets afterwards is nobody's business any more.
 */
export class Attempt<Outcome> {
  phase: Phase = 'lookup';
  /** `ip:port` being dialled, as Go shows it. */
  remote = '';
  /** `ip:port` of our end, once there is a connection. */
  local = '';
  /** Says what it means that the time is over. */
  onDeadline: () => Outcome;
  readonly #done: (outcome: Outcome) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #closers: (() => void)[] = [];
  #settled = false;

  constructor(timeoutMs: number, done: (outcome: Outcome) => void, onDeadline: () => Outcome) {
    this.#done = done;
    this.onDeadline = onDeadline;
    this.#timer = setTimeout(() => this.settle(this.onDeadline()), Math.max(0, timeoutMs));
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** The first outcome counts. Never calls `done` within the call that started the attempt. */
  settle(outcome: Outcome): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    for (const close of this.#closers.reverse()) close();
    this.#done(outcome);
  }

  /** Closed when the attempt settles; at once if it has. */
  onSettled(close: () => void): void {
    if (this.#settled) close();
    else this.#closers.push(close);
  }

  /** Takes a socket into the attempt's life. */
  own(socket: Socket): void {
    this.onSettled(() => socket.destroy());
  }

  /** The failure that a system error means in the phase the attempt is in. */
  failure(cause: TransportFailure['cause'], detail?: string): TransportFailure {
    return {
      phase: this.phase,
      cause,
      ...(detail === undefined ? {} : { detail }),
      ...(this.local === '' ? {} : { local: this.local }),
      ...(this.remote === '' ? {} : { remote: this.remote }),
    };
  }
}
