import { expect, test } from 'vitest';
import { resolveContainerPort } from './probe-port.ts';

const CONTAINER = { ports: [{ name: 'web', containerPort: 8080 }] };

test.each([
  [80, { port: 80 }],
  ['web', { port: 8080 }],
  ['8081', { port: 8081 }],
  ['+8081', { port: 8081 }],
  [0, { error: 'invalid port number: 0' }],
  [undefined, { error: 'invalid port number: 0' }],
  [70_000, { error: 'invalid port number: 70000' }],
  ['-1', { error: 'invalid port number: -1' }],
  ['nosuch', { error: 'strconv.Atoi: parsing "nosuch": invalid syntax' }],
  ['99999999999999999999', { error: 'strconv.Atoi: parsing "99999999999999999999": value out of range' }],
])('%j', (port, expected) => {
  expect(resolveContainerPort(port, CONTAINER)).toEqual(expected);
});

test('an empty name is that of a port without a name', () => {
  expect(resolveContainerPort('', { ports: [{ containerPort: 80 }] })).toEqual({ port: 80 });
});
