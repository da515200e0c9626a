import { STATUS_CODES } from 'node:http';
import { PORTS } from './ports.ts';

/** What a raw server writes for a path, after how long; `hang`: the connection then stays open. */
export interface Reply {
  text: string;
  delayMs: number;
  hang: boolean;
}

/** The recorder's replies by path (its function reply). `target`: as in the request line. */
export function reply(target: string): Reply {
  const path = target.split('?', 1)[0] as string;
  const [first = '', second = '', third = ''] = path.replace(/^\//, '').split('/');
  const rule = Object.hasOwn(REPLIES, first) ? REPLIES[first] : undefined;
  const answer = rule?.(second, third, path) ?? body(200, '', 'default');
  return typeof answer === 'string' ? { text: answer, delayMs: 0, hang: false } : answer;
}

const BIG = '0123456789'.repeat(2000);
const SHORT = 'Content-Length: 100\r\nConnection: close\r\n\r\npart';

const REPLIES: Readonly<Record<string, (second: string, third: string, path: string) => string | Reply>> = {
  status: (code) => {
    const status = Number(code);
    if (status < 200 || status === 204 || status === 304) return `HTTP/1.1 ${status} X\r\nConnection: close\r\n\r\n`;
    return body(status, '', `body of ${code}`);
  },
  early: (code) => `HTTP/1.1 ${code} X\r\n\r\n${body(200, '', 'ok')}`,
  redir: (code, kind, path) => redirect(Number(code), kind, path),
  count: (left) =>
    Number(left) === 0 ? body(200, '', 'done') : body(302, `Location: /count/${Number(left) - 1}\r\n`, ''),
  big: () => body(200, '', BIG),
  bigfail: () => body(500, '', BIG),
  slow: () => ({ text: body(200, '', 'late'), delayMs: 5000, hang: false }),
  slowbody: () => ({ text: 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart', delayMs: 0, hang: true }),
  short: () => `HTTP/1.1 200 OK\r\n${SHORT}`,
  shortfail: () => `HTTP/1.1 500 X\r\n${SHORT}`,
  garbage: () => 'SSH-2.0-OpenSSH_9.6\r\n',
  garbage2: () => 'HTTP/1.1 abc OK\r\n\r\n',
  empty: () => '',
  http10: () => 'HTTP/1.0 200 OK\r\n\r\nold',
  chunked: () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n',
  badheader: () => 'HTTP/1.1 200 OK\r\nBad Header\r\n\r\n',
};

function redirect(code: number, kind: string, path: string): string {
  const locations: Record<string, string> = {
    rel: '/status/200',
    rel500: '/status/500',
    abs: `http://127.0.0.1:${PORTS.http}/status/200`,
    otherport: `http://127.0.0.1:${PORTS.http2}/status/200`,
    otherhost: `http://localhost:${PORTS.http}/status/200`,
    example: 'http://example.com/login',
    https: `https://127.0.0.1:${PORTS.tls}/status/200`,
    loop: path,
    bad: 'http://[::1',
    empty: '',
    deadport: `http://127.0.0.1:${PORTS.dead}/`,
    ftp: 'ftp://127.0.0.1/x',
    big: 'http://example.com/',
    chain: '/redir/302/example',
    relfrag: '/status/200#f',
  };
  const location = kind === 'none' ? '' : `Location: ${locations[kind] ?? ''}\r\n`;
  return body(code, location, kind === 'big' ? BIG : 'moved');
}

function body(status: number, headers: string, text: string): string {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers}`;
  return `${head}Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`;
}
