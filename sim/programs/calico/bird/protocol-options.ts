/** What every protocol of bird.cfg may say of itself, as `show protocols all` tells it. */
export interface ProtocolOptions {
  description: string | undefined;
  preference: number;
  /** ACCEPT, REJECT, the name of a filter, or (unnamed). */
  importFilter: string;
  exportFilter: string;
}

const PREFERENCES = { bgp: 100, kernel: 10, device: 240, direct: 240 } as const;

/** A protocol's options before its block is read. Models bird 1.6 nest/proto.c proto_config_new. */
export function defaultOptions(kind: keyof typeof PREFERENCES): ProtocolOptions {
  return { description: undefined, preference: PREFERENCES[kind], importFilter: 'ACCEPT', exportFilter: 'REJECT' };
}

/** The options that a block sets. Models bird 1.6 conf/confbase.Y, nest/config.Y, filter_name of filter/filter.c. */
export function protocolOptions(body: string): Partial<ProtocolOptions> {
  const description = /\bdescription\s+"([^"]*)"/.exec(body)?.[1];
  const preference = /\bpreference\s+(\d+)/.exec(body)?.[1];
  const importFilter = filterOf(body, 'import');
  const exportFilter = filterOf(body, 'export');
  return {
    ...(description === undefined ? {} : { description }),
    ...(preference === undefined ? {} : { preference: Number(preference) }),
    ...(importFilter === undefined ? {} : { importFilter }),
    ...(exportFilter === undefined ? {} : { exportFilter }),
  };
}

function filterOf(body: string, direction: 'import' | 'export'): string | undefined {
  const match = new RegExp(`\\b${direction}\\s+(all|none|where|filter)\\b\\s*(\\w*)`).exec(body);
  if (match === null) return undefined;
  const [, word, name] = match;
  if (word === 'all') return 'ACCEPT';
  if (word === 'none') return 'REJECT';
  return word === 'filter' && name ? name : '(unnamed)';
}
