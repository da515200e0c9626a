import { expect, test } from 'vitest';
import { type ReadResult, ResponseReader } from './http1-response.ts';

/**
 * What a server wrote before it closed, and what Go's client made of it: status and body (no body for a failing status),
 * `broken: ` the response's error, `body: ` the body's.
 */
const RESPONSES: [written: string, read: string][] = [
  ['HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody', '200 body'],
  ['HTTP/1.1 200\r\n\r\nx', '200 x'],
  ['HTTP/1.1 200 \r\n\r\nx', '200 x'],
  ['HTTP/1.1  200 OK\r\n\r\nx', '200 x'],
  ['HTTP/1.1 20 OK\r\n\r\nx', 'broken: malformed HTTP status code "20"'],
  ['HTTP/1.1 2000 OK\r\n\r\nx', 'broken: malformed HTTP status code "2000"'],
  ['HTTP/1.1 +20 OK\r\n\r\nx', '20'],
  ['HTTP/1.1 -20 OK\r\n\r\nx', 'broken: malformed HTTP status code "-20"'],
  ['HTTP/1.1 099 OK\r\n\r\nx', '99'],
  ['HTTP/1.1 000 OK\r\n\r\nx', '0'],
  ['HTTP/2.0 200 OK\r\n\r\nx', '200 x'],
  ['HTTP/3.0 200 OK\r\n\r\nx', '200 x'],
  ['HTTP/1.2 200 OK\r\n\r\nx', '200 x'],
  ['HTTP/10.1 200 OK\r\n\r\nx', 'broken: malformed HTTP version "HTTP/10.1"'],
  ['http/1.1 200 OK\r\n\r\nx', 'broken: malformed HTTP version "http/1.1"'],
  ['HTTP/1 200 OK\r\n\r\n', 'broken: malformed HTTP version "HTTP/1"'],
  ['HTTP/1.1 200 OK\n\nx', '200 x'],
  ['HTTP/1.1 200 OK\r\n', 'broken: unexpected EOF'],
  ['HTTP/1.1 200 OK', 'broken: unexpected EOF'],
  ['HTTP/1.1 2', 'broken: malformed HTTP status code "2"'],
  ['H', 'broken: malformed HTTP response "H"'],
  ['HTTP', 'broken: malformed HTTP response "HTTP"'],
  ['hello\n', 'broken: malformed HTTP response "hello"'],
  ['\r\n', 'broken: malformed HTTP response ""'],
  ['\r\nHTTP/1.1 200 OK\r\n\r\n', 'broken: malformed HTTP response ""'],
  ['HTTP/1.1 200 OK\r\nA: b', 'broken: unexpected EOF'],
  ['HTTP/1.1 200 OK\r\nA: b\r\n', 'broken: unexpected EOF'],
  ['HTTP/1.1 200 OK\r\nA : b\r\n\r\n', '200 '],
  ['HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\nx', '200 x'],
  ['HTTP/1.1 200 OK\r\nA\r\n\r\n', 'broken: malformed MIME header: missing colon: "A"'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc', '200 abc'],
  [
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc',
    'broken: http: message cannot contain multiple Content-Length headers; got ["3" "4"]',
  ],
  ['HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc', 'broken: bad Content-Length "x"'],
  ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc', 'broken: bad Content-Length "-1"'],
  ['HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc', 'broken: bad Content-Length "+3"'],
  ['HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\nabc', 'broken: invalid empty Content-Length ""'],
  ['HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc', 'broken: bad Content-Length "3, 3"'],
  [
    'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc',
    'broken: bad Content-Length "99999999999999999999"',
  ],
  ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc', '200 a'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc', 'broken: unsupported transfer encoding: "gzip"'],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\nabc',
    'broken: unsupported transfer encoding: "chunked, chunked"',
  ],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\nabc',
    'broken: too many transfer encodings: ["chunked" "chunked"]',
  ],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\nContent-Length: 5\r\n\r\n3\r\nabc\r\n0\r\n\r\n', '200 abc'],
  ['HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', '200 3\r\nabc\r\n0\r\n\r\n'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'body: invalid byte in chunk length'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n', 'body: malformed chunked encoding'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab', 'body: unexpected EOF'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n', 'body: unexpected EOF'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;ext=1\r\nabc\r\n0\r\nT: 1\r\n\r\n', '200 abc'],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n',
    'body: http: unexpected EOF reading trailer',
  ],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n', 'body: empty hex number for chunk length'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', '200 '],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n', 'body: http: unexpected EOF reading trailer'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n11111111111111111\r\n', 'body: http chunk length too large'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\n0\n\n', 'body: chunked line ends with bare LF'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', 'body: unexpected EOF'],
  ['HTTP/1.1 204 N\r\nContent-Length: 3\r\n\r\nabc', '204 '],
  ['HTTP/1.1 304 N\r\nContent-Length: 3\r\n\r\nabc', '304 '],
  ['HTTP/1.1 304 N\r\nTransfer-Encoding: chunked\r\n\r\nabc', '304 '],
  ['HTTP/1.1 100 C\r\n\r\n', 'broken: unexpected EOF'],
  ['HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\n\r\nx', '200 x'],
  ['HTTP/1.1 103 C\r\n\r\nSSH\r\n', 'broken: malformed HTTP response "SSH"'],
  ['HTTP/1.1 103 C\r\n\r\nHTT', 'broken: malformed HTTP response "HTT"'],
  ['HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\nabc', '101'],
  ['HTTP/1.1 101 S\r\nContent-Length: 3\r\n\r\nab', '101'],
  ['HTTP/1.1 101 S\r\n\r\nabc', '101'],
  ['HTTP/1.1 500\r\nContent-Length: 3\r\n\r\nab', 'body: unexpected EOF'],
  ['\u0015\u0003\u0001\u0000\u0002\u0002F', 'broken: malformed HTTP response "\\x15\\x03\\x01\\x00\\x02\\x02F"'],
  [
    '\u0000\u0000\u0012\u0004\u0000\u0000\u0000\u0000\u0000',
    'broken: malformed HTTP response "\\x00\\x00\\x12\\x04\\x00\\x00\\x00\\x00\\x00"',
  ],
  ['h\u00e9llo\r\n', 'broken: malformed HTTP response "h\\xe9llo"'],
  ['HTTP/1.1 abc\r\n\r\n', 'broken: malformed HTTP status code "abc"'],
  ['HTTP/1.1 abc', 'broken: malformed HTTP status code "abc"'],
  ['HTTP/1.1 \r\n\r\n', 'broken: malformed HTTP status code ""'],
  ['HTTP/1.1\r\n\r\n', 'broken: malformed HTTP response "HTTP/1.1"'],
  // A length is looked at even where chunks end the body; what would change the framing is no trailer.
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n0\r\n\r\n',
    'broken: bad Content-Length "x"',
  ],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: A, content-length\r\n\r\n0\r\n\r\n',
    'broken: bad trailer key "Content-Length"',
  ],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3 ;ext=1\r\nabc\r\n0\r\n\r\n',
    'body: invalid byte in chunk length',
  ],
  [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${'0'.repeat(4096)}`, 'body: header line too long'],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n', '200 '],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA\r\n\r\n',
    'body: malformed MIME header: missing colon: "A"',
  ],
  [
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n',
    'body: http: suspiciously long trailer after chunked body',
  ],
  ['HTTP/1.1 +20 OK\r\nContent-Length: 3\r\n\r\nx', 'body: unexpected EOF'],
  // The last line is judged before the end of the header is missed.
  ['HTTP/1.1 200 OK\r\na: \x01\r\n', 'broken: malformed MIME header line: A: \x01'],
  ['HTTP/1.1 200 OK\r\nA: b\r', 'broken: malformed MIME header line: A: b\r'],
  ['HTTP/1.1 200 OK\r\nA \r\n\r\n', 'broken: malformed MIME header: missing colon: "A "'],
];

const LIMIT = 10_240;

function read(written: string, chunkSize: number): ReadResult {
  const reader = new ResponseReader(LIMIT);
  const bytes = Buffer.from(written, 'latin1');
  for (let at = 0; at < bytes.length; at += chunkSize) {
    const result = reader.push(bytes.subarray(at, at + chunkSize));
    if (result !== undefined) return result;
  }
  return reader.end();
}

function inWords(result: ReadResult): string {
  if (result.kind === 'broken') return `broken: ${result.detail}`;
  if (result.kind === 'failed') return `failed: ${result.failure.cause}`;
  if (result.bodyFailure !== undefined) return `body: ${result.bodyFailure.detail}`;
  const { status, body } = result;
  return status >= 200 && status < 400 ? `${status} ${Buffer.from(body).toString('latin1')}` : String(status);
}

test.each(RESPONSES)('%j', (written, expected) => {
  expect(inWords(read(written, written.length || 1))).toBe(expected);
});

test.each(RESPONSES)('%j, byte by byte', (written, expected) => {
  expect(inWords(read(written, 1))).toBe(expected);
});

test('a connection that ends without a byte is EOF', () => {
  expect(new ResponseReader(LIMIT).end()).toEqual({ kind: 'broken', cause: 'eof' });
});

test('a body larger than wanted is complete with what is wanted', () => {
  const result = read(`HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n${'x'.repeat(11_000)}`, 1000);
  expect(result).toMatchObject({ kind: 'response', bodyEnd: 'complete', body: { length: LIMIT } });
});

test('the deadline in the headers is a failure, in the body a response whose body did not end', () => {
  const failure = { phase: 'exchange', cause: 'timeout' } as const;
  const inHeaders = new ResponseReader(LIMIT);
  inHeaders.push(Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n'));
  expect(inHeaders.interrupted(failure, '')).toEqual({ kind: 'failed', failure });
  const inBody = new ResponseReader(LIMIT);
  inBody.push(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart'));
  expect(inBody.interrupted(failure, '')).toMatchObject({ kind: 'response', bodyEnd: 'timeout', bodyFailure: failure });
});
