import { expect, test } from 'vitest';
import type { Program, TcpConnection } from '../../host.ts';
import { encodeEndOfRib, encodeKeepalive, encodeOpen } from './bgp-messages.ts';
import { states } from './peer-states.fixture.ts';

const MARKER = new Array<number>(16).fill(0xff);
const OPEN = [...encodeOpen({ as: 64_512, holdTime: 240, routerId: '9.9.9.9', gracefulRestart: true })];
const ALIVE = [...encodeKeepalive()];
/** Bytes of a whole message with this type and body. */
const raw = (type: number, ...body: number[]) => [...MARKER, 0, 19 + body.length, type, ...body];
/** An OPEN with some of its bytes changed: version, AS, hold time, router id, parameters. */
const opened = (...body: number[]) => raw(1, ...body);

// What Debian's BIRD 1.6.8 said of a peer that sends this.
test.each([
  ['no marker', [...new Array(16).fill(0), 0, 19, 4], 'BGP Error: Connection not synchronized'],
  ['a length that is none', [...MARKER, 0, 5, 4], 'BGP Error: Bad message length'],
  ['a length beyond 4096', [...MARKER, 0x13, 0x88, 4], 'BGP Error: Bad message length'],
  ['a type that is none', raw(9), 'BGP Error: Bad message type'],
  ['a short OPEN', raw(1, 4), 'BGP Error: Bad message length'],
  ['BGP-3', opened(3, 0xfc, 0, 0, 240, 9, 9, 9, 9, 0), 'BGP Error: Unsupported version number'],
  ['a hold time of 2', opened(4, 0xfc, 0, 0, 2, 9, 9, 9, 9, 0), 'BGP Error: Unacceptable hold time'],
  ['router id 0.0.0.0', opened(4, 0xfc, 0, 0, 240, 0, 0, 0, 0, 0), 'BGP Error: Bad BGP identifier'],
  [
    'a parameter that is none',
    opened(4, 0xfc, 0, 0, 240, 9, 9, 9, 9, 3, 9, 1, 0),
    'BGP Error: Unsupported optional parameter',
  ],
  [
    'a parameter that is too long',
    opened(4, 0xfc, 0, 0, 240, 9, 9, 9, 9, 3, 2, 9, 0),
    'BGP Error: Invalid OPEN message',
  ],
  ['KEEPALIVE first', ALIVE, 'BGP Error: Unexpected message in OpenSent state'],
  ['two OPENs', [...OPEN, ...OPEN], 'BGP Error: Unexpected message in OpenConfirm state'],
  [
    'a refresh before KEEPALIVE',
    [...OPEN, ...raw(5, 0, 1, 0, 1)],
    'BGP Error: Unexpected message in OpenConfirm state',
  ],
  ['OPEN when established', [...OPEN, ...ALIVE, ...OPEN], 'BGP Error: Unexpected message in Established state'],
  ['an UPDATE that is too long', [...OPEN, ...ALIVE, ...raw(2, 0, 9, 0, 0)], 'BGP Error: Malformed attribute list'],
  ['a short NOTIFICATION', [...OPEN, ...raw(3, 6)], 'BGP Error: Bad message length'],
  ['NOTIFICATION 3/11', [...OPEN, ...raw(3, 3, 11)], 'Received: Malformed AS_PATH'],
  ['NOTIFICATION 5/2', [...OPEN, ...raw(3, 5, 2)], 'Received: Unexpected message in OpenConfirm state'],
  ['NOTIFICATION 2/9', [...OPEN, ...raw(3, 2, 9)], 'Received: Unknown error 2.9'],
  ['NOTIFICATION 6/9', [...OPEN, ...raw(3, 6, 9)], 'Received: Unknown error 6.9'],
])('a peer that sends %s', (_, bytes, expected) => {
  expect(states(sends(bytes), { seconds: 6 })).toContain(`Idle ${expected}`);
});

test.each([
  ['a hold time of 0', [...opened(4, 0xfc, 0, 0, 0, 9, 9, 9, 9, 0), ...ALIVE]],
  ['an UPDATE in place of KEEPALIVE', [...OPEN, ...encodeEndOfRib()]],
  ['a KEEPALIVE that is too long', [...OPEN, ...raw(4, 0)]],
  ['a refresh', [...OPEN, ...ALIVE, ...raw(5, 0, 1, 0, 1)]],
])('a peer that sends %s is Established', (_, bytes) => {
  expect(states(sends(bytes), { seconds: 6 }).at(-1)).toBe('Established');
});

function sends(bytes: readonly number[]): Program {
  const onConnection = (connection: TcpConnection) => connection.send(Uint8Array.from(bytes));
  return (host) => host.listenTcp({ port: 179 }, { onConnection });
}
