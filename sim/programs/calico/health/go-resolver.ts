import type { ProgramHost } from '../../host.ts';

const decoder = new TextDecoder();

/**
 * The addresses of a name in the order they are tried: the address itself, or what /etc/hosts says of it. Without such a file
 * `localhost` is 127.0.0.1, and other names are left to the host. Empty: nobody knows the name.
 */
export function addressesOf(host: Pick<ProgramHost, 'files'>, name: string): readonly string[] {
  const plain = name.replace(/^\[(.*)\]$/, '$1');
  if (/^[\d.]+$/.test(plain) || plain.includes(':')) return [plain];
  const hosts = host.files.read('/etc/hosts');
  if (hosts === undefined) return [plain === 'localhost' ? '127.0.0.1' : plain];
  const found = decoder
    .decode(hosts)
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([, ...names]) => names.includes(plain))
    .map(([address = '']) => address);
  return found.length > 0 || plain === 'localhost' ? found : [plain];
}

/** Go's words for a name that no file knows and no name server answers for. */
export function lookupError(host: ProgramHost, name: string, done: (error: string) => void): void {
  const conf = host.files.read('/etc/resolv.conf');
  const server = /^nameserver\s+(\S+)/m.exec(conf === undefined ? '' : decoder.decode(conf))?.[1] ?? '127.0.0.1';
  host.dialTcp({ host: server, port: 53 }, (outcome) => {
    const unreachable = outcome.kind === 'failed' && outcome.cause === 'unreachable';
    if (outcome.kind === 'connected') outcome.connection.close();
    const cause = unreachable ? `dial udp ${server}:53: connect: network is unreachable` : 'no such host';
    done(`lookup ${name} on ${server}:53: ${cause}`);
  });
}
