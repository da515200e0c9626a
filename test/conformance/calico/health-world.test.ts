import { expect, test } from 'vitest';
import type { HealthCase, HealthSetup } from './health-case.ts';
import { playHealthCase } from './health-world.ts';

const READY = ['calico-node', '-bird-ready'];
const RECOVERING = '0024-Graceful restart recovery in progress\n   Waiting for 1 protocols to recover\n';
const UP = 'Mesh_10_65_0_2 BGP      master   up     10:59:10    Established';

function play(
  setup: HealthSetup,
  argv: readonly string[] = READY,
  more: Partial<Pick<HealthCase, 'version' | 'env'>> = {},
): { exitCode: number | null; stdout: string } {
  const item: HealthCase = {
    name: 'x',
    version: 'v3.31.7',
    setupWords: '',
    setup,
    argv,
    env: {},
    exitCode: 0,
    stdout: '',
    stderr: '',
    stillRunningAfterMs: 40_000,
    ...more,
  };
  const { exitCode, stdout } = playHealthCase(item, 1);
  return { exitCode, stdout: stdout.replace(/^.*peering established = /, '') };
}

// Rows of hosts that no recording at hand has: each does what its row shows.
test.each([
  ['Mesh_10_77_0_9 BGP      master   start  10:59:10    Active        Socket: Connection closed', '10.77.0.9'],
  ['Mesh_10_77_0_9 BGP      master   start  10:59:10    OpenSent', '10.77.0.9'],
  ['Mesh_10_77_0_9 BGP      master   start  10:59:10    Passive', '10.77.0.9'],
  ['Node_10_77_0_9_port_1179 BGP      master   start  10:59:10    OpenConfirm', '10.77.0.9.port.1179'],
])('one up, one in another state, fresh: %s', (row, address) => {
  const stdout = `1\ncalico/node is not ready: BIRD is not ready: BGP not established with ${address}\n`;
  expect(play({ birdRows: [UP, row], nodename: '5 s old' })).toEqual({ exitCode: 1, stdout });
  expect(play({ birdRows: [UP, row], nodename: '60 s old' })).toEqual({ exitCode: 0, stdout: '1\n' });
});

test('two peers up', () => {
  const second = 'Global_10_77_0_9 BGP      master   up     10:59:10    Established';
  expect(play({ birdRows: [UP, second], nodename: '5 s old' })).toEqual({ exitCode: 0, stdout: '2\n' });
});

test('every peer up, and one of them has not told its routes', () => {
  expect(play({ birdRows: [UP], birdStatus: RECOVERING, nodename: '5 s old' })).toEqual({
    exitCode: 1,
    stdout: '1\ncalico/node is not ready: BIRD is not ready: graceful restart in progress\n',
  });
});

test.each([
  ['run: /etc/service/enabled/bird: (pid 1) 2s, paused\n', { exitCode: null, stdout: '' }],
  ['run: /etc/service/enabled/bird: (pid 1) 2s, normally down\n', { exitCode: 0, stdout: '' }],
  ['run: /etc/service/enabled/bird: (pid 1) 2s\n', { exitCode: 0, stdout: '' }],
])('a service that is %s', (state, expected) => {
  const status = (stdout: string) => ({ stdout, stderr: '', exit: 0 });
  const svStatus = { confd: status('run: /etc/service/enabled/confd: (pid 2) 7s\n'), bird: status(state) };
  expect(play({ svStatus }, ['calico-node', '-bird-live'])).toEqual(expected);
});

test.each([65_535, 65_536])('a line of %i characters in BIRD’s answer', (length) => {
  const socketScript = [
    'READ',
    `0001 BIRD 1.6.8 ready.\n2002-name proto table state since info\n${' '.repeat(length)}\n0000 \n`,
  ];
  const problem =
    'calico/node is not ready: BIRD is not ready: error executing command: bufio.Scanner: token too long\n';
  const expected = length < 65_536 ? { exitCode: 0, stdout: '0\n' } : { exitCode: 1, stdout: problem };
  expect(play({ socketScript, nodename: '60 s old' })).toEqual(expected);
});

// Read in the source of the release and in issue 3420; nobody recorded it.
test.each([
  [
    'hang',
    'Get http://localhost:9099/liveness: net/http: request canceled (Client.Timeout exceeded while awaiting headers)',
  ],
  ['none', 'Get http://localhost:9099/liveness: dial tcp 127.0.0.1:9099: connect: connection refused'],
  ['code:503', 'liveness probe reporting 503'],
])('v3.8 asks felix first, with a client of its own, and stops there: %s', (felix, cause) => {
  const argv = ['calico-node', '-bird-ready', '-felix-live'];
  const stdout = `calico/node is not ready: Felix is not live: ${cause}`;
  const setup = { felix, nodename: 'absent' };
  expect(play(setup, argv, { version: 'v3.8.9' })).toEqual({ exitCode: 1, stdout });
  // Newer ones run both, and the one that fails at once is told.
  if (felix === 'hang') expect(play(setup, argv).stdout).toContain('BIRD is not ready');
});

// As v3.28's check says to a BIRD that does so: only 0013 ends what it is told of its status.
test('a table’s end in the answer to `show status` is a line that nobody expects', () => {
  const row = ' Mesh_10_65_0_2 BGP master up 10:00:00 Established\n';
  const socketScript = ['READ', `0001 BIRD 1.6.8 ready.\n${row}0000 \n`];
  const problem = "calico/node is not ready: BIRD is not ready: unexpected output line from BIRD: '0000 '\n";
  expect(play({ socketScript, nodename: '5 s old' })).toEqual({ exitCode: 1, stdout: `1\n${problem}` });
  expect(play({ socketScript, nodename: '60 s old' })).toEqual({ exitCode: 0, stdout: '1\n' });
});
