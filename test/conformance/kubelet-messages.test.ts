import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { createProbeTransport } from '../../containers/transport/probe-transport.ts';
import type { AttemptOutcome, ProbeRun } from '../../sim/kubelet/ports.ts';
import { createProbeHandlers } from '../../sim/kubelet/prober/handlers.ts';
import { readCases } from './golden.ts';
import { CERTIFICATE } from './handlers/certificate.ts';
import { goServer } from './handlers/go-server.ts';
import { startSilentPort } from './handlers/silent-port.ts';

/** What a Go client like the kubelet's said of each server; `<addr>` and `<local>` stand for addresses. */
interface Message {
  name: string;
  message: string;
  url?: string;
  what: string;
}

const MESSAGES = readCases<Message>(new URL('../golden/kubelet-messages.jsonl', import.meta.url).pathname);
const HOST = '127.0.0.1';
const CLIENT_HELLO_READ_MS = 20;

const onRequest = (act: (socket: Socket) => void): Server =>
  createServer((socket) => void socket.once('data', () => act(socket)));
const mutual = (version: 'TLSv1.2' | 'TLSv1.3'): TlsOptions => {
  return { ...CERTIFICATE, requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version };
};
const redirect = (location: string) =>
  createHttpServer((_request, response) => void response.writeHead(302, { location }).end());

/** Each server by the name of its recording. */
const SERVERS: Record<string, () => Server> = {
  eof: () => onRequest((socket) => socket.end()),
  reset: () => onRequest((socket) => socket.resetAndDestroy()),
  'reset-https': () => onRequest((socket) => socket.resetAndDestroy()),
  // Reading one byte only makes the kernel answer with a reset when the connection is closed.
  'eof-https': () =>
    createServer({ pauseOnConnect: true }, (socket) => setTimeout(() => socket.destroy(), CLIENT_HELLO_READ_MS)),
  'reset-at-once': () => createServer((socket) => socket.resetAndDestroy()),
  hang: () => createServer(),
  'not-http': () => onRequest((socket) => socket.end('SSH-2.0-OpenSSH_9.0\r\n')),
  'http-to-tls-alert': () => onRequest((socket) => socket.end(Buffer.from('\x15\x03\x01\x00\x02\x02F', 'latin1'))),
  'http2-server': () => onRequest((socket) => socket.end(Buffer.from([0, 0, 18, 4, ...Array(23).fill(0)]))),
  'https-to-http': () => goServer(false),
  'http-to-https': () => goServer(true),
  'https-self-signed': () => goServer(true),
  'https-mtls-required-tls1.2': () => createTlsServer(mutual('TLSv1.2')),
  'https-mtls-required-tls1.3': () => createTlsServer(mutual('TLSv1.3')),
  'redirect-loop': () => redirect('/x'),
  'redirect-elsewhere': () => redirect('http://example.com/login'),
};

let stop: (() => unknown) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return (server.address() as AddressInfo).port;
}

async function portFor({ name }: Message): Promise<number> {
  const status = /^status-(\d+)$/.exec(name)?.[1];
  if (status !== undefined) {
    return listen(createHttpServer((_request, response) => void response.writeHead(Number(status)).end()));
  }
  const port = await listen(SERVERS[name]?.() ?? createServer());
  if (/refused|blackhole|tcp-timeout/.test(name)) {
    await stop?.();
    if (name.includes('refused')) return port;
    const silent = await startSilentPort(HOST, port);
    stop = () => silent.stop();
  }
  return port;
}

function probe({ url, name }: Message, port: number): Promise<AttemptOutcome> {
  const httpGet = { path: url?.replace(/^.*<addr>/, ''), port, scheme: url?.startsWith('https') ? 'HTTPS' : 'HTTP' };
  const livenessProbe = name.startsWith('tcp') ? { tcpSocket: { port } } : { httpGet };
  const handlers = createProbeHandlers({
    clock: { now: () => performance.now(), setTimeout: (fn, ms) => setTimeout(fn, ms) as never },
    transport: createProbeTransport(),
    exec: () => {},
    version: '1.34',
  });
  const run = { probe: 'liveness', container: { name: 'c', livenessProbe }, status: { podIP: HOST } };
  return new Promise((resolve) => handlers.attempt(run as unknown as ProbeRun, resolve));
}

// A TLS handshake that hangs has three texts in Go, at random (spec: rule 26); a short body is an error, below.
const PLAYED = MESSAGES.filter(({ name }) => name !== 'hang-tls' && name !== 'short-body');

test.each(PLAYED.map((message) => [message.name, message] as const))('%s', async (_name, message) => {
  const port = await portFor(message);
  const { result, output } = await probe(message, port);
  const text = output.replaceAll(`${HOST}:${port}`, '<addr>').replaceAll(/127\.0\.0\.1:\d+->/g, '<local>->');
  // Here timing decides (so says the recording): Node sees the reset while it connects, Go mostly when it reads.
  if (message.name === 'reset-at-once') expect(text).toMatch(/: connection reset by peer$/);
  else if (message.message === '(success)') expect(['success', 'warning']).toContain(result);
  else expect({ result, text }).toEqual({ result: 'failure', text: message.message });
});

test('a body that ends early is an error, not a failure', async () => {
  const port = await listen(onRequest((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart')));
  const outcome = await probe({ name: 'short-body', message: '', what: '', url: 'http://<addr>/' }, port);
  expect(outcome).toEqual({ result: 'error', output: 'unexpected EOF', errorState: 'failure' });
});

test('an h2c server is recognised by the frame it sends', async () => {
  const port = await listen(createHttp2Server());
  const { result, output } = await probe({ name: 'h2c', message: '', what: '', url: 'http://<addr>/' }, port);
  expect(result).toBe('failure');
  expect(output).toMatch(/malformed HTTP response|EOF|connection reset by peer/);
});
