import { JavaDouble } from './java-json.ts';
import { javaSplit } from './java-split.ts';
import { parseDouble, parseInt32, parseLong, toBoolean } from './params.ts';
import { NacosError } from './reply.ts';

/** The switch domain of a server as `GET /operator/switches` shows it. */
export interface Switches {
  [field: string]: unknown;
  clientBeatInterval: number;
  defaultPushCacheMillis: number;
  healthCheckEnabled: boolean;
  pushEnabled: boolean;
  lightBeatEnabled: boolean;
  defaultInstanceEphemeral: boolean;
}

export function defaultSwitches(): Switches {
  return {
    masters: null,
    adWeightMap: {},
    defaultPushCacheMillis: 10_000,
    clientBeatInterval: 5000,
    defaultCacheMillis: 3000,
    distroThreshold: 0.7,
    healthCheckEnabled: true,
    autoChangeHealthCheckEnabled: true,
    distroEnabled: true,
    enableStandalone: true,
    pushEnabled: true,
    checkTimes: 3,
    httpHealthParams: { max: 5000, min: 500, factor: 0.85 },
    tcpHealthParams: { max: 5000, min: 1000, factor: 0.75 },
    mysqlHealthParams: { max: 3000, min: 2000, factor: 0.65 },
    incrementalList: [],
    serverStatusSynchronizationPeriodMillis: 2000,
    serviceStatusSynchronizationPeriodMillis: 5000,
    disableAddIP: false,
    sendBeatOnly: false,
    lightBeatEnabled: true,
    limitedUrlMap: {},
    distroServerExpiredMillis: 10_000,
    pushGoVersion: '0.1.0',
    pushJavaVersion: '0.1.0',
    pushPythonVersion: '0.4.3',
    pushCVersion: '1.0.12',
    pushCSharpVersion: '0.9.0',
    enableAuthentication: false,
    overriddenServerStatus: null,
    defaultInstanceEphemeral: true,
    healthCheckWhiteList: [],
    name: '00-00---000-NACOS_SWITCH_DOMAIN-000---00-00',
    checksum: null,
  };
}

type Setter = (switches: Switches, value: string) => void;

/** Sets a number that is at least so large. */
function milliseconds(field: string, least: number, complaint: string): Setter {
  return (switches, value) => {
    const ms = parseLong(value);
    if (ms < least) throw new NacosError(400, complaint);
    switches[field] = ms;
  };
}

function flag(field: string, read: (value: string) => boolean = (value) => value.toLowerCase() === 'true'): Setter {
  return (switches, value) => {
    switches[field] = read(value);
  };
}

const ANY = Number.NEGATIVE_INFINITY;

/** What an entry of `PUT /operator/switches` sets. Models nacos naming SwitchManager.update. */
const ENTRIES: Readonly<Record<string, Setter>> = {
  distroThreshold: (switches, value) => {
    const threshold = parseDouble(value);
    if (threshold <= 0) {
      const shown = Number.isInteger(threshold) ? `${threshold}.0` : String(threshold);
      throw new NacosError(400, `distroThreshold can not be zero or negative: ${shown}`);
    }
    switches.distroThreshold = new JavaDouble(threshold);
  },
  clientBeatInterval: milliseconds('clientBeatInterval', ANY, ''),
  pushVersion: setPushVersion,
  pushCacheMillis: milliseconds(
    'defaultPushCacheMillis',
    10_000,
    'min cache time for http or tcp is too small(<10000)',
  ),
  defaultCacheMillis: milliseconds('defaultCacheMillis', 1000, 'min default cache time  is too small(<1000)'),
  masters: (switches, value) => {
    switches.masters = javaSplit(value, ',');
  },
  distro: flag('distroEnabled'),
  check: flag('healthCheckEnabled'),
  pushEnabled: flag('pushEnabled'),
  serviceStatusSynchronizationPeriodMillis: milliseconds(
    'serviceStatusSynchronizationPeriodMillis',
    5000,
    'serviceStatusSynchronizationPeriodMillis is too small(<5000)',
  ),
  serverStatusSynchronizationPeriodMillis: milliseconds(
    'serverStatusSynchronizationPeriodMillis',
    // Not the fifteen seconds that it speaks of.
    1000,
    'serverStatusSynchronizationPeriodMillis is too small(<15000)',
  ),
  healthCheckTimes: (switches, value) => {
    switches.checkTimes = parseInt32(value);
  },
  disableAddIP: flag('disableAddIP'),
  sendBeatOnly: flag('sendBeatOnly'),
  limitedUrlMap: setLimitedUrls,
  enableStandalone: (switches, value) => {
    if (value !== '') switches.enableStandalone = value.toLowerCase() === 'true';
  },
  overriddenServerStatus: (switches, value) => {
    switches.overriddenServerStatus = value === 'null' ? '' : value;
  },
  defaultInstanceEphemeral: flag('defaultInstanceEphemeral'),
  distroServerExpiredMillis: milliseconds('distroServerExpiredMillis', ANY, ''),
  lightBeatEnabled: flag('lightBeatEnabled', toBoolean),
  autoChangeHealthCheckEnabled: flag('autoChangeHealthCheckEnabled', toBoolean),
};

const PUSH_VERSIONS: Readonly<Record<string, string>> = {
  java: 'pushJavaVersion',
  python: 'pushPythonVersion',
  c: 'pushCVersion',
  go: 'pushGoVersion',
};

function setPushVersion(switches: Switches, value: string): void {
  const [type = '', version] = javaSplit(value, ':');
  if (version === undefined) throw new NacosError(500, 'caused: Index 1 out of bounds for length 1;');
  if (!/^\d+\.\d+\.\d+$/.test(version)) {
    throw new NacosError(400, String.raw`illegal version, must match: [0-9]+\.[0-9]+\.[0-9]+`);
  }
  const field = Object.hasOwn(PUSH_VERSIONS, type) ? PUSH_VERSIONS[type] : undefined;
  if (field === undefined) throw new NacosError(400, `unsupported client type: ${type}`);
  switches[field] = version;
}

function setLimitedUrls(switches: Switches, value: string): void {
  if (value === '') return;
  const limited = javaSplit(value, ',').map((entry) => {
    const [url = '', code] = javaSplit(entry, ':');
    if (code === undefined) throw new NacosError(400, 'invalid input for limited urls');
    if (url === '') throw new NacosError(400, 'url can not be empty, url: ');
    const status = parseInt32(code);
    if (status <= 0) throw new NacosError(400, `illegal normal status code: ${status}`);
    return [url, status] as const;
  });
  switches.limitedUrlMap = Object.fromEntries(limited);
}

/** Sets one entry; one that nobody knows changes nothing. Throws a 400 for a value that it does not take. */
export function setSwitch(switches: Switches, entry: string, value: string): void {
  if (Object.hasOwn(ENTRIES, entry)) ENTRIES[entry]?.(switches, value);
}
