import type { Clock } from '../../core/clock.ts';
import type { KnownInstance } from './naming-client.ts';

const FIRST_UPDATE = 1000;
/** How long a list is good for that says nothing of it, such as one nobody has answered yet. */
const DEFAULT_DELAY = 5000;

/** A list as it came from the server. */
export interface ServerList {
  name: string;
  clusters: string;
  hosts: readonly KnownInstance[];
  lastRefTime: number;
  cacheMillis: number;
}

interface Entry {
  hosts: readonly KnownInstance[];
  lastRefTime: number;
  cacheMillis: number;
}

export interface HostReactorOptions {
  clock: Pick<Clock, 'setTimeout'>;
  /** Added to every wait for a list of these clusters, ms. */
  jitter(clusters: string): number;
  /** Asks for a list, with the port for pushes (`push`) or without. */
  query(
    service: string,
    clusters: string,
    push: boolean,
    done: (list: ServerList | undefined, error?: string) => void,
  ): void;
}

/**
 * The lists of the npm client, by service and clusters. Models nacos-naming 2.6.3 lib/naming/host_reactor.js, with what
 * surprises in it: an empty list is not valid and changes nothing; a poll after a push asks and throws the answer away;
 * who asks while the first answer is on its way waits for a change, which an empty list never is.
 */
export class HostReactor {
  readonly #options: HostReactorOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #updating = new Set<string>();
  /** Polled lists, with the time of the list at the poll before. */
  readonly #polled = new Map<string, { lastRefTime: number }>();
  readonly #listeners = new Map<string, ((hosts: readonly KnownInstance[]) => void)[]>();
  readonly #waiting = new Map<string, (() => void)[]>();
  #closed = false;

  constructor(options: HostReactorOptions) {
    this.#options = options;
  }

  /** Tells of every change, and at once of what is known already. */
  subscribe(service: string, clusters: string, listener: (hosts: readonly KnownInstance[]) => void): void {
    const key = keyOf(service, clusters);
    const entry = this.#entries.get(key);
    if (entry === undefined) this.get(service, clusters, () => {});
    else this.#options.clock.setTimeout(() => listener(entry.hosts), 0);
    this.#listeners.set(key, [...(this.#listeners.get(key) ?? []), listener]);
  }

  /** The list, asked for if nobody has yet, and polled from now on. */
  get(service: string, clusters: string, done: (hosts: readonly KnownInstance[]) => void): void {
    const key = keyOf(service, clusters);
    const finish = () => {
      this.#poll(service, clusters);
      done(this.#entries.get(key)?.hosts ?? []);
    };
    if (this.#updating.has(key)) this.#waiting.set(key, [...(this.#waiting.get(key) ?? []), finish]);
    else if (this.#entries.has(key)) this.#options.clock.setTimeout(finish, 0);
    else {
      this.#entries.set(key, { hosts: [], lastRefTime: 0, cacheMillis: DEFAULT_DELAY });
      this.#updating.add(key);
      this.#update(service, clusters, () => {
        this.#updating.delete(key);
        finish();
      });
    }
  }

  /** Asks the server, without a subscription; an empty answer gives what was known before. */
  query(
    service: string,
    clusters: string,
    done: (hosts: readonly KnownInstance[] | undefined, error?: string) => void,
  ): void {
    this.#options.query(service, clusters, false, (list, error) => {
      if (list === undefined) done(undefined, error);
      else done(this.receive(list));
    });
  }

  /** A list that came by push or poll; what is known afterwards. */
  receive(list: ServerList): readonly KnownInstance[] {
    const key = keyOf(list.name, list.clusters);
    const before = this.#entries.get(key);
    if (list.hosts.length === 0) return before?.hosts ?? [];
    const { hosts, lastRefTime, cacheMillis } = list;
    this.#entries.set(key, { hosts, lastRefTime, cacheMillis });
    if (before === undefined || before.hosts.length === 0 || !same(before.hosts, hosts)) this.#changed(key, hosts);
    return hosts;
  }

  close(): void {
    this.#closed = true;
    this.#polled.clear();
  }

  #changed(key: string, hosts: readonly KnownInstance[]): void {
    for (const listener of this.#listeners.get(key) ?? []) listener(hosts);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const work of waiting) work();
  }

  #poll(service: string, clusters: string): void {
    const key = keyOf(service, clusters);
    if (this.#closed || this.#polled.has(key)) return;
    this.#polled.set(key, { lastRefTime: Number.POSITIVE_INFINITY });
    this.#later(service, clusters, FIRST_UPDATE);
  }

  #later(service: string, clusters: string, ms: number): void {
    this.#options.clock.setTimeout(() => this.#doUpdate(service, clusters), ms + this.#options.jitter(clusters));
  }

  #doUpdate(service: string, clusters: string): void {
    const key = keyOf(service, clusters);
    const task = this.#polled.get(key);
    if (task === undefined) return;
    const next = () => {
      const entry = this.#entries.get(key);
      if (entry !== undefined) task.lastRefTime = entry.lastRefTime;
      if (this.#polled.has(key)) this.#later(service, clusters, entry?.cacheMillis ?? DEFAULT_DELAY);
    };
    const pushed = (this.#entries.get(key)?.lastRefTime ?? 0) > task.lastRefTime;
    // Only to renew the subscription: what was pushed is not to be overwritten.
    if (pushed) this.#options.query(service, clusters, true, next);
    else this.#update(service, clusters, next);
  }

  #update(service: string, clusters: string, done: () => void): void {
    this.#options.query(service, clusters, true, (list) => {
      if (list !== undefined) this.receive(list);
      done();
    });
  }
}

function keyOf(service: string, clusters: string): string {
  return clusters === '' ? service : `${service}@@${clusters}`;
}

function same(a: readonly KnownInstance[], b: readonly KnownInstance[]): boolean {
  const text = (hosts: readonly KnownInstance[]) =>
    hosts
      .map((host) => JSON.stringify(host))
      .sort()
      .join();
  return text(a) === text(b);
}
