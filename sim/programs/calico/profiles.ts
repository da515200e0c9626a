/** What differs between releases of calico-node, as far as its probes show it. */
export interface CalicoProfile {
  /** The release that this profile was recorded from or read in. */
  name: 'v3.8' | 'v3.20' | 'v3.22' | 'v3.23' | 'v3.25' | 'v3.28' | 'v3.31' | 'master';
  /** Command line: Go's `flag`, or cobra behind `calico component node health`. */
  cli: 'flag' | 'cobra';
  /** How texts of errors begin: `Failed to stat()` or `failed to stat()`. */
  capitals: boolean;
  /** Whether the message of a failed check ends its line. */
  newline: boolean;
  /** From v3.28 liveness asks BIRD itself: the program it runs for that. */
  birdcl?: string;
  /** Checks at the same moment, or one after another until one fails. */
  checks: 'together' | 'in turn';
  /** Felix is asked by an HTTP client with this limit, at localhost always, ms. Undefined: the threshold is the limit. */
  felixClientMs?: number;
  /** Felix' dataplane is given the watchdog time of the configuration, or twenty seconds. */
  watchdog: 'configured' | 'fixed';
  /** The line about peers: its stream and what stands before the text. */
  log: { stream: 'stdout' | 'stderr'; place: string };
  /** Felix's reporters: `felix-startup` or `FelixStartup`. */
  reporterNames: 'dashed' | 'camel';
  /** The table of health: how no timeout is written, how headings stand. */
  table: { noTimeout: '0s' | '-'; headings: 'centred' | 'left' };
  /** Felix's log lines about health. */
  healthLog: 'status' | 'sentence';
}

const V3_23: CalicoProfile = {
  name: 'v3.23',
  cli: 'flag',
  capitals: true,
  newline: true,
  checks: 'together',
  watchdog: 'configured',
  log: { stream: 'stdout', place: 'confd/health.go 180' },
  reporterNames: 'dashed',
  table: { noTimeout: '0s', headings: 'centred' },
  healthLog: 'status',
};

const V3_25: CalicoProfile = {
  ...V3_23,
  name: 'v3.25',
  reporterNames: 'camel',
  table: { noTimeout: '-', headings: 'centred' },
  healthLog: 'sentence',
};

const V3_31: CalicoProfile = {
  ...V3_25,
  name: 'v3.31',
  capitals: false,
  birdcl: '/bin/birdcl',
  log: { stream: 'stdout', place: 'node/health.go 206' },
};

const V3_20: CalicoProfile = { ...V3_23, name: 'v3.20', newline: false, watchdog: 'fixed' };

/** By name. The default, v3.23, is the release of the seed's time. */
export const CALICO_PROFILES: Readonly<Record<CalicoProfile['name'], CalicoProfile>> = {
  'v3.8': {
    ...V3_20,
    name: 'v3.8',
    checks: 'in turn',
    felixClientMs: 5000,
    log: { stream: 'stdout', place: 'health.go 156' },
  },
  'v3.20': V3_20,
  'v3.22': { ...V3_23, name: 'v3.22', watchdog: 'fixed' },
  'v3.23': V3_23,
  'v3.25': V3_25,
  'v3.28': { ...V3_25, name: 'v3.28', birdcl: '/usr/bin/birdcl' },
  'v3.31': V3_31,
  master: {
    ...V3_31,
    name: 'master',
    cli: 'cobra',
    log: { stream: 'stderr', place: '' },
    table: { noTimeout: '-', headings: 'left' },
  },
};

/** The profile of a version as an image's tag or a recording has it (`v3.23.5`, `master-87c1590`, `v3.27.0-amd64`); v3.23 for any other word. */
export function calicoProfile(version: string): CalicoProfile {
  if (/^master/.test(version)) return CALICO_PROFILES.master;
  const minor = Number(/^v?3\.(\d+)/.exec(version)?.[1] ?? 23);
  if (minor < 15) return CALICO_PROFILES['v3.8'];
  if (minor < 22) return CALICO_PROFILES['v3.20'];
  if (minor < 23) return CALICO_PROFILES['v3.22'];
  if (minor < 25) return CALICO_PROFILES['v3.23'];
  if (minor < 28) return CALICO_PROFILES['v3.25'];
  return minor < 31 ? CALICO_PROFILES['v3.28'] : CALICO_PROFILES['v3.31'];
}
