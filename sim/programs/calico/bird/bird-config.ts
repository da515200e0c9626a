/** A BGP peer of bird.cfg. Times in seconds. */
export interface PeerConfig {
  name: string;
  neighbor: string;
  port: number;
  neighborAs: number;
  localAs: number;
  passive: boolean;
  connectDelay: number;
  connectRetry: number;
  errorWait: readonly [min: number, max: number];
  holdTime: number;
  gracefulRestart: boolean;
}

export interface BirdConfig {
  routerId: string;
  /** How long a recovery may take, seconds. */
  gracefulRestartWait: number;
  peers: readonly PeerConfig[];
  /** Protocols of other kinds by name, as they stand in the table. */
  others: readonly { name: string; kind: 'Kernel' | 'Device' | 'Direct' }[];
}

type Options = Partial<Omit<PeerConfig, 'name'>>;

/**
 * Reads what matters for peering in a configuration of BIRD 1.6: the router's id, protocols and BGP templates. Filters,
 * functions and options that do not show in `show protocols` are passed over.
 * A string is BIRD's complaint.
 */
export function parseBirdConfig(text: string): BirdConfig | string {
  const plain = text.replace(/#.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');
  if (count(plain, '{') !== count(plain, '}')) return 'syntax error';
  const templates = new Map<string, Options>();
  for (const [, name = '', body = ''] of plain.matchAll(/\btemplate\s+bgp\s+(\w+)\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    templates.set(name, options(body));
  }
  const peers: PeerConfig[] = [];
  const bgp = /\bprotocol\s+bgp\s+(\w+)\s*(?:from\s+(\w+)\s*)?\{((?:[^{}]|\{[^{}]*\})*)\}/g;
  for (const [, name = '', from, body = ''] of plain.matchAll(bgp)) {
    if (from !== undefined && !templates.has(from)) return `Template ${from} is not defined`;
    const own = { ...DEFAULTS, ...templates.get(from ?? ''), ...options(body) };
    if (own.neighbor === '') return 'Neighbor must be configured';
    peers.push({ name, ...own });
  }
  const kinds = { kernel: 'Kernel', device: 'Device', direct: 'Direct' } as const;
  const seen = { kernel: 0, device: 0, direct: 0 };
  const others = [...plain.matchAll(/\bprotocol\s+(kernel|device|direct)\b\s*(\w+)?/g)].map(([, word, name]) => {
    const kind = word as keyof typeof kinds;
    return { name: name ?? `${kind}${++seen[kind]}`, kind: kinds[kind] };
  });
  return {
    routerId: /\brouter\s+id\s+([\d.]+)/.exec(plain)?.[1] ?? '',
    gracefulRestartWait: Number(/\bgraceful\s+restart\s+wait\s+(\d+)/.exec(plain)?.[1] ?? 240),
    peers,
    others,
  };
}

const DEFAULTS: Omit<PeerConfig, 'name'> = {
  neighbor: '',
  port: 179,
  neighborAs: 64_512,
  localAs: 64_512,
  passive: false,
  connectDelay: 5,
  connectRetry: 120,
  errorWait: [60, 300],
  holdTime: 240,
  gracefulRestart: false,
};

function options(body: string): Options {
  const found: { -readonly [name in keyof Options]: Options[name] } = {};
  const number = (pattern: RegExp, set: (value: number) => void) => {
    const value = pattern.exec(body)?.[1];
    if (value !== undefined) set(Number(value));
  };
  const neighbor = /\bneighbor\s+([\w.:]+)(?:\s+port\s+(\d+))?(?:\s+as\s+(\d+))?/.exec(body);
  if (neighbor !== null) {
    found.neighbor = neighbor[1] ?? '';
    if (neighbor[2] !== undefined) found.port = Number(neighbor[2]);
    if (neighbor[3] !== undefined) found.neighborAs = Number(neighbor[3]);
  }
  const passive = /\bpassive(?:\s+(on|off|yes|no))?\s*;/.exec(body);
  if (passive !== null) found.passive = passive[1] !== 'off' && passive[1] !== 'no';
  const restart = /\bgraceful\s+restart(?:\s+(on|off|yes|no|aware))?\s*;/.exec(body);
  if (restart !== null) found.gracefulRestart = !/off|no|aware/.test(restart[1] ?? '');
  number(/\blocal\s+(?:[\d.]+\s+)?as\s+(\d+)/, (value) => {
    found.localAs = value;
  });
  number(/\bconnect\s+delay\s+time\s+(\d+)/, (value) => {
    found.connectDelay = value;
  });
  number(/\bconnect\s+retry\s+time\s+(\d+)/, (value) => {
    found.connectRetry = value;
  });
  number(/\bhold\s+time\s+(\d+)/, (value) => {
    found.holdTime = value;
  });
  const wait = /\berror\s+wait\s+time\s+(\d+)\s*,\s*(\d+)/.exec(body);
  if (wait !== null) found.errorWait = [Number(wait[1]), Number(wait[2])];
  return found;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
