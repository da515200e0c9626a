import { once } from 'node:events';
import { connect as connectH2 } from 'node:http2';
import { connect, createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ClientOutcome, DialOutcome, HttpHandler, Listener } from '../../sim/programs/host.ts';
import { grpcAttempt } from '../transport/grpc-attempt.ts';
import { createNodeHost, type NodeHost } from './node-host.ts';

const open: Listener[] = [];
afterEach(() => {
  for (const listener of open.splice(0)) listener.close();
});

function testHost(): { host: NodeHost; exits: number[]; output: string[] } {
  const exits: number[] = [];
  const output: string[] = [];
  const host = createNodeHost({
    args: ['a'],
    env: { POD_IP: '10.9.8.7' },
    exit: (code) => exits.push(code),
    write: (stream, text) => output.push(`${stream}:${text}`),
  });
  return { host, exits, output };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A listener is bound a moment after it was asked for. */
async function serving(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`nothing listens on ${port}`);
}

async function httpServer(handler: HttpHandler, tls = false): Promise<{ host: NodeHost; port: number }> {
  const { host } = testHost();
  const port = await freePort();
  open.push(host.listenHttp({ port, address: '127.0.0.1', tls }, handler));
  await serving(port);
  return { host, port };
}

function ask(
  host: NodeHost,
  port: number,
  options: { scheme?: 'http' | 'https'; timeoutMs?: number } = {},
): Promise<ClientOutcome> {
  return new Promise((resolve) => {
    host.request({ scheme: 'http', method: 'GET', host: '127.0.0.1', port, target: '/x?y=1', ...options }, resolve);
  });
}

describe('HTTP', () => {
  test('a program sees the request as sent and answers with any status, headers and body', async () => {
    const seen: unknown[] = [];
    const { host, port } = await httpServer(({ request, reply }) => {
      seen.push([request.method, request.target, request.protocol, request.remoteAddress]);
      reply({
        status: 418,
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
        ],
        body: 'teapot',
      });
    });
    const outcome = await ask(host, port);
    expect(seen).toEqual([['GET', '/x?y=1', 'HTTP/1.1', '127.0.0.1']]);
    expect(outcome).toMatchObject({ kind: 'response', status: 418 });
    if (outcome.kind !== 'response') return;
    expect(new TextDecoder().decode(outcome.body)).toBe('teapot');
    expect(outcome.headers.filter(([name]) => name === 'X-A')).toEqual([
      ['X-A', '1'],
      ['X-A', '2'],
    ]);
  });

  test.each([
    ['reset', 'reset'],
    ['close', 'eof'],
  ] as const)('%s instead of an answer', async (way, cause) => {
    const { host, port } = await httpServer((exchange) => exchange[way]());
    expect(await ask(host, port)).toMatchObject({ kind: 'failed', cause });
  });

  test('a handler that never answers is a hang; a stalled or truncated body is no complete answer', async () => {
    const hang = await httpServer(() => {});
    expect(await ask(hang.host, hang.port, { timeoutMs: 50 })).toEqual({ kind: 'failed', cause: 'timeout' });
    const stall = await httpServer(({ stall: begin }) => begin({ status: 200, body: 'half' }));
    expect(await ask(stall.host, stall.port, { timeoutMs: 50 })).toEqual({ kind: 'failed', cause: 'timeout' });
    const short = await httpServer(({ reply }) => reply({ status: 200, body: 'half', truncateBody: true }));
    expect(await ask(short.host, short.port)).toMatchObject({ kind: 'failed' });
  });

  test('TLS speaks HTTP/1.1 and h2', async () => {
    const { host, port } = await httpServer(
      ({ request, reply }) => reply({ status: 200, body: request.protocol }),
      true,
    );
    expect(await ask(host, port, { scheme: 'https' })).toMatchObject({ kind: 'response', status: 200 });
    const session = connectH2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/' });
    let body = '';
    for await (const chunk of stream) body += String(chunk);
    session.close();
    expect(body).toBe('HTTP/2.0');
    // Plain HTTP gets what Go's server says to it.
    expect(await ask(host, port)).toMatchObject({ kind: 'response', status: 400 });
  });

  test('a closed listener refuses, also those who kept a connection', async () => {
    const { host } = testHost();
    const port = await freePort();
    const listener = host.listenHttp({ port, address: '127.0.0.1' }, ({ reply }) => reply({ status: 200 }));
    await serving(port);
    const kept = connect(port, '127.0.0.1');
    await once(kept, 'connect');
    kept.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
    listener.close();
    await once(kept, 'close');
    expect(await ask(host, port)).toMatchObject({ kind: 'failed', cause: 'refused' });
  });
});

describe('gRPC health', () => {
  async function check(service: string): Promise<unknown> {
    const { host } = testHost();
    const port = await freePort();
    const listener = host.listenGrpc(
      { port, address: '127.0.0.1' },
      {
        onHealthCheck: (call) => {
          if (call.service === '') call.respond('SERVING');
          else if (call.service === 'sick') call.respond('NOT_SERVING');
          else call.fail('NotFound', 'unknown service');
        },
      },
    );
    open.push(listener);
    await serving(port);
    return new Promise((resolve) => {
      grpcAttempt({ host: '127.0.0.1', port, service, userAgent: 'test', timeoutMs: 2000 }, resolve);
    });
  }

  test('is understood by a real gRPC client', async () => {
    expect(await check('')).toEqual({ kind: 'response', status: 'SERVING' });
    expect(await check('sick')).toEqual({ kind: 'response', status: 'NOT_SERVING' });
    expect(await check('other')).toEqual({ kind: 'status', code: 'NotFound', message: 'unknown service' });
  });
});

describe('sockets', () => {
  test('dial: connected, refused, a port that cannot be', async () => {
    const { host } = testHost();
    const port = await freePort();
    const dial = (to: number): Promise<DialOutcome> =>
      new Promise((resolve) => host.dialTcp({ host: '127.0.0.1', port: to }, resolve));
    expect(await dial(port)).toEqual({ kind: 'failed', cause: 'refused' });
    expect(await dial(70_000)).toEqual({ kind: 'failed', cause: 'invalid-port' });
    const received: string[] = [];
    const listener = host.listenTcp(
      { port, address: '127.0.0.1' },
      {
        onConnection: (connection) =>
          connection.onData((data) => {
            received.push(new TextDecoder().decode(data));
            connection.close();
          }),
      },
    );
    open.push(listener);
    await serving(port);
    const outcome = await dial(port);
    if (outcome.kind !== 'connected') throw new Error(outcome.cause);
    outcome.connection.send(new TextEncoder().encode('ping'));
    await new Promise<void>((resolve) => outcome.connection.onClose(resolve));
    expect(received).toEqual(['ping']);
  });

  test('a taken port is told in the words of the system', async () => {
    const { host } = testHost();
    const port = await freePort();
    open.push(host.listenTcp({ port, address: '127.0.0.1' }, { onConnection: () => {} }));
    await serving(port);
    const error = await new Promise<string>((resolve) => {
      host.listenHttp({ port, address: '127.0.0.1', onError: resolve }, () => {});
    });
    expect(error).toBe('address already in use');
  });

  test('UDP answers come back', async () => {
    const { host } = testHost();
    const port = await freePort();
    const replyPort = await freePort();
    const got = new Promise<string>((resolve) => {
      open.push(
        host.listenUdp({ port: replyPort }, { onMessage: ({ data }) => resolve(new TextDecoder().decode(data)) }),
      );
    });
    open.push(
      host.listenUdp({ port }, { onMessage: ({ data, from }) => host.sendUdp({ host: from, port: replyPort, data }) }),
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    host.sendUdp({ host: '127.0.0.1', port, data: new TextEncoder().encode('echo') });
    expect(await got).toBe('echo');
  });
});

describe('the process', () => {
  test('signals do what the kernel would, unless the program handles them', () => {
    const { host, exits } = testHost();
    host.signal('SIGTERM');
    host.signal('SIGHUP');
    let handled = 0;
    host.onSignal('SIGTERM', () => handled++);
    host.signal('SIGTERM');
    expect(exits).toEqual([143, 129]);
    expect(handled).toBe(1);
  });

  test('a death has the exit code an engine would report; one for memory is marked', () => {
    const { host, exits, output } = testHost();
    host.die('SIGSEGV');
    host.die('SIGABRT');
    host.die('OOM');
    expect(exits).toEqual([139, 134, 137]);
    expect(output).toEqual(['stdout:\0probelab:oom\n']);
  });

  test('patches that come before the program listens are not lost', () => {
    const { host } = testHost();
    host.steer({ n: 1 });
    const seen: unknown[] = [];
    host.onSteer((patch) => seen.push(patch));
    host.steer({ n: 2 });
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('runs commands; one that does not exist ends with 127', async () => {
    const { host } = testHost();
    const run = (command: string[]): Promise<unknown> => new Promise((resolve) => host.exec(command, resolve));
    expect(await run(['sh', '-c', 'echo o; echo e >&2; exit 5'])).toEqual({
      exitCode: 5,
      stdout: 'o\n',
      stderr: 'e\n',
    });
    expect(await run(['/no/such'])).toMatchObject({ exitCode: 127 });
  });
});
