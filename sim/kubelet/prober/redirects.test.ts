import { expect, test } from 'vitest';
import { container, http, response, world } from './handlers.fixture.ts';

const STOPPED = 'stopped after 10 redirects';

test('redirects on the same host name are followed, with Referer; another port is the same host', () => {
  const { sent, attempt } = world({
    http: ({ target }) => (target === '/a?x' ? response(302, 'http://10.0.0.1:9090/b') : response(204)),
  });
  expect(attempt(http('/a?x')).result).toBe('success');
  expect(sent.map(({ port, target }) => `${port}${target}`)).toEqual(['8080/a?x', '9090/b']);
  expect(sent[1]?.headers).toContainEqual(['Referer', 'http://10.0.0.1:8080/a?x']);
  expect(sent[1]?.headers).toContainEqual(['Host', '10.0.0.1:9090']);
});

test('of several Referers of the user the first goes along', () => {
  const headers = ['a', 'b'].map((value) => ({ name: 'Referer', value }));
  const { sent, attempt } = world({ http: ({ target }) => response(target === '/a' ? 302 : 200, '/b') });
  attempt(container({ httpGet: { path: '/a', port: 8080, httpHeaders: headers } }));
  const referers = sent.map((request) => request.headers.filter(([name]) => name === 'Referer'));
  expect(referers).toEqual([
    [
      ['Referer', 'a'],
      ['Referer', 'b'],
    ],
    [['Referer', 'a']],
  ]);
});

test.each([
  ['/a/b/c', '../x', '/a/x'],
  ['/a', '../../x', '/x'],
  ['/', '..//x', '/x'],
  ['/a/b', '..', '/'],
  ['/a/b/', './/x/.', '/a/b//x/'],
])('from %s the Location %s leads to %s', (from, location, to) => {
  const { sent, attempt } = world({ http: () => response(sent.length === 1 ? 302 : 200, location) });
  attempt(http(from));
  expect(sent.map(({ target }) => target)).toEqual([from, to]);
});

test('the tenth redirect is one too many, and the error names the Location as it was sent', () => {
  const { sent, attempt } = world({ http: ({ target }) => response(302, `/${Number(target.slice(1)) + 1}`) });
  expect(attempt(http('/0'))).toEqual({ result: 'failure', output: `Get "/10": ${STOPPED}` });
  expect(sent).toHaveLength(10);
});

test('one deadline for the whole chain', () => {
  const { sent, attempt } = world({ http: () => response(302, '/next'), ms: 400 });
  expect(attempt(http('/a')).output).toBe(
    'Get "http://10.0.0.1:8080/next": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  );
  expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 600, 200]);
});

test.each([
  ['http://[::1', `failed to parse Location header "http://[::1": parse "http://[::1": missing ']' in host`],
  ['/%zz', 'failed to parse Location header "/%zz": parse "/%zz": invalid URL escape "%zz"'],
  ['/ü%zz', 'failed to parse Location header "/ü%zz": parse "/ü%zz": invalid URL escape "%zz"'],
])('a Location that is no URL: %s', (location, text) => {
  const outcome = world({ http: () => response(302, location) }).attempt(http());
  expect(outcome).toEqual({ result: 'failure', output: `Get "http://10.0.0.1:8080/healthz": ${text}` });
});

test('a Location with another scheme on the same host fails', () => {
  const outcome = world({ http: () => response(302, 'ftp://10.0.0.1/x') }).attempt(http());
  expect(outcome.output).toBe('Get "ftp://10.0.0.1/x": unsupported protocol scheme "ftp"');
});
