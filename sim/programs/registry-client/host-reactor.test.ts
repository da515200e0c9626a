import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import { HostReactor, type ServerList } from './host-reactor.ts';

const host = (ip: string, healthy = true) => ({ ip, port: 80, healthy, enabled: true, weight: 1 });
const SERVICE = 'DEFAULT_GROUP@@orders';

/** A reactor beside a server whose list a test sets; answers take 2 ms. */
function world(first: readonly string[]) {
  const clock = new VirtualClock();
  const server = { ips: first, queries: [] as number[] };
  const list = (): ServerList => ({
    name: SERVICE,
    clusters: 'DEFAULT',
    hosts: server.ips.map((ip) => host(ip)),
    lastRefTime: 1_000_000 + clock.now(),
    cacheMillis: 10_000,
  });
  const reactor = new HostReactor({
    clock,
    jitter: () => 0,
    query: (_service, _clusters, _push, done) => {
      server.queries.push(clock.now());
      clock.setTimeout(() => done(list()), 2);
    },
  });
  const heard: string[] = [];
  const listen = () =>
    reactor.subscribe(SERVICE, 'DEFAULT', (hosts) => heard.push(hosts.map(({ ip }) => ip).join(' ')));
  const push = () => reactor.receive(list());
  return { clock, server, reactor, heard, listen, push };
}

describe('the lists of the npm client', () => {
  it('are asked for at once, after a second, and then as often as the list says; every 5 s while it is empty', () => {
    const full = world(['a']);
    full.listen();
    full.clock.runUntil(22_000);
    expect(full.server.queries).toEqual([0, 1002, 11_004, 21_006]);
    const empty = world([]);
    empty.listen();
    empty.clock.runUntil(12_000);
    expect(empty.server.queries).toEqual([0, 1002, 6004, 11_006]);
  });

  it('an empty list changes nothing, and nobody is told', () => {
    const { clock, server, reactor, heard, listen } = world(['a']);
    listen();
    clock.runUntil(10);
    server.ips = [];
    clock.runUntil(60_000);
    let known: readonly { ip: string }[] = [];
    reactor.get(SERVICE, 'DEFAULT', (hosts) => {
      known = hosts;
    });
    clock.runUntil(60_010);
    expect(known.map(({ ip }) => ip)).toEqual(['a']);
    expect(heard).toEqual(['a']);
  });

  it('the poll after a push asks and throws the answer away', () => {
    const { clock, server, heard, listen, push } = world(['a']);
    listen();
    clock.runUntil(2000);
    server.ips = ['a', 'b'];
    push();
    server.ips = ['c'];
    clock.runUntil(20_000);
    expect(server.queries.at(-1)).toBe(11_004);
    expect(heard).toEqual(['a', 'a b']);
    clock.runUntil(22_000);
    expect(heard).toEqual(['a', 'a b', 'c']);
  });

  it('who asks while the first answer is on its way waits for a change: for ever, if the list is empty', () => {
    const { clock, server, reactor } = world([]);
    const answers: string[] = [];
    reactor.get(SERVICE, 'DEFAULT', () => answers.push('first'));
    reactor.get(SERVICE, 'DEFAULT', () => answers.push('second'));
    clock.runUntil(60_000);
    expect(answers).toEqual(['first']);
    server.ips = ['a'];
    clock.runUntil(70_000);
    expect(answers).toEqual(['first', 'second']);
  });

  it('a listener that comes later is told what is known', () => {
    const { clock, heard, listen } = world(['a']);
    listen();
    clock.runUntil(10);
    listen();
    clock.runUntil(20);
    expect(heard).toEqual(['a', 'a']);
  });
});
