import type { ClientOutcome } from '../../sim/programs/host.ts';
import type { ContainerRequest } from '../../sim/runtime/port.ts';
import type { Instance } from './instance.ts';

/** A process that has gone, or stands still, does not answer: so long after its time-out a request is given up. */
const GRACE_MS = 2000;
const DEFAULT_TIMEOUT_MS = 30_000;

interface Pending {
  done(outcome: ClientOutcome): void;
  timer: NodeJS.Timeout;
}

/** Requests that the processes of containers send for the lab: asked for over their input, answered in their output. */
export class PodRequests {
  readonly #pending = new Map<string, Pending>();
  #count = 0;

  /** `done` is called once. */
  send(instance: Instance, { request }: ContainerRequest, done: (outcome: ClientOutcome) => void): void {
    const id = String(this.#count++);
    const wait = (request.timeoutMs ?? DEFAULT_TIMEOUT_MS) + GRACE_MS;
    const timer = setTimeout(() => this.ended(id, { kind: 'failed', cause: 'timeout' }), wait).unref();
    this.#pending.set(id, { done, timer });
    instance.input?.write(`${JSON.stringify({ request: { ...request, id } })}\n`);
  }

  ended(id: string, outcome: ClientOutcome): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    clearTimeout(pending.timer);
    pending.done(outcome);
  }

  /** The run is over: nobody waits any more. */
  close(): void {
    for (const { timer } of this.#pending.values()) clearTimeout(timer);
    this.#pending.clear();
  }
}
