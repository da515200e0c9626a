import { expect, test } from 'vitest';
import { formatUrl } from './format-url.ts';
import { invalidHeader, probeHeaders, wireHeaders } from './headers.ts';

const AGENT = 'kube-probe/1.34';

function wire(headers: [string, string][], path = '/'): string[] {
  const map = probeHeaders(
    headers.map(([name, value]) => ({ name, value })),
    AGENT,
  );
  const host = map.get('Host')?.[0] ?? '';
  return wireHeaders(formatUrl('http', '10.0.0.1', 80, path), map, host).map(([name, value]) => `${name}: ${value}`);
}

const HOST = 'Host: 10.0.0.1:80';
const UA = `User-Agent: ${AGENT}`;
const ACCEPT = 'Accept: */*';
const CLOSE = 'Connection: close';

/** As a server behind Go's net/http saw them. */
test.each<[string, [string, string][], string[]]>([
  ['none', [], [HOST, UA, ACCEPT, CLOSE]],
  [
    'sorted',
    [
      ['zzz', '1'],
      ['aaa', '2'],
      ['Mmm', '3'],
    ],
    [HOST, UA, 'Aaa: 2', ACCEPT, 'Mmm: 3', 'Zzz: 1', CLOSE],
  ],
  [
    'duplicates',
    [
      ['X-A', '1'],
      ['x-a', '2'],
    ],
    [HOST, UA, ACCEPT, 'X-A: 1', 'X-A: 2', CLOSE],
  ],
  ['own agent', [['user-agent', ' mine/1 ']], [HOST, 'User-Agent: mine/1', ACCEPT, CLOSE]],
  ['no agent', [['User-Agent', '']], [HOST, ACCEPT, CLOSE]],
  [
    'no accept',
    [
      ['Accept', ''],
      ['Accept', 'b'],
    ],
    [HOST, UA, CLOSE],
  ],
  [
    'first host',
    [
      ['Host', 'a.host'],
      ['host', 'b.host'],
    ],
    ['Host: a.host', UA, ACCEPT, CLOSE],
  ],
  ['impossible host', [['Host', 'a/b']], ['Host: ', UA, ACCEPT, CLOSE]],
  [
    'length',
    [
      ['Content-Length', '5'],
      ['Transfer-Encoding', 'chunked'],
    ],
    [HOST, UA, ACCEPT, CLOSE],
  ],
  ['keep-alive', [['Connection', 'keep-alive']], [HOST, UA, ACCEPT, 'Connection: keep-alive', CLOSE]],
  ['close', [['Connection', 'close']], [HOST, UA, ACCEPT, CLOSE]],
  [
    'upgrade',
    [
      ['Connection', 'Upgrade'],
      ['Upgrade', 'websocket'],
    ],
    [HOST, UA, ACCEPT, 'Connection: Upgrade', 'Upgrade: websocket'],
  ],
])('%s', (_name, headers, expected) => {
  expect(wire(headers)).toEqual(expected);
});

test('user information in the path becomes Basic auth, unless the user sets one', () => {
  expect(wire([], '//user:pw@x/req')).toContain('Authorization: Basic dXNlcjpwdw==');
  expect(wire([], '//user@x/req')).toContain('Authorization: Basic dXNlcjo=');
  expect(wire([['authorization', 'tok']], '//user:pw@x/req')).toContain('Authorization: tok');
});

test.each([
  ['X A', 'v', 'net/http: invalid header field name "X A"'],
  ['', 'v', 'net/http: invalid header field name ""'],
  ['x-ümlaut', 'v', 'net/http: invalid header field name "x-ümlaut"'],
  ['x-a', 'a\nb', 'net/http: invalid header field value for "X-A"'],
  ['x-a', 'ü', undefined],
])('header %j: %j', (name, value, text) => {
  expect(invalidHeader(probeHeaders([{ name, value }], AGENT))).toBe(text);
});
