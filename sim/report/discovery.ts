import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import { readTold, type ToldView } from '../programs/registry-client/told.ts';
import { EndpointWatcher } from './endpoint-changes.ts';
import type { Table } from './kubectl/table.ts';

/** What became of one caller's requests. */
export interface CallerSummary {
  name: string;
  requests: number;
  /** No answer, or a status of 500 and more. */
  failed: number;
  /** Failures by reason: `refused`, `timeout`, `no instance`, `503`. */
  reasons: Record<string, number>;
  /** Run time in ms. */
  firstFailure?: number;
  lastFailure?: number;
}

/** Whom somebody took for a service's instances, over time: addresses without port, in order. */
export interface DiscoveryView {
  /** `endpoints orders`, `registry nacos orders`, `cache gateway orders`. */
  name: string;
  what: 'endpoints' | ToldView['what'];
  service: string;
  changes: { at: number; addresses: readonly string[] }[];
}

/** A stretch in which two of them differed. */
export interface Disagreement {
  from: number;
  to: number;
  one: string;
  other: string;
  /** Addresses that only the one has, and only the other. */
  onlyOne: readonly string[];
  onlyOther: readonly string[];
}

/** Registry, endpoints and callers of a run side by side. */
export interface Discovery {
  callers: readonly CallerSummary[];
  views: readonly DiscoveryView[];
  disagreements: readonly Disagreement[];
}

/** Undefined if nobody told of a registry and nobody called. */
export function discoveryOf(facts: readonly StampedFact[], endMs: number): Discovery | undefined {
  const callers = new Map<string, CallerSummary>();
  const views = new Map<string, DiscoveryView>();
  const endpoints = new EndpointWatcher();
  const ready = new Map<string, Set<string>>();
  for (const fact of facts) {
    if (fact.kind === 'request') count(callers, fact.client, fact.at, fact);
    const told = fact.kind === 'log' ? readTold(fact.line) : undefined;
    if (told?.kind === 'call') count(callers, told.caller, fact.at, told);
    if (told?.kind === 'view') {
      const name = `${told.what} ${told.viewer} ${plainName(told.service)}`;
      change(views, { name, what: told.what, service: plainName(told.service) }, fact.at, told.addresses.map(ipOf));
    }
    for (const { service, address, ready: isReady } of endpoints.see(fact)) {
      const there = ready.get(service) ?? new Set();
      ready.set(service, there);
      if (isReady) there.add(address);
      else there.delete(address);
      change(views, { name: `endpoints ${service}`, what: 'endpoints', service }, fact.at, [...there]);
    }
  }
  const told = [...views.values()].filter(({ what }) => what !== 'endpoints');
  if (told.length === 0 && callers.size === 0) return undefined;
  const services = new Set(told.map(({ service }) => service));
  const shown = [...views.values()].filter(({ service }) => services.has(service));
  return { callers: [...callers.values()], views: shown, disagreements: disagreementsOf(shown, endMs) };
}

/** How many requests of each caller failed, and when. */
export function callerTable(callers: readonly CallerSummary[]): Table {
  return {
    headers: ['CALLER', 'REQUESTS', 'FAILED', 'FIRST FAILURE', 'LAST FAILURE', 'REASONS'],
    rows: callers.map(({ name, requests, failed, firstFailure, lastFailure, reasons }) => [
      name,
      String(requests),
      String(failed),
      moment(firstFailure),
      moment(lastFailure),
      Object.entries(reasons)
        .map(([reason, number]) => `${reason} ${number}`)
        .join(', ') || '-',
    ]),
  };
}

/** When registry, endpoints and caches differed, and by whom. */
export function disagreementTable(disagreements: readonly Disagreement[]): Table {
  return {
    headers: ['FROM', 'TO', 'ONLY IN', 'ADDRESSES', 'NOT IN'],
    rows: disagreements.flatMap(({ from, to, one, other, onlyOne, onlyOther }) => {
      const row = (has: string, lacks: string, addresses: readonly string[]) =>
        addresses.length === 0 ? [] : [[moment(from), moment(to), has, addresses.join(' '), lacks]];
      return [...row(one, other, onlyOne), ...row(other, one, onlyOther)];
    }),
  };
}

function count(
  callers: Map<string, CallerSummary>,
  name: string,
  at: number,
  { status, error }: { status?: number; error?: string },
): void {
  const caller = callers.get(name) ?? { name, requests: 0, failed: 0, reasons: {} };
  callers.set(name, caller);
  caller.requests++;
  const reason = error ?? (status !== undefined && status >= 500 ? String(status) : undefined);
  if (reason === undefined) return;
  caller.failed++;
  caller.reasons[reason] = (caller.reasons[reason] ?? 0) + 1;
  caller.firstFailure ??= at;
  caller.lastFailure = at;
}

function change(
  views: Map<string, DiscoveryView>,
  view: Omit<DiscoveryView, 'changes'>,
  at: number,
  addresses: readonly string[],
): void {
  const known = views.get(view.name) ?? { ...view, changes: [] };
  views.set(view.name, known);
  const sorted = [...new Set(addresses)].sort();
  const last = known.changes.at(-1);
  if (last?.at === at) last.addresses = sorted;
  else if (last?.addresses.join() !== sorted.join()) known.changes.push({ at, addresses: sorted });
}

/** Endpoints against registry, and each of both against every cache. */
function disagreementsOf(views: readonly DiscoveryView[], endMs: number): Disagreement[] {
  const found: Disagreement[] = [];
  const order: readonly DiscoveryView['what'][] = ['endpoints', 'registry', 'cache'];
  for (const one of views) {
    for (const other of views) {
      const [a, b] = [order.indexOf(one.what), order.indexOf(other.what)];
      if (one.service === other.service && a >= 0 && a < b) found.push(...compare(one, other, endMs));
    }
  }
  return found.sort((a, b) => a.from - b.from || (a.one < b.one ? -1 : 1));
}

function compare(one: DiscoveryView, other: DiscoveryView, endMs: number): Disagreement[] {
  // A cache that nobody has asked yet is no opinion.
  const since = other.what === 'cache' ? (other.changes[0]?.at ?? 0) : 0;
  const all = [...one.changes, ...other.changes].map(({ at }) => Math.max(at, since));
  const moments = [...new Set(all)].sort((a, b) => a - b);
  const found: Disagreement[] = [];
  for (const [i, from] of moments.entries()) {
    const [left, right] = [addressesAt(one, from), addressesAt(other, from)];
    const onlyOne = left.filter((address) => !right.includes(address));
    const onlyOther = right.filter((address) => !left.includes(address));
    const to = moments[i + 1] ?? endMs;
    const last = found.at(-1);
    const same =
      last?.to === from && last.onlyOne.join() === onlyOne.join() && last.onlyOther.join() === onlyOther.join();
    if (same && last !== undefined) last.to = to;
    else if (onlyOne.length + onlyOther.length > 0 && to > from) {
      found.push({ from, to, one: one.name, other: other.name, onlyOne, onlyOther });
    }
  }
  return found;
}

function addressesAt({ changes }: DiscoveryView, at: number): readonly string[] {
  return changes.findLast((entry) => entry.at <= at)?.addresses ?? [];
}

function moment(ms: number | undefined): string {
  return ms === undefined ? '-' : `+${formatDuration(ms)}`;
}

/** `10.244.0.5` of `10.244.0.5:7083`. */
export function ipOf(address: string): string {
  return address.replace(/:\d+$/, '');
}

/** A registry's `group@@orders` is the Service `orders`. */
export function plainName(service: string): string {
  return service.replace(/^.*@@/, '');
}
