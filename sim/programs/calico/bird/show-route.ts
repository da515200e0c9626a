import type { BirdRoute, BirdView } from './bird-view.ts';
import { CliReply } from './cli-reply.ts';

/** What a `show route` is about. */
interface Query {
  verbose: boolean;
  counts: boolean;
  routes: readonly BirdRoute[];
  /** One network was asked for. */
  single: boolean;
}

/**
 * `show route [PREFIX | for ADDRESS] [table T] [protocol P] [all] [primary] [count]`; undefined: something else was asked.
 * Models bird 1.6 nest/rt-table.c rt_show.
 */
export function showRoute(
  words: readonly string[],
  view: BirdView,
  moment: (since: number) => string,
): string | undefined {
  const query = read([...words], view);
  if (query === undefined || typeof query === 'string') return query;
  const { routes, verbose, counts, single } = query;
  if (counts) {
    const total = view.routes().length;
    return new CliReply().end('0014', `${routes.length} of ${total} routes for ${total} networks`);
  }
  if (single && routes.length === 0) return new CliReply().end('8001', 'Network not in table');
  const reply = new CliReply();
  for (const { prefix, dev, protocol, since, preference } of routes) {
    reply.line('1007', `${prefix.padEnd(18)} dev ${dev} [${protocol} ${moment(since)}] * (${preference})`);
    if (verbose) reply.line('1008', '\tType: device unicast univ');
  }
  return reply.end();
}

function read(words: string[], view: BirdView): Query | string | undefined {
  let routes = view.routes();
  const query = { verbose: false, counts: false, single: false };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === 'all') query.verbose = true;
    else if (word === 'count') query.counts = true;
    else if (word === 'primary') continue;
    else if (word === 'for' || /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(word)) {
      const target = word === 'for' ? (words.shift() ?? '') : word;
      query.single = true;
      routes = routes.filter(({ prefix }) => (word === 'for' ? contains(prefix, target) : prefix === target));
    } else if (word === 'table') {
      const table = words.shift();
      if (table !== 'master') return `9001 ${table} is not a table\n`;
    } else if (word === 'protocol' || word === 'export' || word === 'preexport' || word === 'noexport') {
      const name = words.shift() ?? '';
      const protocol = view.protocols().find((one) => one.name === name);
      if (protocol === undefined) return `9001 ${name} is not a protocol\n`;
      if (word === 'protocol') routes = routes.filter((route) => route.protocol === name);
      // Found out at the first route.
      else if (protocol.state !== 'up') return view.routes().length > 0 ? '8005 Protocol is down\n' : '0000 \n';
      else if (word === 'export') routes = [];
    } else return undefined;
  }
  return { ...query, routes };
}

function contains(prefix: string, address: string): boolean {
  const [network = '', bits = '0'] = prefix.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(toNumber(network) / size) === Math.floor(toNumber(address.split('/')[0] ?? '') / size);
}

function toNumber(ip: string): number {
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
