import { expect, test } from 'vitest';
import type { Program } from '../../host.ts';
import { encodeKeepalive, encodeNotification, encodeOpen } from './bgp-messages.ts';
import { parseBirdConfig } from './bird-config.ts';
import { states } from './peer-states.fixture.ts';

const open = (as: number, holdTime = 240) => encodeOpen({ as, holdTime, routerId: '9.9.9.9', gracefulRestart: true });

/** What is at the other end: what it does with a connection at port 179. */
const PEERS: Readonly<Record<string, Program>> = {
  silent: (host) => host.listenTcp({ port: 179 }, { onConnection: () => {} }),
  closes: (host) => host.listenTcp({ port: 179 }, { onConnection: (connection) => connection.close() }),
  refuses: () => {},
  'OPEN only': (host) => host.listenTcp({ port: 179 }, { onConnection: (one) => one.send(open(64_512)) }),
  'another AS': (host) => host.listenTcp({ port: 179 }, { onConnection: (one) => one.send(open(65_000)) }),
  'NOTIFICATION 6/2': notifies(6, 2),
  'NOTIFICATION 6/5': notifies(6, 5),
  'NOTIFICATION 2/2': notifies(2, 2),
  'establishes, then is silent': (host) =>
    host.listenTcp(
      { port: 179 },
      {
        onConnection: (connection) => {
          connection.send(open(64_512, 3));
          connection.send(encodeKeepalive());
        },
      },
    ),
  establishes: (host) =>
    host.listenTcp(
      { port: 179 },
      {
        onConnection: (connection) => {
          connection.send(open(64_512));
          connection.onData(() => connection.send(encodeKeepalive()));
        },
      },
    ),
};

function notifies(code: number, subcode: number): Program {
  return (host) =>
    host.listenTcp(
      { port: 179 },
      {
        onConnection: (connection) => {
          connection.send(open(64_512));
          connection.send(encodeNotification(code, subcode));
        },
      },
    );
}

// The sequences are those of test/golden/calico/birdctl.jsonl.
test.each<[string, Program | 'absent', string[]]>([
  ['silent', PEERS.silent as Program, ['Active', 'Connect', 'OpenSent']],
  [
    'refuses',
    PEERS.refuses as Program,
    ['Active', 'Connect', 'Idle Socket: Connection refused', 'Active Socket: Connection refused'],
  ],
  [
    'no host',
    'absent',
    [
      'Active',
      'Connect',
      'Idle Socket: No route to host',
      'Active Socket: No route to host',
      'Connect Socket: No route to host',
    ],
  ],
  ['OPEN only', PEERS['OPEN only'] as Program, ['Active', 'Connect', 'OpenConfirm']],
  [
    'another AS',
    PEERS['another AS'] as Program,
    [
      'Active',
      'Connect',
      'Close BGP Error: Bad peer AS',
      'Idle BGP Error: Bad peer AS',
      'Active BGP Error: Bad peer AS',
    ],
  ],
  [
    'NOTIFICATION 6/2',
    PEERS['NOTIFICATION 6/2'] as Program,
    ['Active', 'Connect', 'Idle Received: Administrative shutdown', 'Active Received: Administrative shutdown'],
  ],
  [
    'NOTIFICATION 6/5',
    PEERS['NOTIFICATION 6/5'] as Program,
    ['Active', 'Connect', 'Idle Received: Connection rejected', 'Active Received: Connection rejected'],
  ],
  [
    'NOTIFICATION 2/2',
    PEERS['NOTIFICATION 2/2'] as Program,
    ['Active', 'Connect', 'Idle Received: Bad peer AS', 'Active Received: Bad peer AS'],
  ],
  [
    'closes',
    PEERS.closes as Program,
    ['Active', 'Connect', 'Idle Socket: Connection closed', 'Active Socket: Connection closed'],
  ],
  [
    'establishes, then is silent',
    PEERS['establishes, then is silent'] as Program,
    [
      'Active',
      'Connect',
      'Established',
      'Close BGP Error: Hold timer expired',
      'Idle BGP Error: Hold timer expired',
      'Active BGP Error: Hold timer expired',
    ],
  ],
  ['establishes', PEERS.establishes as Program, ['Active', 'Connect', 'Established']],
])('%s', (_, neighbor, expected) => {
  expect(states(neighbor, { seconds: 14 }).slice(0, expected.length)).toEqual(expected);
});

test('a passive peer that nobody dials stays Passive', () => {
  expect(states(PEERS.refuses as Program, { seconds: 14, passive: true })).toEqual(['Passive']);
});

test('a configuration: templates, comments, ports, what is not BGP', () => {
  const config = parseBirdConfig(`
    router id 10.0.0.1; # a comment { with a brace
    protocol kernel { learn; }
    protocol device {}
    template bgp t { local as 65001; connect delay time 2; error wait time 5,30; passive off; graceful restart; }
    protocol bgp Node_1 from t { neighbor 10.0.0.2 port 1179 as 65002; passive on; }
  `);
  expect(config).toMatchObject({
    routerId: '10.0.0.1',
    gracefulRestartWait: 240,
    others: [
      { name: 'kernel1', kind: 'Kernel' },
      { name: 'device1', kind: 'Device' },
    ],
    peers: [
      {
        name: 'Node_1',
        neighbor: '10.0.0.2',
        port: 1179,
        neighborAs: 65_002,
        localAs: 65_001,
        passive: true,
        connectDelay: 2,
        errorWait: [5, 30],
        gracefulRestart: true,
      },
    ],
  });
});

test.each([
  ['protocol bgp a from nobody { neighbor 1.2.3.4 as 1; }', '1:21 Template or protocol name expected'],
  ['protocol bgp a { local as 1; }', '1:30 Neighbor must be configured'],
  ['protocol bgp a {', '1:0 syntax error'],
  ['}', '1:1 syntax error'],
  ['protocol bgp a { neighbor 1.2.3.4 as; }', '1:37 syntax error'],
  ['protocol device {}\nprotocol bgp a { neighbor 1.2.3.4 as 5; }', '2:41 Local AS number must be set'],
])('%s', (text, complaint) => {
  expect(parseBirdConfig(text)).toBe(complaint);
});
