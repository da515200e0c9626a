/*
 * What our programs say of registries and calls stands in lines of their output: the only way out of a container that
 * both runtimes have. People can read them; reports and expectations do.
 */

/** A request that a caller sent. */
export interface ToldCall {
  kind: 'call';
  /** Name of the caller. */
  caller: string;
  /** `10.244.0.5:7083`, or `none` if it knew nobody. */
  target: string;
  status?: number;
  /** Why there was no answer: `refused`, `timeout`, `no instance`. */
  error?: string;
  durationMs: number;
}

/** Whom somebody takes for an instance of a service, from now on. */
export interface ToldView {
  kind: 'view';
  /** `registry`: the server itself; `known`: what a client was told; `cache`: what a caller picks from. */
  what: 'registry' | 'known' | 'cache';
  /** The server's or the caller's name. */
  viewer: string;
  service: string;
  /** Addresses that would be called. */
  addresses: readonly string[];
}

/** An app takes no connections any more and goes on running: one that ends gracefully. */
export interface ToldClosed {
  kind: 'closed';
  /** `10.244.0.5:7083`. */
  address: string;
}

export type Told = ToldCall | ToldView | ToldClosed;

const CALL = /^probelab call (\S+) -> (\S+) (?:(\d{3})|failed: (.+)) in (\d+)ms$/;
const CLOSED = /^probelab closed (\S+)$/;
const VIEW = /^probelab (registry|known|cache) (\S+) (\S+): ?(.*)$/;

/** The line of it. */
export function tell(told: Told): string {
  if (told.kind === 'call') {
    const how = told.error === undefined ? String(told.status) : `failed: ${told.error}`;
    return `probelab call ${told.caller} -> ${told.target} ${how} in ${told.durationMs}ms\n`;
  }
  if (told.kind === 'closed') return `probelab closed ${told.address}\n`;
  return `probelab ${told.what} ${told.viewer} ${told.service}: ${told.addresses.join(' ')}\n`;
}

/** What a line says; undefined for any other line. */
export function readTold(line: string): Told | undefined {
  if (!line.startsWith('probelab ')) return undefined;
  const call = CALL.exec(line);
  if (call !== null) {
    const [, caller = '', target = '', status, error, duration] = call;
    const how = status === undefined ? { error: error ?? '' } : { status: Number(status) };
    return { kind: 'call', caller, target, ...how, durationMs: Number(duration) };
  }
  const closed = CLOSED.exec(line);
  if (closed !== null) return { kind: 'closed', address: closed[1] ?? '' };
  const view = VIEW.exec(line);
  if (view === null) return undefined;
  const [, what, viewer = '', service = '', list = ''] = view;
  const addresses = list === '' ? [] : list.split(' ');
  return { kind: 'view', what: what as ToldView['what'], viewer, service, addresses };
}
