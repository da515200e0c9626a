import { parseInt32, toBoolean } from './params.ts';

/** The switch domain of a server as `GET /operator/switches` shows it. */
export interface Switches {
  [field: string]: unknown;
  clientBeatInterval: number;
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

/** Which field an entry of `PUT /operator/switches` sets, and how its value is read. */
const ENTRIES: Readonly<Record<string, [field: string, type: 'number' | 'boolean' | 'text']>> = {
  distroThreshold: ['distroThreshold', 'number'],
  clientBeatInterval: ['clientBeatInterval', 'number'],
  pushCacheMillis: ['defaultPushCacheMillis', 'number'],
  defaultCacheMillis: ['defaultCacheMillis', 'number'],
  check: ['healthCheckEnabled', 'boolean'],
  healthCheckEnabled: ['healthCheckEnabled', 'boolean'],
  distro: ['distroEnabled', 'boolean'],
  pushEnabled: ['pushEnabled', 'boolean'],
  lightBeatEnabled: ['lightBeatEnabled', 'boolean'],
  sendBeatOnly: ['sendBeatOnly', 'boolean'],
  autoChangeHealthCheckEnabled: ['autoChangeHealthCheckEnabled', 'boolean'],
  defaultInstanceEphemeral: ['defaultInstanceEphemeral', 'boolean'],
  overriddenServerStatus: ['overriddenServerStatus', 'text'],
};

/** Sets one entry; one that nobody knows changes nothing. Throws a 400 for a number that is none. */
export function setSwitch(switches: Switches, entry: string, value: string): void {
  const known = ENTRIES[entry];
  if (known === undefined) return;
  const [field, type] = known;
  switches[field] = type === 'number' ? parseInt32(value) : type === 'boolean' ? toBoolean(value) : value;
}
