import type { ClientOutcome } from '../host.ts';
import type { AppletCall } from './applets.ts';
import type { Wait } from './shell-system.ts';

/** Where a command-line client sends its request. */
export interface Url {
  scheme: 'http' | 'https';
  host: string;
  port: number;
  target: string;
}

/** The parts of a URL as wget and curl read it, the scheme left out or not; undefined if it is none. */
export function parseUrl(text: string): Url | undefined {
  const match = /^(?:(https?):\/\/)?([^/:?#]+)(?::(\d+))?([/?][^#]*)?/.exec(text);
  if (match === null) return undefined;
  const [, scheme = 'http', host = '', port, target = '/'] = match;
  return {
    scheme: scheme as 'http' | 'https',
    host,
    port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port),
    target: target.startsWith('?') ? `/${target}` : target,
  };
}

/** Waits for a request's end. */
export function* fetch(
  call: AppletCall,
  url: Url,
  timeoutMs: number | undefined,
  agent: string,
): Generator<Wait, ClientOutcome, void> {
  let outcome: ClientOutcome | undefined;
  yield {
    child: true,
    start: (resume) => {
      let dropped = false;
      call.system.request(
        {
          ...url,
          method: 'GET',
          headers: [
            ['Host', url.port === 80 ? url.host : `${url.host}:${url.port}`],
            ['User-Agent', agent],
          ],
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        },
        (got) => {
          outcome = got;
          if (!dropped) resume();
        },
      );
      return () => {
        dropped = true;
      };
    },
  };
  return outcome ?? { kind: 'failed', cause: 'other' };
}

/** The value of an option that may be joined to it (`-T5`, `-T 5`, `--timeout=5`). */
export function option(args: readonly string[], short: string, long: string): string | undefined {
  for (const [i, argument] of args.entries()) {
    if (argument === short || argument === long) return args[i + 1];
    if (argument.startsWith(`${long}=`)) return argument.slice(long.length + 1);
    if (short.length === 2 && argument.startsWith(short) && !argument.startsWith('--')) return argument.slice(2);
  }
  return undefined;
}
