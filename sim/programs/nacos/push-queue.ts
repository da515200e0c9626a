import type { Clock } from '../../core/clock.ts';
import { type ServiceName, serviceKey } from './service-name.ts';

/** From a change to the push: the delay task's 500 ms, rounded up by an engine that looks every 100 ms. */
const PUSH_DELAY = 550;

/** Who is to be told: these clients, or everyone. */
export type PushTargets = ReadonlySet<string> | 'all';

/** Models nacos naming PushDelayTaskExecuteEngine: changes of a service within half a second of the first are one push. */
export class PushQueue {
  readonly #clock: Pick<Clock, 'setTimeout'>;
  readonly #push: (service: ServiceName, targets: PushTargets) => void;
  readonly #waiting = new Map<string, Set<string> | 'all'>();

  constructor(clock: Pick<Clock, 'setTimeout'>, push: (service: ServiceName, targets: PushTargets) => void) {
    this.#clock = clock;
    this.#push = push;
  }

  /** Tells one client, or with `all` everyone, of a service, half a second from the first change on. */
  add(service: ServiceName, target: string | 'all'): void {
    const key = serviceKey(service);
    const waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      this.#waiting.set(key, target === 'all' ? 'all' : new Set([target]));
      this.#clock.setTimeout(() => this.#due(service), PUSH_DELAY);
    } else if (target === 'all') this.#waiting.set(key, 'all');
    else if (waiting !== 'all') waiting.add(target);
  }

  #due(service: ServiceName): void {
    const key = serviceKey(service);
    const targets = this.#waiting.get(key) ?? 'all';
    this.#waiting.delete(key);
    this.#push(service, targets);
  }
}
