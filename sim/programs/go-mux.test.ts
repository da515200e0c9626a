import { expect, test } from 'vitest';
import { mux } from './go-mux.ts';
import type { HttpExchange, HttpReply } from './host.ts';

function ask(target: string, method = 'GET'): HttpReply {
  let answer: HttpReply | undefined;
  const handler = mux({ '/healthz': (exchange) => exchange.reply({ status: 200 }) });
  const reply = (given: HttpReply) => {
    answer = given;
  };
  handler({ request: { method, target }, reply } as unknown as HttpExchange);
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

// As Go 1.26.8's server answered.
test.each([
  ['/healthz', 200],
  ['/healthz?x=1#y', 200],
  ['/health%7A', 200],
  ['/healthz/', 404],
  ['/HEALTHZ', 404],
  ['/healthz%2F', 404],
  ['/', 404],
  ['/%', 400],
])('%s: %i', (target, status) => {
  expect(ask(target).status).toBe(status);
});

test.each([
  ['//healthz', '/healthz'],
  ['/./healthz?x=1', '/healthz?x=1'],
  ['/a/../healthz', '/healthz'],
  ['/healthz//', '/healthz/'],
  ['/../', '/'],
  ['/a//b', '/a/b'],
])('%s is redirected to %s', (target, location) => {
  expect(ask(target)).toEqual({
    status: 301,
    headers: [
      ['Location', location],
      ['Content-Type', 'text/html; charset=utf-8'],
    ],
    body: `<a href="${location}">Moved Permanently</a>.\n\n`,
  });
  expect(ask(target, 'POST')).toEqual({ status: 301, headers: [['Location', location]], body: '' });
});
