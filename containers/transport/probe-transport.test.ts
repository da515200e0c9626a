import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { GrpcOutcome, HttpAttempt, HttpOutcome, TcpOutcome } from '../../sim/runtime/transport.ts';
import { createProbeTransport } from './probe-transport.ts';

const HOST = '127.0.0.1';
const TIMEOUT_MS = 150;
const transport = createProbeTransport();
const stops: (() => unknown)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** Listens; `open` are the connections that the server has not seen closed. */
async function listen(server: Server, port = 0): Promise<{ port: number; open: Set<Socket> }> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket.resume());
    socket.on('error', () => {}).on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(port, HOST, resolve));
  stops.push(() => {
    server.close();
    for (const socket of open) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, open };
}

function http(port: number, more: Partial<HttpAttempt> = {}): Promise<HttpOutcome> {
  const headers = [['Host', `${HOST}:${port}`]] as const;
  const attempt: HttpAttempt = {
    scheme: 'http',
    host: HOST,
    port,
    method: 'GET',
    target: '/',
    headers,
    timeoutMs: TIMEOUT_MS,
    maxBodyBytes: 10_240,
    ...more,
  };
  return new Promise((resolve) => transport.http(attempt, resolve));
}

const tcp = (port: number): Promise<TcpOutcome> =>
  new Promise((resolve) => transport.tcp({ host: HOST, port, timeoutMs: TIMEOUT_MS }, resolve));

const grpc = (port: number, timeoutMs = TIMEOUT_MS): Promise<GrpcOutcome> => {
  const attempt = { host: HOST, port, service: 'my.Service', userAgent: 'kube-probe/1.34 grpc-go/1.72.1', timeoutMs };
  return new Promise((resolve) => transport.grpc(attempt, resolve));
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** How many sockets and timers keep this process alive. */
const resources = (kind: RegExp) => process.getActiveResourcesInfo().filter((name) => kind.test(name)).length;
const SOCKETS = /TCPSocket|TLS|TCPConnect|GetAddrInfo|HTTP2/i;

test('http: bytes as told, header case and order kept', async () => {
  let seen = '';
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      seen += chunk;
      socket.end('HTTP/1.1 204 No Content\r\n\r\n');
    });
  });
  const { port } = await listen(server);
  const outcome = await http(port, {
    target: '/a?b=ü',
    headers: [
      ['Host', 'h'],
      ['x-LOWER', 'ü'],
      ['Accept', '*/*'],
    ],
  });
  expect(outcome).toMatchObject({ kind: 'response', status: 204, protocol: 'HTTP/1.1', bodyEnd: 'complete' });
  expect(seen).toBe('GET /a?b=ü HTTP/1.1\r\nHost: h\r\nx-LOWER: ü\r\nAccept: */*\r\n\r\n');
});

test('after an attempt nothing of it is left, however it ended', async () => {
  const silent = await listen(createServer());
  const half = await listen(
    createServer((socket) => void socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart')),
  );
  const answering = await listen(createHttpServer((_request, response) => void response.end('ok')));
  await until(() => resources(SOCKETS) === 0);
  const timers = resources(/Timeout/);
  const outcomes = await Promise.all([
    http(silent.port),
    http(silent.port, { scheme: 'https' }),
    grpc(silent.port),
    http(half.port),
    http(answering.port),
    tcp(answering.port),
    http(1),
    grpc(1),
    http(answering.port, { host: 'localhost' }),
  ]);
  expect(resources(/Timeout/)).toBeLessThanOrEqual(timers);
  await until(() => silent.open.size + half.open.size + answering.open.size + resources(SOCKETS) === 0);
  expect(outcomes.map(({ kind }) => kind)).toEqual([
    'failed',
    'failed',
    'connect-timeout',
    'response',
    'response',
    'connected',
    'failed',
    'connect-timeout',
    'response',
  ]);
});

test('the outcome never comes from within the call', () => {
  let called = false;
  transport.tcp({ host: HOST, port: 1, timeoutMs: TIMEOUT_MS }, () => {
    called = true;
  });
  expect(called).toBe(false);
});

test('a name that does not exist fails in the lookup', async () => {
  const outcome = await http(80, { host: 'no-such-host.invalid', timeoutMs: 2000 });
  expect(outcome).toMatchObject({ kind: 'failed', failure: { phase: 'lookup' } });
});

test('grpc: what the server sees of the call', async () => {
  let seen: Record<string, unknown> = {};
  let message = '';
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    seen = headers;
    stream.on('data', (chunk: Buffer) => {
      message = chunk.toString('hex');
    });
    stream.on('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, 2]));
    });
  });
  const { port } = await listen(server as unknown as Server);
  expect(await grpc(port)).toEqual({ kind: 'response', status: 'NOT_SERVING' });
  expect(seen).toMatchObject({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ':authority': `${HOST}:${port}`,
    'user-agent': 'kube-probe/1.34 grpc-go/1.72.1',
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  expect(message).toBe(`000000000c0a0a${Buffer.from('my.Service').toString('hex')}`);
});

test.each([
  [
    404,
    'text/plain',
    'Unimplemented',
    'unexpected HTTP status code received from server: 404 (Not Found); transport: received unexpected content-type "text/plain"',
  ],
  [200, 'text/html', 'Unknown', 'transport: received unexpected content-type "text/html"'],
  [
    503,
    'application/grpc',
    'Unavailable',
    'unexpected HTTP status code received from server: 503 (Service Unavailable)',
  ],
])('grpc: an HTTP/2 server that answers %d %s', async (status, type, code, message) => {
  const server = createHttp2Server(
    (_request, response) => void response.writeHead(status, { 'content-type': type }).end('x'),
  );
  const { port } = await listen(server as unknown as Server);
  expect(await grpc(port)).toEqual({ kind: 'status', code, message });
});

test('grpc: a message with escapes is decoded', async () => {
  const server = createHttp2Server();
  const trailers = { 'grpc-status': '99', 'grpc-message': 'a%20%C3%BC%zz' };
  server.on('stream', (stream) =>
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true }),
  );
  const { port } = await listen(server as unknown as Server);
  expect(await grpc(port)).toEqual({ kind: 'status', code: 'Code(99)', message: 'a ü%zz' });
});

test('grpc: a refused connection is tried again before the deadline', async () => {
  const probe = createHttp2Server();
  const { port } = await listen(probe as unknown as Server);
  for (const stop of stops.splice(0)) stop();
  const waiting = grpc(port, 10_000);
  const server = createHttp2Server((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/grpc', 'grpc-status': '5' }).end();
  });
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => sessions.push(session));
  stops.push(() => sessions.forEach((session) => void session.destroy()));
  await listen(server as unknown as Server, port);
  expect(await waiting).toMatchObject({ kind: 'status', code: 'NotFound' });
});
