import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NatTable, type Packet } from './nat.ts';

const SCRIPTS = readFileSync(new URL('../../../../test/golden/osm/iptables-v1.1.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { in: Record<string, unknown>; script: string });

/** The rules of a recorded script, as iptables-restore gets them. */
function table(index: number): NatTable {
  const script = SCRIPTS[index]?.script ?? '';
  const rules = script.split('\n').slice(1, -2).join('\n').replace('$POD_IP', '10.244.0.9');
  const nat = new NatTable();
  expect(nat.restore(`${rules}\n`, { flush: false })).toBeUndefined();
  return nat;
}

function inbound(nat: NatTable, port: number, inInterface = 'eth0') {
  return nat.decide('PREROUTING', { protocol: 'tcp', destination: '10.244.0.9', port, inInterface });
}

function outbound(nat: NatTable, destination: string, port: number, uid: number) {
  const outInterface = destination.startsWith('127.') || destination === '10.244.0.9' ? 'lo' : 'eth0';
  return nat.decide('OUTPUT', { protocol: 'tcp', destination, port, uid, outInterface });
}

const ACCEPT = { kind: 'accept' };
const to = (port: number) => ({ kind: 'redirect', port });

describe('the nat table with OSM’s rules', () => {
  const nat = table(0);

  it.each([15010, 15901, 15902, 15903, 15904])('lets connections to %i through', (port) => {
    expect(inbound(nat, port)).toEqual(ACCEPT);
  });

  it.each([80, 8080, 14001, 15000, 15001, 15003, 65535])('sends a connection to %i to the inbound listener', (port) => {
    expect(inbound(nat, port)).toEqual(to(15003));
  });

  it('leaves UDP alone', () => {
    const packet: Packet = { protocol: 'udp', destination: '10.244.0.9', port: 53, inInterface: 'eth0' };
    expect(nat.decide('PREROUTING', packet)).toEqual(ACCEPT);
  });

  it.each([
    ['the app to another pod', '10.244.0.3', 80, 0, to(15001)],
    ['the app to loopback', '127.0.0.1', 80, 0, ACCEPT],
    ['the app to its own pod address', '10.244.0.9', 80, 0, ACCEPT],
    ['Envoy to the app at loopback', '127.0.0.1', 80, 1500, ACCEPT],
    ['Envoy to another pod', '10.244.0.3', 80, 1500, ACCEPT],
    ['Envoy to its own pod address', '10.244.0.9', 80, 1500, to(15003)],
  ])('takes a connection of %s as the kernel does', (_who, destination, port, uid, decision) => {
    expect(outbound(nat, destination, port, uid)).toEqual(decision);
  });
});

describe('the nat table with OSM’s options', () => {
  const at = (wanted: (input: Record<string, unknown>) => boolean) =>
    table(SCRIPTS.findIndex(({ in: input }) => wanted(input)));

  it('sends Envoy’s connections to the pod address in PodIP mode', () => {
    const nat = at((input) => input.Mode === 'PodIP' && input.InPorts === null);
    expect(outbound(nat, '127.0.0.1', 8080, 1500)).toEqual({ kind: 'dnat', address: '10.244.0.9' });
    expect(outbound(nat, '127.0.0.1', 8080, 0)).toEqual(ACCEPT);
  });

  it('excludes outbound ports', () => {
    const nat = at((input) => JSON.stringify(input.OutPorts) === '[10,20]' && input.InPorts === null);
    expect(outbound(nat, '10.9.9.9', 20, 0)).toEqual(ACCEPT);
    expect(outbound(nat, '10.9.9.9', 21, 0)).toEqual(to(15001));
  });

  it('excludes inbound ports and interfaces', () => {
    const nat = at((input) => JSON.stringify(input.InPorts) === '[8080]');
    expect(inbound(nat, 8080)).toEqual(ACCEPT);
    expect(inbound(nat, 8081)).toEqual(to(15003));
    expect(inbound(nat, 8081, 'net1')).toEqual(ACCEPT);
  });

  it('excludes ranges, host bits and all', () => {
    const nat = at((input) => JSON.stringify(input.OutIPExcl) === '["1.1.1.1/32","10.0.0.10/24"]');
    expect(outbound(nat, '10.0.0.77', 80, 0)).toEqual(ACCEPT);
    expect(outbound(nat, '10.0.1.1', 80, 0)).toEqual(to(15001));
  });

  it('with included ranges redirects only those', () => {
    const nat = at((input) => JSON.stringify(input.OutIPIncl) === '["3.3.3.3/32","10.96.0.0/12"]');
    expect(outbound(nat, '10.100.0.1', 80, 0)).toEqual(to(15001));
    expect(outbound(nat, '8.8.8.8', 80, 0)).toEqual(ACCEPT);
  });
});

describe('iptables-restore', () => {
  it('changes nothing when a line is wrong', () => {
    const nat = new NatTable();
    const problem = nat.restore('*nat\n-A PREROUTING -p tcp -j REDIRECT --to-port 1\n-A OUTPUT -j NOSUCH\nCOMMIT\n', {
      flush: true,
    });
    expect(problem).toContain('line 3 failed');
    expect(nat.empty).toBe(true);
  });

  it('wants a COMMIT', () => {
    expect(new NatTable().restore('*nat\n', { flush: true })).toContain('COMMIT expected');
  });

  it('keeps what is there with --noflush, and not without', () => {
    const nat = new NatTable();
    const rule = (port: number) => `*nat\n-A PREROUTING -p tcp --dport ${port} -j REDIRECT --to-ports 9\nCOMMIT\n`;
    nat.restore(rule(1), { flush: true });
    nat.restore(rule(2), { flush: false });
    expect([inbound(nat, 1), inbound(nat, 2)]).toEqual([to(9), to(9)]);
    nat.restore(rule(3), { flush: true });
    expect([inbound(nat, 1), inbound(nat, 3)]).toEqual([ACCEPT, to(9)]);
  });

  it('refuses an option it does not know', () => {
    expect(new NatTable().restore('*nat\n-A OUTPUT --ctstate NEW -j ACCEPT\nCOMMIT\n', { flush: true })).toContain(
      'unknown option "--ctstate"',
    );
  });
});

describe('rules of a hand-written script', () => {
  function rules(...lines: string[]): NatTable | string {
    const nat = new NatTable();
    return nat.restore(['*nat', ...lines, 'COMMIT', ''].join('\n'), { flush: true }) ?? nat;
  }
  const at = (nat: NatTable | string, port: number, uid = 0) =>
    typeof nat === 'string' ? nat : outbound(nat, '10.9.9.9', port, uid);

  it('are inserted where they say', () => {
    const first = ['-A OUTPUT -p tcp --dport 80 -j ACCEPT', '-A OUTPUT -p tcp -j REDIRECT --to-ports 1'];
    const nat = rules(...first, '-I OUTPUT 2 -p tcp -j REDIRECT --to-ports 2');
    expect(at(nat, 80)).toEqual(ACCEPT);
    expect(at(nat, 81)).toEqual(to(2));
    expect(rules('-I OUTPUT 2 -p tcp -j ACCEPT')).toContain('Index of insertion too big');
  });

  it('know ranges of users', () => {
    const nat = rules('-A OUTPUT -p tcp -m owner --uid-owner 1000-1500 -j REDIRECT --to-ports 1');
    expect([999, 1000, 1500, 1501].map((uid) => at(nat, 80, uid))).toEqual([ACCEPT, to(1), to(1), ACCEPT]);
  });
});
