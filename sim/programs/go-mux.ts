import type { HttpExchange, HttpHandler } from './host.ts';

/** What Go's server names a text that nobody has given a type. */
export const TEXT = [['Content-Type', 'text/plain; charset=utf-8']] as const;

/**
 * Handlers by path: exactly, percent signs decoded, whatever the query. A path that is not clean (`//`, `/./`) is
 * redirected, whether or not somebody handles it. Paths must not end in a slash.
 * Models Go 1.26 net/http ServeMux.
 */
export function mux(handlers: Readonly<Record<string, HttpHandler>>): HttpHandler {
  return (exchange) => {
    const { target } = exchange.request;
    const path = target.split('?', 1)[0] ?? '';
    if (Object.hasOwn(handlers, path)) return handlers[path]?.(exchange);
    const clean = cleaned(path);
    if (clean !== path) return redirect(exchange, `${clean}${target.slice(path.length)}`);
    const decoded = unescaped(path);
    if (decoded === undefined) {
      return exchange.reply({ status: 400, headers: [...TEXT, ['Connection', 'close']], body: '400 Bad Request' });
    }
    (Object.hasOwn(handlers, decoded) ? handlers[decoded] : notFound)?.(exchange);
  };
}

/** Models http.NotFound. */
export function notFound(exchange: HttpExchange): void {
  exchange.reply({
    status: 404,
    headers: [...TEXT, ['X-Content-Type-Options', 'nosniff']],
    body: '404 page not found\n',
  });
}

/** Models http.Redirect: a body for GET only. */
function redirect(exchange: HttpExchange, location: string): void {
  const { method } = exchange.request;
  const headers: [string, string][] = [['Location', location]];
  if (method === 'GET' || method === 'HEAD') headers.push(['Content-Type', 'text/html; charset=utf-8']);
  const body = method === 'GET' ? `<a href="${htmlEscaped(location)}">Moved Permanently</a>.\n\n` : '';
  exchange.reply({ status: 301, headers, body });
}

const HTML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function htmlEscaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => HTML[character] ?? character);
}

/** Models net/http cleanPath: path.Clean, but a slash at the end stays. */
function cleaned(path: string): string {
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') kept.pop();
    else if (part !== '' && part !== '.') kept.push(part);
  }
  const slash = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return `/${kept.join('/')}${slash}`;
}

function unescaped(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
