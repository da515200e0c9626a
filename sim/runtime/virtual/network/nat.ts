/** A packet's first sight by the nat table: what rules can ask about it. */
export interface Packet {
  protocol: 'tcp' | 'udp';
  destination: string;
  port: number;
  inInterface?: string;
  outInterface?: string;
  /** The user of the sending process (OUTPUT only). */
  uid?: number;
}

/** What the nat table decides: go on as is, or to another address or port. */
export type NatDecision =
  | { kind: 'accept' }
  | { kind: 'redirect'; port: number }
  | { kind: 'dnat'; address: string; port?: number };

type Match = (packet: Packet) => boolean;

type Target = { kind: 'jump'; chain: string } | { kind: 'return' } | NatDecision;

interface Rule {
  matches: readonly Match[];
  target: Target;
}

const BUILT_IN = ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'];
const ACCEPT: NatDecision = { kind: 'accept' };

/**
 * The nat table of one network namespace, loaded from the text that iptables-restore takes.
 * Models iptables 1.8 (legacy semantics): user chains, RETURN, first match wins, policies ACCEPT.
 */
export class NatTable {
  readonly #chains = new Map<string, Rule[]>(BUILT_IN.map((name) => [name, []]));

  /**
   * Adds what `text` (the input of iptables-restore) says; undefined, or iptables' complaint, in which case nothing
   * was changed. `flush`: without --noflush the table is emptied first.
   */
  restore(text: string, options: { flush: boolean }): string | undefined {
    const chains = new Map([...this.#chains].map(([name, rules]): [string, Rule[]] => [name, [...rules]]));
    let table: string | undefined;
    let committed = false;
    for (const [index, raw] of text.split('\n').entries()) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#')) continue;
      const problem = `iptables-restore: line ${index + 1} failed`;
      if (line.startsWith('*')) {
        table = line.slice(1);
        if (table === 'nat' && options.flush) resetChains(chains);
      } else if (line === 'COMMIT') {
        table = undefined;
        committed = true;
      } else if (table === undefined) return problem;
      else if (table !== 'nat') continue;
      else if (line.startsWith(':')) {
        const name = line.slice(1).split(/\s+/)[0] ?? '';
        if (!BUILT_IN.includes(name)) chains.set(name, []);
      } else {
        const error = addRule(chains, line);
        if (error !== undefined) return `${error}\n${problem}`;
      }
    }
    if (!committed) return 'iptables-restore: COMMIT expected at line 1';
    for (const [name, rules] of chains) this.#chains.set(name, rules);
    return undefined;
  }

  /** What happens to a new connection at `hook`. */
  decide(hook: 'PREROUTING' | 'OUTPUT', packet: Packet): NatDecision {
    return this.#walk(hook, packet, 0) ?? ACCEPT;
  }

  get empty(): boolean {
    return this.#chains.get('PREROUTING')?.length === 0 && this.#chains.get('OUTPUT')?.length === 0;
  }

  #walk(chain: string, packet: Packet, depth: number): NatDecision | undefined {
    if (depth > 32) return undefined;
    for (const rule of this.#chains.get(chain) ?? []) {
      if (!rule.matches.every((match) => match(packet))) continue;
      if (rule.target.kind === 'return') return undefined;
      if (rule.target.kind !== 'jump') return rule.target;
      const decision = this.#walk(rule.target.chain, packet, depth + 1);
      if (decision !== undefined) return decision;
    }
    return undefined;
  }
}

function resetChains(chains: Map<string, Rule[]>): void {
  chains.clear();
  for (const name of BUILT_IN) chains.set(name, []);
}

function addRule(chains: Map<string, Rule[]>, line: string): string | undefined {
  const words = line.split(/\s+/);
  const [operation, chain] = words.splice(0, 2);
  const rules = chains.get(chain ?? '');
  if (rules === undefined) return 'iptables: No chain/target/match by that name.';
  if (operation !== '-A' && operation !== '-I') return `iptables-restore: unsupported command "${operation}"`;
  const place = operation === '-I' && /^\d+$/.test(words[0] ?? '') ? Number(words.shift()) : 1;
  const rule = parseRule(words, chains);
  if (typeof rule === 'string') return rule;
  if (operation === '-A') rules.push(rule);
  else if (place < 1 || place > rules.length + 1) return 'iptables: Index of insertion too big.';
  else rules.splice(place - 1, 0, rule);
  return undefined;
}

function parseRule(words: string[], chains: ReadonlyMap<string, unknown>): Rule | string {
  const matches: Match[] = [];
  let negate = false;
  let target: Target | undefined;
  const next = (): string => words.shift() ?? '';
  while (words.length > 0) {
    const word = next();
    if (word === '!') {
      negate = true;
      continue;
    }
    if (word === '-j' || word === '--jump') {
      target = parseTarget(words, chains);
      if (target === undefined) return 'iptables: No chain/target/match by that name.';
      continue;
    }
    // A module's name: its options tell enough.
    if (word === '-m' || word === '--match') {
      next();
      continue;
    }
    if (word === '!' || words.length === 0) return `iptables-restore: option "${word}" requires an argument`;
    const match = parseMatch(word, next());
    if (match === undefined) return `iptables-restore: unknown option "${word}"`;
    const wanted = !negate;
    negate = false;
    matches.push(wanted ? match : (packet) => !match(packet));
  }
  return target === undefined ? 'iptables-restore: a rule without a target' : { matches, target };
}

function parseMatch(option: string, value: string): Match | undefined {
  switch (option) {
    case '-p':
    case '--protocol':
      return (packet) => value === 'all' || packet.protocol === value;
    case '-i':
    case '--in-interface':
      return (packet) => interfaceMatches(packet.inInterface, value);
    case '-o':
    case '--out-interface':
      return (packet) => interfaceMatches(packet.outInterface, value);
    case '-d':
    case '--destination': {
      const contains = parseNetwork(value);
      return contains === undefined ? undefined : (packet) => contains(packet.destination);
    }
    case '--dport':
    case '--destination-port':
    case '--dports':
    case '--destination-ports': {
      const ranges = value.split(',').map((part) => part.split(':').map(Number));
      return (packet) => ranges.some(([from = 0, to = from]) => packet.port >= from && packet.port <= to);
    }
    case '--uid-owner': {
      const [from = Number.NaN, to = from] = value.split('-').map(Number);
      return (packet) => packet.uid !== undefined && packet.uid >= from && packet.uid <= to;
    }
    default:
      return undefined;
  }
}

function parseTarget(words: string[], chains: ReadonlyMap<string, unknown>): Target | undefined {
  const name = words.shift() ?? '';
  const argument = (...options: string[]): string | undefined => {
    const at = words.findIndex((word) => options.includes(word));
    return at < 0 ? undefined : words.splice(at, 2)[1];
  };
  if (name === 'ACCEPT') return ACCEPT;
  if (name === 'RETURN') return { kind: 'return' };
  if (name === 'REDIRECT') {
    const port = argument('--to-ports', '--to-port');
    return port === undefined ? undefined : { kind: 'redirect', port: Number(port) };
  }
  if (name === 'DNAT') {
    const [address = '', port] = (argument('--to-destination') ?? '').split(':');
    return parseAddress(address) === undefined
      ? undefined
      : { kind: 'dnat', address, ...(port === undefined ? {} : { port: Number(port) }) };
  }
  return chains.has(name) ? { kind: 'jump', chain: name } : undefined;
}

function interfaceMatches(actual: string | undefined, wanted: string): boolean {
  if (actual === undefined) return false;
  return wanted.endsWith('+') ? actual.startsWith(wanted.slice(0, -1)) : actual === wanted;
}

/** The number of an IPv4 address; undefined if it is none. */
export function parseAddress(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const bytes = match.slice(1).map(Number);
  if (bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

function parseNetwork(cidr: string): ((address: string) => boolean) | undefined {
  const [address = '', length = '32'] = cidr.split('/');
  const base = parseAddress(address);
  const bits = Number(length);
  if (base === undefined || !Number.isInteger(bits) || bits < 0 || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  const first = Math.floor(base / size) * size;
  return (candidate) => {
    const number = parseAddress(candidate);
    return number !== undefined && number >= first && number < first + size;
  };
}
