import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Dockerode from 'dockerode';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventStream } from './event-stream.ts';

// A busy machine takes its time.
vi.setConfig({ testTimeout: 60_000 });
const SOON = { timeout: 20_000 };

/** An engine that has nothing but events, sent by hand. */
let engine: Server;
let asked: URLSearchParams[];
let streams: ServerResponse[];
let events: EventStream;
let seen: string[];
let lost: string[];

const NOW_S = 1_760_000_000;

beforeEach(async () => {
  [asked, streams, seen, lost] = [[], [], [], []];
  engine = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://engine');
    if (!url.pathname.endsWith('/events')) return response.end();
    asked.push(url.searchParams);
    streams.push(response);
    return response.writeHead(200).flushHeaders();
  }).listen(0, '127.0.0.1');
  await once(engine, 'listening');
  const { port } = engine.address() as AddressInfo;
  events = new EventStream(new Dockerode({ protocol: 'http', host: '127.0.0.1', port }), 'run=1', {
    onEvent: ({ action, containerID }) => seen.push(`${containerID} ${action}`),
    onLost: (message) => lost.push(message),
  });
  await events.open();
});
afterEach(() => {
  events.close();
  engine.closeAllConnections();
  engine.close();
});

/** An event so many ms after a moment. */
function send(id: string, action: string, ms: number): void {
  // Nanoseconds of today are more than a double tells apart; a millisecond is not.
  const timeNano = `${NOW_S}${String(ms).padStart(3, '0')}000000`;
  streams.at(-1)?.write(`{"Type":"container","Action":"${action}","Actor":{"ID":"${id}"},"timeNano":${timeNano}}\n`);
}

test('of two events at once the later may come first: both count', async () => {
  send('b', 'die', 8);
  send('a', 'die', 7);
  await expect.poll(() => seen, SOON).toEqual(['b die', 'a die']);
});

test('a stream that breaks is opened again, and what was seen does not count twice', async () => {
  send('a', 'start', 100);
  send('b', 'start', 101);
  await expect.poll(() => seen, SOON).toHaveLength(2);
  streams[0]?.destroy();
  await expect.poll(() => streams, SOON).toHaveLength(2);
  expect(Number(asked[1]?.get('since'))).toBeLessThan(NOW_S);
  for (const [id, ms] of [['a', 100] as const, ['b', 101] as const]) send(id, 'start', ms);
  // It came about before the last one that was seen, and had not been sent by then.
  send('c', 'die', 99);
  await expect.poll(() => seen, SOON).toEqual(['a start', 'b start', 'c die']);
  expect(lost).toEqual([]);
});

test('an engine that has gone is told of', async () => {
  engine.close();
  engine.closeAllConnections();
  await expect.poll(() => lost, SOON).toEqual([expect.stringContaining('The Docker engine is gone')]);
});
