import { escapeUrl, GoUrlError, isValidEncoded, unescapeUrl } from './go-escape.ts';
import { goQuote } from './go-text.ts';

/** A parsed URL; all strings are byte strings (go-text.ts). Models Go's url.URL. */
export interface GoUrl {
  scheme: string;
  /** What follows the scheme if it is not a slash. */
  opaque: string;
  user: { name: string; password: string | undefined } | undefined;
  /** With port and brackets. */
  host: string;
  /** Unescaped. */
  path: string;
  /** The path as it was written, where escaping it anew would give another text. */
  rawPath: string;
  omitHost: boolean;
  forceQuery: boolean;
  rawQuery: string;
  fragment: string;
  rawFragment: string;
}

export const EMPTY_URL: Readonly<GoUrl> = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  path: '',
  rawPath: '',
  omitHost: false,
  forceQuery: false,
  rawQuery: '',
  fragment: '',
  rawFragment: '',
};

/**
 * Parses a URL or a reference (a byte string). Throws `GoUrlError` with Go's text (`parse "…": …`).
 * Models net/url Parse.
 */
export function parseUrl(text: string): GoUrl {
  const hash = text.indexOf('#');
  const reference = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? '' : text.slice(hash + 1);
  const url = parsing(reference, () => parseReference(reference));
  if (fragment !== '') {
    url.fragment = parsing(text, () => unescapeUrl(fragment, 'fragment'));
    url.rawFragment = escapeUrl(url.fragment, 'fragment') === fragment ? '' : fragment;
  }
  return url;
}

/** The URL with another path, given as it is written. Models URL.setPath. */
export function withPath(url: GoUrl, written: string): GoUrl {
  const path = unescapeUrl(written, 'path');
  return { ...url, path, rawPath: escapeUrl(path, 'path') === written ? '' : written };
}

/** The path as it is sent. Models URL.EscapedPath. */
export function escapedPath(url: GoUrl): string {
  if (url.rawPath !== '' && isValidEncoded(url.rawPath, 'path') && unescapeUrl(url.rawPath, 'path') === url.path) {
    return url.rawPath;
  }
  return url.path === '*' ? '*' : escapeUrl(url.path, 'path');
}

/** The whole URL. Models URL.String. */
export function urlText(url: GoUrl, userinfo = userText(url)): string {
  let text = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') text += url.opaque;
  else {
    const path = escapedPath(url);
    const named = url.scheme !== '' || url.host !== '' || url.user !== undefined;
    const omitted = url.omitHost && url.host === '' && url.user === undefined;
    if (named && !omitted) {
      if (url.host !== '' || url.path !== '' || url.user !== undefined) text += '//';
      if (url.user !== undefined) text += `${userinfo}@`;
      text += escapeUrl(url.host, 'host');
    }
    if (path !== '' && !path.startsWith('/') && url.host !== '') text += '/';
    if (text === '' && (path.split('/', 1)[0] ?? '').includes(':')) text += './';
    text += path;
  }
  if (url.forceQuery || url.rawQuery !== '') text += `?${url.rawQuery}`;
  if (url.fragment !== '') text += `#${escapedFragment(url)}`;
  return text;
}

/** The user information as it stands in the URL. Models Userinfo.String. */
export function userText({ user }: GoUrl): string {
  if (user === undefined) return '';
  const name = escapeUrl(user.name, 'userinfo');
  return user.password === undefined ? name : `${name}:${escapeUrl(user.password, 'userinfo')}`;
}

/** The URL with the password hidden, as errors show it. Models net/http stripPassword. */
export function urlTextWithoutPassword(url: GoUrl): string {
  return url.user?.password === undefined ? urlText(url) : urlText(url, `${url.user.name}:***`);
}

/** What goes into the request line. Models URL.RequestURI. */
export function requestTarget(url: GoUrl): string {
  let target = url.opaque;
  if (target === '') target = escapedPath(url) || '/';
  else if (target.startsWith('//')) target = `${url.scheme}:${target}`;
  return url.forceQuery || url.rawQuery !== '' ? `${target}?${url.rawQuery}` : target;
}

/** Host without port and brackets, and the port (may be empty). Models URL.Hostname and URL.Port. */
export function splitHost(host: string): { hostname: string; port: string } {
  const [, before, port] = /^(.*):(\d*)$/s.exec(host) ?? [undefined, host, ''];
  const hostname = before as string;
  const bracketed = hostname.startsWith('[') && hostname.endsWith(']');
  return { hostname: bracketed ? hostname.slice(1, -1) : hostname, port: port as string };
}

function escapedFragment(url: GoUrl): string {
  const { rawFragment, fragment } = url;
  if (
    rawFragment !== '' &&
    isValidEncoded(rawFragment, 'fragment') &&
    unescapeUrl(rawFragment, 'fragment') === fragment
  ) {
    return rawFragment;
  }
  return escapeUrl(fragment, 'fragment');
}

function parsing<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    throw new GoUrlError(`parse ${goQuote(text)}: ${error.message}`);
  }
}

function parseReference(text: string): GoUrl {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\x00-\x1f\x7f]/.test(text)) throw new GoUrlError('net/url: invalid control character in URL');
  const url: GoUrl = { ...EMPTY_URL };
  if (text === '*') return { ...url, path: '*' };
  let rest = parseScheme(url, text);
  if (rest.indexOf('?') === rest.length - 1 && rest.endsWith('?')) {
    url.forceQuery = true;
    rest = rest.slice(0, -1);
  } else if (rest.includes('?')) {
    url.rawQuery = rest.slice(rest.indexOf('?') + 1);
    rest = rest.slice(0, rest.indexOf('?'));
  }
  if (!rest.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: rest };
    if ((rest.split('/', 1)[0] ?? '').includes(':')) {
      throw new GoUrlError('first path segment in URL cannot contain colon');
    }
  }
  if (rest.startsWith('//') && (url.scheme !== '' || !rest.startsWith('///'))) {
    const end = rest.indexOf('/', 2);
    parseAuthority(url, end < 0 ? rest.slice(2) : rest.slice(2, end));
    rest = end < 0 ? '' : rest.slice(end);
  } else if (url.scheme !== '' && rest.startsWith('/')) {
    url.omitHost = true;
  }
  return withPath(url, rest);
}

/** Sets the scheme and returns what follows it. */
function parseScheme(url: GoUrl, text: string): string {
  if (text.startsWith(':')) throw new GoUrlError('missing protocol scheme');
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  if (scheme === undefined) return text;
  url.scheme = scheme.toLowerCase();
  return text.slice(scheme.length + 1);
}

function parseAuthority(url: GoUrl, authority: string): void {
  const at = authority.lastIndexOf('@');
  url.host = parseHost(authority.slice(at + 1));
  if (at < 0) return;
  const userinfo = authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(userinfo)) throw new GoUrlError('net/url: invalid userinfo');
  const colon = userinfo.indexOf(':');
  const name = unescapeUrl(colon < 0 ? userinfo : userinfo.slice(0, colon), 'userinfo');
  url.user = { name, password: colon < 0 ? undefined : unescapeUrl(userinfo.slice(colon + 1), 'userinfo') };
}

function parseHost(host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new GoUrlError('invalid IP-literal');
  if (open < 0) {
    const colon = host.lastIndexOf(':');
    if (colon >= 0) checkPort(host.slice(colon));
    return unescapeUrl(host, 'host');
  }
  const close = host.lastIndexOf(']');
  if (close < 0) throw new GoUrlError("missing ']' in host");
  checkPort(host.slice(close + 1));
  const zone = host.slice(0, close).indexOf('%25');
  if (zone < 0) return unescapeUrl(host, 'host');
  return unescapeUrl(host.slice(0, zone), 'host') + unescapeUrl(host.slice(zone, close), 'zone') + host.slice(close);
}

function checkPort(colonPort: string): void {
  if (!/^(:\d*)?$/.test(colonPort)) throw new GoUrlError(`invalid port ${goQuote(colonPort)} after host`);
}
