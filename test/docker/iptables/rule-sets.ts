import fc from 'fast-check';
import { iptablesScript } from '../../../sim/mesh/osm/iptables-rules.ts';
import { OSM_PROFILES, OSM_VERSIONS } from '../../../sim/mesh/osm/profiles.ts';

/** Where somebody listens, in the pod and in its peers; a connection to another port is refused. */
export const OPEN_PORTS = [
  80, 3306, 8080, 9090, 14001, 15000, 15001, 15003, 15010, 15901, 15902, 15903, 15904,
] as const;

/** The pod whose rules are tried, and two others; `@` stands for the number of the pod network. */
export const POD = '10.244.@.2';
export const PEERS = ['10.244.@.3', '10.244.@.4'] as const;

/** A connection to be opened: by a process in the pod, or by a peer to the pod. */
export type Connection = { from: 'pod'; uid: number; to: string; port: number } | { from: 'peer'; port: number };

export interface RuleCase {
  /** What iptables-restore is given. */
  rules: string;
  connections: readonly Connection[];
}

const anyPort = fc.constantFrom(...OPEN_PORTS, 81, 15902);
const anyUid = fc.constantFrom(0, 1000, 1500, 1501);
const anyRange = fc.constantFrom(
  POD,
  `${POD}/32`,
  `${PEERS[0]}/32`,
  '10.244.@.0/30',
  '10.244.@.2/31',
  '10.244.@.4/30',
  '10.244.@.0/24',
  '10.0.0.0/8',
  '127.0.0.0/8',
  '127.0.0.1/32',
  '0.0.0.0/0',
  '192.168.0.0/16',
);
const anyInterface = fc.constantFrom('eth0', 'lo', 'eth1', 'eth+', 'net1');

const connection: fc.Arbitrary<Connection> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      from: fc.constant('pod' as const),
      uid: anyUid,
      to: fc.constantFrom('127.0.0.1', '127.0.0.2', POD, ...PEERS),
      port: anyPort,
    }),
  },
  { weight: 1, arbitrary: fc.record({ from: fc.constant('peer' as const), port: anyPort }) },
);

/** Rules as OSM's init container loads them, with any exclusions, mode and release. */
const osmRules: fc.Arbitrary<string> = fc
  .record({
    version: fc.constantFrom(...OSM_VERSIONS),
    mode: fc.constantFrom<('' | 'Localhost' | 'PodIP')[]>('', 'Localhost', 'PodIP'),
    exclusions: fc.record({
      outboundPorts: fc.uniqueArray(anyPort, { maxLength: 4 }),
      inboundPorts: fc.uniqueArray(anyPort, { maxLength: 4 }),
      outboundIPRanges: fc.uniqueArray(anyRange, { maxLength: 2 }),
      includedOutboundIPRanges: fc.oneof(fc.constant([]), fc.uniqueArray(anyRange, { maxLength: 2 })),
      networkInterfaces: fc.oneof(fc.constant([]), fc.uniqueArray(anyInterface, { maxLength: 2 })),
    }),
  })
  .map(({ version, mode, exclusions }) => {
    const script = iptablesScript(exclusions, mode, OSM_PROFILES[version]);
    return script
      .replace(/^.*<<EOF\n/, '')
      .replace(/EOF\n$/, '')
      .replaceAll('$POD_IP', POD);
  });

type Hook = 'PREROUTING' | 'OUTPUT';

/** Chains that a rule may jump to are further down the list, so that none leads back. */
const CHAINS: Readonly<Record<Hook, readonly string[]>> = {
  PREROUTING: ['PREROUTING', 'IN_A', 'IN_B'],
  OUTPUT: ['OUTPUT', 'OUT_A', 'OUT_B'],
};

/** Any rules of the grammar that the interpreter knows. */
const freeRules: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(fc.oneof(rule('OUTPUT', 0), rule('OUTPUT', 1), rule('OUTPUT', 2)), { minLength: 1, maxLength: 10 }),
    fc.array(fc.oneof(rule('PREROUTING', 0), rule('PREROUTING', 1), rule('PREROUTING', 2)), { maxLength: 6 }),
  )
  .map(([out, inbound]) => {
    const declared = [...CHAINS.OUTPUT.slice(1), ...CHAINS.PREROUTING.slice(1)].map((name) => `:${name} - [0:0]`);
    const entries = ['-A OUTPUT -p tcp -j OUT_A', '-A PREROUTING -p tcp -j IN_A'];
    return ['*nat', ...declared, ...entries, ...out, ...inbound, 'COMMIT', ''].join('\n');
  });

function rule(hook: Hook, level: number): fc.Arbitrary<string> {
  const chain = CHAINS[hook][level] ?? hook;
  const not = fc.constantFrom('', '', '! ');
  const matches: fc.Arbitrary<string>[] = [
    // iptables-nft refuses a rule that no address can meet.
    fc.tuple(not, anyRange).map(([no, range]) => `${range.endsWith('/0') ? '' : no}-d ${range}`),
    fc.tuple(not, anyPort).map(([no, port]) => `${no}--dport ${port}`),
    fc
      .tuple(not, anyPort, fc.integer({ min: 0, max: 2000 }))
      .map(([no, port, more]) => `${no}--dport ${port}:${port + more}`),
    fc.uniqueArray(anyPort, { minLength: 1, maxLength: 4 }).map((ports) => `-m multiport --dports ${ports.join(',')}`),
    fc.tuple(not, anyInterface).map(([no, name]) => `${no}${hook === 'OUTPUT' ? '-o' : '-i'} ${name}`),
    ...(hook === 'OUTPUT'
      ? [
          fc.tuple(not, anyUid).map(([no, uid]) => `-m owner ${no}--uid-owner ${uid}`),
          fc.tuple(not, anyUid).map(([no, uid]) => `-m owner ${no}--uid-owner ${uid}-${uid + 600}`),
        ]
      : []),
  ];
  const place = fc.constantFrom('-A', '-A', '-A', '-I', '-I1', '-I2');
  return fc
    .tuple(place, fc.uniqueArray(fc.oneof(...matches), { maxLength: 3, selector: kindOf }), target(hook, level))
    .map(([at, found, to]) => {
      const where = at.length > 2 ? `-I ${chain} ${at.slice(2)}` : `${at} ${chain}`;
      return [where, '-p tcp', ...found, to].join(' ');
    });
}

/** iptables takes each kind of match once in a rule; after `-m multiport` it no longer knows `--dport`. */
function kindOf(match: string): string {
  if (match.includes('--dport')) return 'ports';
  return /-m \w+|-[a-z]/.exec(match)?.[0] ?? match;
}

function target(hook: Hook, level: number): fc.Arbitrary<string> {
  const chains = CHAINS[hook].slice(level + 1);
  const onward = chains.map((chain) => fc.constant(`-j ${chain}`));
  const toPort = anyPort.map((port) => `-j REDIRECT --to-ports ${port}`);
  const addressed = fc.option(anyPort, { nil: undefined });
  // A packet from outside cannot go to loopback; and one that started at loopback can go nowhere else.
  const dnat = addressed.map((port) => `-j DNAT --to-destination ${port === undefined ? POD : `${POD}:${port}`}`);
  return fc.oneof(toPort, dnat, fc.constantFrom('-j RETURN', '-j ACCEPT'), ...onward);
}

/** A rule set and connections to try it with. */
export const ruleCase: fc.Arbitrary<RuleCase> = fc.record({
  rules: fc.oneof(osmRules, freeRules),
  connections: fc.array(connection, { minLength: 10, maxLength: 16 }),
});
