import type { HttpOutcome } from '../../runtime/transport.ts';
import { formatUrl } from './format-url.ts';
import { GoUrlError } from './go-escape.ts';
import { fromByteString, goQuote, toByteString } from './go-text.ts';
import { type GoUrl, parseUrl, splitHost, urlText, urlTextWithoutPassword } from './go-url.ts';
import { resolveUrl } from './go-url-resolve.ts';
import { firstValue, type HeaderMap } from './headers.ts';

/** One request of a chain of redirects. */
export interface Hop {
  url: GoUrl;
  headers: HeaderMap;
  /** The headers of the first request: each hop starts from them. */
  ownHeaders: HeaderMap;
  /** Host header instead of the URL's host; empty for none. */
  host: string;
}

/** What follows a response: its own verdict, another request, or an error's text (`Get "…": …`). */
export type Next = { kind: 'final' } | { kind: 'hop'; hop: Hop } | { kind: 'error'; text: string };

const FINAL: Next = { kind: 'final' };
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REQUESTS = 10;

/**
 * Decides on a redirect: followed on the same host name (any port, any scheme), final elsewhere.
 * `requests`: how many were sent so far, this one included. `firstHost`: the first URL's host.
 * Models kubernetes v1.34 pkg/probe/http/http.go RedirectChecker and net/http Client.do.
 */
export function nextHop(
  hop: Hop,
  response: Extract<HttpOutcome, { kind: 'response' }>,
  requests: number,
  firstHost: string,
): Next {
  if (!REDIRECTS.has(response.status)) return FINAL;
  const location = toByteString(response.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? '');
  if (location === '') return FINAL;
  let url: GoUrl;
  try {
    url = resolveUrl(hop.url, location);
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    return failure(hop.url, `failed to parse Location header ${goQuote(location)}: ${error.message}`);
  }
  if (splitHost(url.host).hostname !== splitHost(firstHost).hostname) return FINAL;
  // Go puts the Location header itself into this error, so a relative one stays relative.
  if (requests >= MAX_REQUESTS) return { kind: 'error', text: `Get ${goQuote(location)}: stopped after 10 redirects` };
  return { kind: 'hop', hop: { ...hop, url, headers: withReferer(hop, url), host: keptHost(hop, location) } };
}

/** `Get "URL": text`, as url.Error words it; a password in the URL is hidden. */
export function getError(url: GoUrl, text: string): string {
  return `Get ${goQuote(urlTextWithoutPassword(url))}: ${text}`;
}

/** The first request of an httpGet. Throws `GoUrlError`. */
export function firstHop(scheme: string, host: string, port: number, path: string, headers: HeaderMap): Hop {
  return { url: formatUrl(scheme, host, port, path), headers, ownHeaders: headers, host: firstValue(headers, 'Host') };
}

function failure(url: GoUrl, text: string): Next {
  return { kind: 'error', text: getError(url, text) };
}

/** A Host header of the user's survives a relative redirect only. */
function keptHost(hop: Hop, location: string): string {
  return hop.host !== '' && hop.host !== fromByteString(hop.url.host) && parseUrl(location).scheme === ''
    ? hop.host
    : '';
}

/** The page that redirected, or the user's first Referer; left alone where the way leads from https to http. */
function withReferer(hop: Hop, to: GoUrl): HeaderMap {
  if (hop.url.scheme === 'https' && to.scheme === 'http') return hop.ownHeaders;
  const own = firstValue(hop.ownHeaders, 'Referer');
  const referer = own === '' ? fromByteString(urlText({ ...hop.url, user: undefined })) : own;
  return new Map([...hop.ownHeaders, ['Referer', [referer]]]);
}
