import type { ProgramHost } from '../../host.ts';

/** The proxy that Go's client uses for an http URL, from HTTP_PROXY and NO_PROXY; never for the machine itself. */
export function proxyFor(env: ProgramHost['env'], host: string): { host: string; port: number } | undefined {
  const proxy = env.HTTP_PROXY || env.http_proxy;
  if (!proxy || /^(?:localhost|127\.|\[?::1)/.test(host)) return undefined;
  const excluded = (env.NO_PROXY || env.no_proxy || '').split(',').map((entry) => entry.trim());
  const isExcluded = excluded.some(
    (entry) =>
      entry === '*' ||
      entry === host ||
      (entry !== '' && host.endsWith(entry.startsWith('.') ? entry : `.${entry}`)) ||
      inNetwork(host, entry),
  );
  if (isExcluded) return undefined;
  const parts = /^(?:http:\/\/)?([^/:]+)(?::(\d+))?/.exec(proxy);
  return parts === null ? undefined : { host: parts[1] ?? '', port: Number(parts[2] ?? 80) };
}

function inNetwork(host: string, network: string): boolean {
  const match = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(network);
  const address = ipv4(host);
  const base = ipv4(match?.[1] ?? '');
  if (match === null || address === undefined || base === undefined) return false;
  const size = 2 ** (32 - Number(match[2]));
  return Math.floor(address / size) === Math.floor(base / size);
}

function ipv4(text: string): number | undefined {
  if (!/^\d+(?:\.\d+){3}$/.test(text)) return undefined;
  return text.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}
