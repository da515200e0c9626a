import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { ClientOutcome } from '../../sim/programs/host.ts';
import { request } from './client.ts';
import { isRequestPatch, type RequestPatch, readRequestLine, sendOwnRequest } from './own-requests.ts';

function ask(patch: RequestPatch): Promise<{ id: string; outcome: ClientOutcome } | undefined> {
  return new Promise((resolve) => {
    sendOwnRequest({ request, write: (_stream, text) => resolve(readRequestLine(text.trimEnd())) }, patch);
  });
}

const patchTo = (port: number): RequestPatch => ({
  request: { id: '7', scheme: 'http', method: 'GET', host: '127.0.0.1', port, target: '/books', timeoutMs: 2000 },
});

it('says what came back', async () => {
  const server = createServer((incoming, response) => response.writeHead(404, { 'X-Path': incoming.url }).end('none'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await ask(patchTo(port));
  expect(answer).toMatchObject({ id: '7', outcome: { kind: 'response', status: 404 } });
  if (answer?.outcome.kind !== 'response') throw new Error('no response');
  expect(answer.outcome.headers).toContainEqual(['X-Path', '/books']);
  expect(new TextDecoder().decode(answer.outcome.body)).toBe('none');
  await new Promise((resolve) => server.close(resolve));
  expect(await ask(patchTo(port))).toMatchObject({ id: '7', outcome: { kind: 'failed', cause: 'refused' } });
});

it('tells its lines from a program’s, and its patches from others', () => {
  expect(readRequestLine('{"id":"7"}')).toBeUndefined();
  expect(readRequestLine('\0probelab:request {')).toBeUndefined();
  expect([{}, { request: null }, { request: { id: 7 } }, { status: 503 }].some(isRequestPatch)).toBe(false);
  expect(isRequestPatch(patchTo(1))).toBe(true);
});
