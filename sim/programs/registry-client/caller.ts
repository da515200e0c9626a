import type { ProgramHost } from '../host.ts';
import { CachedList, type ListCache } from './load-balancer.ts';
import { addressOf, callable, type KnownInstance, type NamingClient } from './naming-client.ts';
import { tell } from './told.ts';

/** A caller: who it calls, how it finds them, how often. */
export interface CallDescription extends ListCache {
  /** Name of the caller in reports. */
  name: string;
  /** Found by the registry, or by the Service's address. */
  via: 'registry' | 'service';
  /** The service's name in the registry, or the Service's with its port: `orders:80`. */
  service: string;
  path?: string;
  /** Between two requests, ms. Default 100. */
  every?: number;
  /** How long it waits for an answer, ms. Default 3000. */
  timeout?: number;
  /** Counted from the process's start. */
  from?: number;
  until?: number;
}

/** Sends requests again and again and tells of each, and of every change of the list it picks from. */
export function startCaller(host: ProgramHost, description: CallDescription, client: NamingClient | undefined): void {
  const { name, via, service, every = 100, from = 0, until = Number.POSITIVE_INFINITY } = description;
  const targets = via === 'registry' && client !== undefined ? fromRegistry(host, description, client) : fixed(service);
  const startedAt = host.clock.now();
  const turn = () => {
    if (host.clock.now() - startedAt >= until) return;
    host.clock.setTimeout(turn, every);
    const target = targets();
    if (target === undefined) {
      host.write('stdout', tell({ kind: 'call', caller: name, target: 'none', error: 'no instance', durationMs: 0 }));
    } else call(host, description, target);
  };
  host.clock.setTimeout(turn, from);
}

function fromRegistry(host: ProgramHost, description: CallDescription, client: NamingClient): () => string | undefined {
  const { name, service, ttl, refresh } = description;
  let known: readonly KnownInstance[] = [];
  const show = (what: 'known' | 'cache') => {
    let last = '';
    return (list: readonly KnownInstance[]) => {
      const line = tell({ kind: 'view', what, viewer: name, service, addresses: list.map(addressOf).sort() });
      if (line !== last) host.write('stdout', line);
      last = line;
    };
  };
  const showKnown = show('known');
  client.watch(service, (instances) => {
    known = callable(instances);
    showKnown(known);
  });
  const cache = { ...(ttl === undefined ? {} : { ttl }), ...(refresh === undefined ? {} : { refresh }) };
  const list = new CachedList(host.clock, cache, () => known, show('cache'));
  return () => {
    const next = list.next();
    return next === undefined ? undefined : addressOf(next);
  };
}

function fixed(address: string): () => string {
  return () => (address.includes(':') ? address : `${address}:80`);
}

function call(host: ProgramHost, { name, path = '/', timeout = 3000 }: CallDescription, target: string): void {
  const [address = '', port = '80'] = target.split(':');
  const startedAt = host.clock.now();
  host.request(
    {
      scheme: 'http',
      method: 'GET',
      host: address,
      port: Number(port),
      target: path,
      headers: [['User-Agent', name]],
      timeoutMs: timeout,
    },
    (outcome) => {
      const durationMs = Math.round(host.clock.now() - startedAt);
      const how = outcome.kind === 'response' ? { status: outcome.status } : { error: outcome.cause };
      host.write('stdout', tell({ kind: 'call', caller: name, target, ...how, durationMs }));
    },
  );
}
