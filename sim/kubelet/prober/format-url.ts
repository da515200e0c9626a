import { GoUrlError } from './go-escape.ts';
import { fromByteString, toByteString } from './go-text.ts';
import { EMPTY_URL, type GoUrl, parseUrl, urlText } from './go-url.ts';

/**
 * The URL of an httpGet probe. The path is read as a URL reference: its query stays, a host in it is lost, user
 * information in it stays. A path that cannot be read is escaped whole. `scheme` is in lower case.
 * Models kubernetes v1.34 pkg/probe/http/request.go formatURL, and the second parse in http.NewRequest.
 * Throws `GoUrlError` if the result is no URL (a host with a space).
 */
export function formatUrl(scheme: string, host: string, port: number, path: string): GoUrl {
  return parseUrl(urlText({ ...readPath(toByteString(path)), scheme, host: joinHostPort(toByteString(host), port) }));
}

/** Brackets for IPv6. Models net.JoinHostPort. */
export function joinHostPort(host: string, port: number | string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The URL as a text to show. */
export function showUrl(url: GoUrl): string {
  return fromByteString(urlText(url));
}

function readPath(path: string): GoUrl {
  try {
    return parseUrl(path);
  } catch (error) {
    if (!(error instanceof GoUrlError)) throw error;
    return { ...EMPTY_URL, path };
  }
}
