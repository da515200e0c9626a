import { defaultOptions, type ProtocolOptions, protocolOptions } from './protocol-options.ts';

/** A BGP peer of bird.cfg. Times in seconds. */
export interface PeerConfig extends ProtocolOptions {
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
  multihop: boolean;
  addPaths: { rx: boolean; tx: boolean };
  client: 'route-reflector' | 'route-server' | undefined;
  sourceAddress: string | undefined;
}

/** A protocol of another kind. */
export interface OtherProtocol extends ProtocolOptions {
  name: string;
  kind: 'Kernel' | 'Device' | 'Direct';
}

export interface BirdConfig {
  routerId: string;
  /** How long a recovery may take, seconds. */
  gracefulRestartWait: number;
  peers: readonly PeerConfig[];
  /** Protocols of other kinds by name, as they stand in the table. */
  others: readonly OtherProtocol[];
}

type Options = Partial<Omit<PeerConfig, 'name'>>;

/**
 * Reads what matters for peering in a configuration of BIRD 1.6: the router's id, protocols and BGP templates. What filters do,
 * functions and options that do not show in `show protocols all` are passed over.
 * A string is BIRD's complaint, with its place: `LINE:COLUMN TEXT`.
 */
export function parseBirdConfig(text: string): BirdConfig | string {
  // What is no part of it leaves blanks: places stay.
  const blank = (match: string) => match.replace(/[^\n]/g, ' ');
  const plain = text.replace(/#.*$/gm, blank).replace(/\/\*[\s\S]*?\*\//g, blank);
  const complaint = (at: number, message: string) => `${place(plain, at)} ${message}`;
  const odd = unbalanced(plain);
  if (odd !== undefined) return odd === 'open' ? '1:0 syntax error' : complaint(odd, 'syntax error');
  const noNumber =
    /\bneighbor\s+[\w.:]+(?:\s+port\s+\d+)?\s+as\s+(?=[^\s\w])|\bneighbor\s+[\w.:]+(?:\s+port\s+\d+)?\s+as(?=[^\s\w])/.exec(
      plain,
    );
  if (noNumber !== null) return complaint(noNumber.index + noNumber[0].length, 'syntax error');
  const templates = new Map<string, Options>();
  for (const [, name = '', body = ''] of plain.matchAll(/\btemplate\s+bgp\s+(\w+)\s*\{((?:[^{}]|\{[^{}]*\})*)\}/g)) {
    templates.set(name, options(body));
  }
  const peers: PeerConfig[] = [];
  const bgp = /\bprotocol\s+bgp\s+(\w+)\s*(?:from\s+(\w+)\s*)?\{((?:[^{}]|\{[^{}]*\})*)\}/g;
  for (const match of plain.matchAll(bgp)) {
    const [whole, name = '', from, body = ''] = match;
    if (from !== undefined && !templates.has(from)) {
      const at = match.index + whole.search(new RegExp(`\\b${from}\\s*\\{`));
      return complaint(at, 'Template or protocol name expected');
    }
    const own = { ...DEFAULTS, ...templates.get(from ?? ''), ...options(body) };
    const end = match.index + whole.length - 1;
    if (own.localAs === 0) return complaint(end, 'Local AS number must be set');
    if (own.neighbor === '') return complaint(end, 'Neighbor must be configured');
    if (own.neighborAs === 0) return complaint(end, 'Remote AS number must be set');
    peers.push({ name, ...own });
  }
  return {
    routerId: /\brouter\s+id\s+([\d.]+)/.exec(plain)?.[1] ?? '',
    gracefulRestartWait: Number(/\bgraceful\s+restart\s+wait\s+(\d+)/.exec(plain)?.[1] ?? 240),
    peers,
    others: othersIn(plain),
  };
}

function othersIn(plain: string): OtherProtocol[] {
  const kinds = { kernel: 'Kernel', device: 'Device', direct: 'Direct' } as const;
  const seen = { kernel: 0, device: 0, direct: 0 };
  const blocks = plain.matchAll(/\bprotocol\s+(kernel|device|direct)\b\s*(\w+)?\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\})?/g);
  return [...blocks].map(([, word, name, body = '']) => {
    const kind = word as keyof typeof kinds;
    return {
      ...defaultOptions(kind),
      ...protocolOptions(body),
      name: name ?? `${kind}${++seen[kind]}`,
      kind: kinds[kind],
    };
  });
}

/** The first brace too many, or that one stays open. */
function unbalanced(plain: string): number | 'open' | undefined {
  let depth = 0;
  for (const { 0: brace, index } of plain.matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1;
    if (depth < 0) return index;
  }
  return depth > 0 ? 'open' : undefined;
}

function place(text: string, at: number): string {
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1) ?? '').length + 1}`;
}

const DEFAULTS: Omit<PeerConfig, 'name'> = {
  ...defaultOptions('bgp'),
  neighbor: '',
  port: 179,
  neighborAs: 0,
  localAs: 0,
  passive: false,
  connectDelay: 5,
  connectRetry: 120,
  errorWait: [60, 300],
  holdTime: 240,
  gracefulRestart: false,
  multihop: false,
  addPaths: { rx: false, tx: false },
  client: undefined,
  sourceAddress: undefined,
};

function options(body: string): Options {
  const found: { -readonly [name in keyof Options]: Options[name] } = { ...protocolOptions(body) };
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
  if (/\bmultihop\b/.test(body)) found.multihop = true;
  const paths = /\badd\s+paths\s+(\w+)/.exec(body)?.[1];
  if (paths !== undefined) found.addPaths = { rx: /^(on|yes|rx)$/.test(paths), tx: /^(on|yes|tx)$/.test(paths) };
  const client = /\b(rr|rs)\s+client\b/.exec(body)?.[1];
  if (client !== undefined) found.client = client === 'rr' ? 'route-reflector' : 'route-server';
  const source = /\bsource\s+address\s+([\w.:]+)/.exec(body)?.[1];
  if (source !== undefined) found.sourceAddress = source;
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
