import { expect, it } from 'vitest';
import { DROPPED, NetworkNamespace } from './namespace.ts';
import type { Server } from './server.ts';

it('drops packets to a port wherever they come from, and lets them through again', () => {
  const namespace = new NetworkNamespace('10.244.0.2');
  const server: Server = { http: () => {}, grpc: () => {}, tcp: () => {} };
  namespace.listen(undefined, 8080, server);
  namespace.dropped.add(8080);
  expect(namespace.fromOutside(8080)).toBe(DROPPED);
  expect(namespace.local('127.0.0.1', 8080)).toBe(DROPPED);
  expect(namespace.local('10.244.0.2', 8080)).toBe(DROPPED);
  namespace.dropped.delete(8080);
  expect(namespace.fromOutside(8080)).toBe(server);
  expect(namespace.local('127.0.0.1', 8080)).toBe(server);
});
