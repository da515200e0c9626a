import { expect, test } from 'vitest';
import { formatUrl, joinHostPort, showUrl } from './format-url.ts';
import { fromByteString } from './go-text.ts';
import { requestTarget } from './go-url.ts';

/** Path, URL and request target as Go 1.26's net/url made them of the kubelet's formatURL. */
const PATHS: [path: string, url: string, target: string][] = [
  ['/req%zz', 'http://10.0.0.1:8080/req%25zz', '/req%25zz'],
  ['/req/\u00fc', 'http://10.0.0.1:8080/req/%C3%BC', '/req/%C3%BC'],
  ['/req space?x y', 'http://10.0.0.1:8080/req%20space?x y', '/req%20space?x y'],
  ['/a?b#c%zz', 'http://10.0.0.1:8080/a%3Fb%23c%25zz', '/a%3Fb%23c%25zz'],
  ['/a%zz?b#c', 'http://10.0.0.1:8080/a%25zz%3Fb%23c', '/a%25zz%3Fb%23c'],
  ['?x=1', 'http://10.0.0.1:8080?x=1', '/?x=1'],
  ['#f', 'http://10.0.0.1:8080#f', '/'],
  ['/a b%20c', 'http://10.0.0.1:8080/a%20b%20c', '/a%20b%20c'],
  [
    '/a;b,c$&+=:@!*\'()[]{}|\\^`"<>~',
    'http://10.0.0.1:8080/a;b,c$&+=:@%21%2A%27%28%29%5B%5D%7B%7D%7C%5C%5E%60%22%3C%3E~',
    '/a;b,c$&+=:@%21%2A%27%28%29%5B%5D%7B%7D%7C%5C%5E%60%22%3C%3E~',
  ],
  ['/a?[]{}|\\^`"<>~ \u00e9', 'http://10.0.0.1:8080/a?[]{}|\\^`"<>~ \u00e9', '/a?[]{}|\\^`"<>~ \u00e9'],
  ['http:foo', 'http:foo', 'foo'],
  ['mailto:x', 'http:x', 'x'],
  ['a:b/c', 'http:b/c', 'b/c'],
  ['1:2', 'http://10.0.0.1:8080/1:2', '/1:2'],
  ['/%41%2f%2F', 'http://10.0.0.1:8080/%41%2f%2F', '/%41%2f%2F'],
  ['//h', 'http://10.0.0.1:8080', '/'],
  ['//h:80/x', 'http://10.0.0.1:8080/x', '/x'],
  ['//h:port/x', 'http://10.0.0.1:8080//h:port/x', '//h:port/x'],
  ['//user@/x', 'http://user@10.0.0.1:8080/x', '/x'],
  ['//u:p:q@h/x', 'http://u:p%3Aq@10.0.0.1:8080/x', '/x'],
  ['//u%zz@h/x', 'http://10.0.0.1:8080//u%25zz@h/x', '//u%25zz@h/x'],
  ['/a//b/../c', 'http://10.0.0.1:8080/a//b/../c', '/a//b/../c'],
  ['../x', 'http://10.0.0.1:8080/../x', '/../x'],
  ['*', 'http://10.0.0.1:8080/*', '/*'],
  ['/\u0001', 'http://10.0.0.1:8080/%01', '/%01'],
  ['/a\u007f', 'http://10.0.0.1:8080/a%7F', '/a%7F'],
  [':foo', 'http://10.0.0.1:8080/:foo', '/:foo'],
  ['/a?b\u0001', 'http://10.0.0.1:8080/a%3Fb%01', '/a%3Fb%01'],
  ['/%C3%BC/\u00fc', 'http://10.0.0.1:8080/%C3%BC/%C3%BC', '/%C3%BC/%C3%BC'],
  ['/%ff', 'http://10.0.0.1:8080/%ff', '/%ff'],
  ['//[::1]/x', 'http://10.0.0.1:8080/x', '/x'],
  ['//[::1/x', 'http://10.0.0.1:8080//%5B::1/x', '//%5B::1/x'],
  ['/a%', 'http://10.0.0.1:8080/a%25', '/a%25'],
  ['/a?%zz', 'http://10.0.0.1:8080/a?%zz', '/a?%zz'],
  ['///x', 'http://10.0.0.1:8080///x', '///x'],
  ['/./x', 'http://10.0.0.1:8080/./x', '/./x'],
  ['http://', 'http://10.0.0.1:8080', '/'],
  ['http:///x', 'http://10.0.0.1:8080/x', '/x'],
  ['//a b/x', 'http://10.0.0.1:8080//a%20b/x', '//a%20b/x'],
  ['/x#a b', 'http://10.0.0.1:8080/x#a%20b', '/x'],
  ['/x#%zz', 'http://10.0.0.1:8080/x%23%25zz', '/x%23%25zz'],
  ['/x##', 'http://10.0.0.1:8080/x#%23', '/x'],
  ['/req?', 'http://10.0.0.1:8080/req?', '/req?'],
  ['', 'http://10.0.0.1:8080', '/'],
  ['x?', 'http://10.0.0.1:8080/x?', '/x?'],
  ['/=;@:/', 'http://10.0.0.1:8080/=;@:/', '/=;@:/'],
  ['foo:bar@x', 'http:bar@x', 'bar@x'],
  ['//user:pw@x/req', 'http://user:pw@10.0.0.1:8080/req', '/req'],
  ['//us er:p w@x/y', 'http://10.0.0.1:8080//us%20er:p%20w@x/y', '//us%20er:p%20w@x/y'],
  ['http://\u00fc/x', 'http://10.0.0.1:8080/x', '/x'],
  ['//a%20b/x', 'http://10.0.0.1:8080//a%2520b/x', '//a%2520b/x'],
  ['//a%41b/x', 'http://10.0.0.1:8080//a%2541b/x', '//a%2541b/x'],
  ["/x!$&'()*+,;=:@[]", "http://10.0.0.1:8080/x!$&'()*+,;=:@[]", "/x!$&'()*+,;=:@[]"],
  ['/%5B%5d', 'http://10.0.0.1:8080/%5B%5d', '/%5B%5d'],
  ['/a%20b c', 'http://10.0.0.1:8080/a%20b%20c', '/a%20b%20c'],
  ['HTTPS://foo/bar', 'http://10.0.0.1:8080/bar', '/bar'],
  ['a%b:c', 'http://10.0.0.1:8080/a%25b:c', '/a%25b:c'],
  ['/\u00a0x', 'http://10.0.0.1:8080/%C2%A0x', '/%C2%A0x'],
  ['/x\u2028', 'http://10.0.0.1:8080/x%E2%80%A8', '/x%E2%80%A8'],
];

test.each(PATHS)('path %j', (path, url, target) => {
  const parsed = formatUrl('http', '10.0.0.1', 8080, path);
  expect([showUrl(parsed), fromByteString(requestTarget(parsed))]).toEqual([url, target]);
});

test('an IPv6 pod IP gets brackets, a zone is escaped', () => {
  expect(showUrl(formatUrl('http', '::1', 80, '/x'))).toBe('http://[::1]:80/x');
  expect(showUrl(formatUrl('http', 'fe80::1%lo', 80, '/x'))).toBe('http://[fe80::1%25lo]:80/x');
  expect(joinHostPort('::1', 50051)).toBe('[::1]:50051');
});

test.each([
  ['a b', 'parse "http://a%20b:80/": invalid URL escape "%20"'],
  ['a/b', 'parse "http://a%2Fb:80/": invalid URL escape "%2F"'],
  ['[::1]', 'parse "http://[[::1]]:80/": invalid IP-literal'],
])("host %j is refused in Go's words", (host, message) => {
  expect(() => formatUrl('http', host, 80, '/')).toThrow(message);
});
