import { expect, test } from 'vitest';
import { birdSession as session } from './bird-session.fixture.ts';
import { expand } from './birdcl-commands.ts';

// What Debian's BIRD 1.6.8 answered.
test.each([
  ['sh prot', '9001 syntax error\n'],
  ['SHOW PROTOCOLS', '9001 syntax error\n'],
  ['show protocols nosuch', '9002 nosuch is not a protocol\n'],
  ['show protocols Mesh*', '9001 syntax error\n'],
  ['show protocols 5', '9001 syntax error\n'],
  ['show protocols all "no*"', '8003 No protocols match\n'],
  ['show protocols "kern*" # x', /^2002-name .*\n1002-kernel1 {2}Kernel {3}master {3}up {5}10:00:00 {4}\n0000 \n$/],
  ['show status x', '9001 syntax error\n'],
  ['show route', '1007-10.65.0.0/24       dev eth0 [direct1 10:00:00] * (240)\n0000 \n'],
  ['show route all', /\* \(240\)\n1008-\tType: device unicast univ\n0000 \n$/],
  ['show route count', '0014 1 of 1 routes for 1 networks\n'],
  ['show route for 10.65.0.77', /^1007-10\.65\.0\.0\/24 /],
  ['show route 10.0.0.0/8', '8001 Network not in table\n'],
  ['show route protocol nosuch', '9001 nosuch is not a protocol\n'],
  ['show route table nosuch', '9001 nosuch is not a table\n'],
  ['show route export Mesh_9', '8005 Protocol is down\n'],
  ['show symbols Mesh_9', '1010 Mesh_9  \tprotocol\n'],
  ['show interfaces summary', /^2005-interface state address\n1005-lo .*\n eth0 {6}up {4}10\.65\.0\.1\/24\n0000 \n$/],
  ['show ospf neighbors', '9001 There is no OSPF protocol running\n'],
  ['show static kernel1', '9001 kernel1: Not a Static protocol\n'],
  ['show roa', '9001 No ROA table defined\n'],
  ['disable', '9001 syntax error\n'],
  ['disable nosuch', '9002 nosuch is not a protocol\n'],
  ['disable "Mesh*" "for a while"', '0009-Mesh_9: disabled\n Mesh_8: disabled\n0000 \n'],
  ['enable all', /^0010-kernel1: already enabled\n device1: already enabled\n/],
  ['restart Mesh_9', '0012-Mesh_9: restarted\n0000 \n'],
  ['reload device1', '8006-device1: reload failed\n0000 \n'],
  ['reload all', '0015-kernel1: reloading\n8006-device1: reload failed\n direct1: reload failed\n0000 \n'],
  ['configure', '0002-Reading configuration from /bird.cfg\n0003 Reconfigured\n'],
  ['configure soft', '0002-Reading configuration from /bird.cfg\n0003 Reconfigured\n'],
  ['configure x', '9001 syntax error\n'],
  ['configure "/none"', '0002-Reading configuration from /none\n8002 /none: No such file or directory\n'],
  ['configure check "/bad.cfg"', '0002-Reading configuration from /bad.cfg\n8002 /bad.cfg:2:37 syntax error\n'],
  ['configure undo', '0021-Undo requested\n0019 Nothing to do\n'],
  ['configure confirm', '0019 Nothing to do\n'],
  ['configure timeout', /0022-Undo scheduled in 300 s\n0003 Reconfigured\n$/],
  ['echo all 5000', '0000 \n'],
  ['debug Mesh_9 { states }', '0000 \n'],
  ['debug', '9001 syntax error\n'],
  ['dump resources', '0000 \n'],
  ['down x', '9001 syntax error\n'],
  ['show protocols; show status', '9001 syntax error\n'],
])('%s', (command, expected) => {
  expect(session().ask(command)).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
});

test('all of a protocol: what its block says, and an empty line behind it', () => {
  const { ask } = session();
  expect(ask('show protocols all Mesh_8')).toBe(`2002-name     proto    table    state  since       info
1002-Mesh_8   BGP      master   start  10:00:00    Passive       
1006-  Description:    Connection to BGP peer
   Preference:     120
   Input filter:   ACCEPT
   Output filter:  (unnamed)
   Routes:         0 imported, 0 exported, 0 preferred
   Route change stats:     received   rejected   filtered    ignored   accepted
     Import updates:              0          0          0          0          0
     Import withdraws:            0          0        ---          0          0
     Export updates:              0          0          0        ---          0
     Export withdraws:            0        ---        ---        ---          0
   BGP state:          Passive
     Neighbor address: 10.0.0.8
     Neighbor AS:      65000
 
0000 
`);
  expect(ask('show protocols all Mesh_9')).toMatch(/Connect delay: {4}[12]\/2\n/);
  ask('disable Mesh_8');
  expect(ask('show protocols all Mesh_8')).not.toMatch(/Routes|Last error/);
});

test('a restricted session may look, and nothing more', () => {
  const { ask, isEnded, clock } = session();
  expect(ask('restrict')).toBe('0016 Access restricted\n');
  for (const command of [
    'configure',
    'disable all',
    'enable all',
    'restart all',
    'reload all',
    'debug all off',
    'down',
  ])
    expect(ask(command)).toBe('8007 Access denied\n');
  expect(ask('configure check')).toMatch(/0020 Configuration OK\n$/);
  expect(ask('echo all')).toBe('0000 \n');
  clock.runUntil(5000);
  expect(isEnded()).toBe(false);
});

test('a configuration that nobody confirms is taken back in time', () => {
  const { ask, clock } = session();
  const reconfigured = () => /Last reconfiguration on \S+ (\S+)/.exec(ask('show status'))?.[1];
  clock.runUntil(4000);
  ask('configure timeout 10');
  expect(reconfigured()).toBe('10:00:04');
  clock.runUntil(15_000);
  expect(reconfigured()).toBe('10:00:14');
  expect(ask('configure confirm')).toBe('0019 Nothing to do\n');
  ask('configure timeout 10');
  expect(ask('configure confirm')).toBe('0018 Reconfiguration confirmed\n');
});

test('down ends it', () => {
  const { ask, clock, isEnded } = session();
  expect(ask('down')).toBe('0007 Shutdown requested\n');
  clock.runUntil(2000);
  expect(isEnded()).toBe(true);
});

test.each([
  ['sh prot', { command: 'show protocols' }],
  ['show p  all  Mesh_9', { command: 'show protocols all  Mesh_9' }],
  ['show i', { command: 'show interfaces' }],
  ['conf c', { text: expect.stringMatching(/^Ambiguous command/) }],
  ['show', { text: "No such command. Press `?' for help.\n" }],
  ['nosuch', { text: "No such command. Press `?' for help.\n" }],
  [
    'show stat',
    {
      text: `Ambiguous command, possible expansions are:
show static [<name>]                           Show details of static protocol
show status                                    Show router status
`,
    },
  ],
])('the client makes of %s', (line, expected) => {
  expect(expand(line)).toEqual(expected);
});
