import type { HTTPHeader } from '../../kube/objects.ts';
import { fromByteString, goQuote, toByteString } from './go-text.ts';
import type { GoUrl } from './go-url.ts';

/** Values by canonical name, as in Go's http.Header. */
export type HeaderMap = ReadonlyMap<string, readonly string[]>;

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Written by Go from other places than the header map. */
const NOT_FROM_MAP = new Set(['Host', 'User-Agent', 'Content-Length', 'Transfer-Encoding', 'Trailer']);

/**
 * The headers of a probe: the user's, with the kubelet's User-Agent and Accept where the user names none. An empty
 * Accept removes the header (an empty User-Agent is dropped when the request is written).
 * Models kubernetes v1.34 pkg/probe/http/request.go newRequest and v1HeaderToHTTPHeader.
 */
export function probeHeaders(list: readonly HTTPHeader[] | undefined, userAgent: string): HeaderMap {
  const headers = new Map<string, string[]>();
  for (const { name, value } of list ?? []) {
    const key = canonicalHeaderName(name);
    const values = headers.get(key);
    if (values === undefined) headers.set(key, [value ?? '']);
    else values.push(value ?? '');
  }
  if (!headers.has('User-Agent')) headers.set('User-Agent', [userAgent]);
  if (!headers.has('Accept')) headers.set('Accept', ['*/*']);
  else if (firstValue(headers, 'Accept') === '') headers.delete('Accept');
  return headers;
}

/** `x-b3-id` → `X-B3-Id`; a name with characters that no name may have stays. Models textproto.CanonicalMIMEHeaderKey. */
export function canonicalHeaderName(name: string): string {
  if (!TOKEN.test(name)) return name;
  return name.toLowerCase().replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** The first value of a header, empty if there is none. */
export function firstValue(headers: HeaderMap, name: string): string {
  return headers.get(name)?.[0] ?? '';
}

/** Go's text about a header that cannot be sent, if there is one. Models net/http validateHeaders. */
export function invalidHeader(headers: HeaderMap): string | undefined {
  for (const [name, values] of headers) {
    if (!TOKEN.test(name)) return `net/http: invalid header field name ${goQuote(toByteString(name))}`;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
    if (values.some((value) => /[\x00-\x08\x0a-\x1f\x7f]/.test(value))) {
      return `net/http: invalid header field value for "${name}"`;
    }
  }
  return undefined;
}

/**
 * The headers as they go over the wire: Host, User-Agent, the others by name, `Connection: close` last.
 * `host`: overrides the URL's, empty for none.
 * Models net/http Request.write and persistConn.roundTrip with DisableKeepAlives.
 */
export function wireHeaders(url: GoUrl, headers: HeaderMap, host: string): [name: string, value: string][] {
  const wire: [string, string][] = [['Host', hostHeader(host === '' ? fromByteString(url.host) : host)]];
  const agent = trim(firstValue(headers, 'User-Agent'));
  if (agent !== '') wire.push(['User-Agent', agent]);
  const others = new Map([...headers].filter(([name]) => !NOT_FROM_MAP.has(name)));
  if (url.user !== undefined && firstValue(headers, 'Authorization') === '') {
    others.set('Authorization', [`Basic ${base64(`${url.user.name}:${url.user.password ?? ''}`)}`]);
  }
  for (const name of [...others.keys()].sort()) {
    for (const value of others.get(name) ?? []) wire.push([name, trim(value)]);
  }
  if (!asksToClose(headers) && !switchesProtocol(headers)) wire.push(['Connection', 'close']);
  return wire;
}

/** What is no host at all is sent as an empty Host. */
function hostHeader(host: string): string {
  if (!/^[A-Za-z0-9!$%&'()*+,\-.:;=[\]_~]*$/.test(host)) return '';
  return host.replace(/^(\[[^\]%]*)%[^\]]*\]/, '$1]');
}

function asksToClose(headers: HeaderMap): boolean {
  return hasToken(firstValue(headers, 'Connection'), 'close');
}

function switchesProtocol(headers: HeaderMap): boolean {
  const connection = headers.get('Connection') ?? [];
  return firstValue(headers, 'Upgrade') !== '' && connection.some((value) => hasToken(value, 'upgrade'));
}

function hasToken(value: string, token: string): boolean {
  return value
    .toLowerCase()
    .split(/[\s,]+/)
    .includes(token);
}

function trim(value: string): string {
  return value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of a byte string. */
function base64(bytes: string): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = Number.NaN, c = Number.NaN] = [...bytes.slice(i, i + 3)].map((byte) => byte.charCodeAt(0)) as [
      number,
    ];
    const group = ((a as number) << 16) | (b << 8) | c;
    text += BASE64[group >> 18] ?? '';
    text += BASE64[(group >> 12) & 63] ?? '';
    text += Number.isNaN(b) ? '=' : BASE64[(group >> 6) & 63];
    text += Number.isNaN(c) ? '=' : BASE64[group & 63];
  }
  return text;
}
