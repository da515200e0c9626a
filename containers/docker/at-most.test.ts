import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { atMost } from './at-most.ts';

test('comes back with the promise, whichever way it ends', async () => {
  await atMost(60_000, Promise.resolve());
  await expect(atMost(60_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('does not wait for ever', async () => {
  await atMost(1, new Promise(() => {}));
});

test('what came in while the process was busy is read before it gives up', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [[socket]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
  let seen = false;
  const read = once(socket, 'data').then(() => {
    seen = true;
  });
  // From here on timers are next, before sockets.
  await new Promise((resolve) => setImmediate(resolve));
  const over = atMost(1, read);
  client.write('x');
  const until = performance.now() + 50;
  while (performance.now() < until);
  await over;
  expect(seen).toBe(true);
  client.destroy();
  server.close();
});
