/** What differs between Nacos releases, as data. */
export interface NacosProfile {
  name: NacosVersion;
  /** Charset, length and range of parameters are checked before a controller sees them (2.3 and later). */
  paramCheck: boolean;
  /** A NacosRuntimeException keeps its own status and text; before, it was a 500 of all its causes. */
  runtimeErrorsKeepStatus: boolean;
  /** A switch written without `debug` shows at once on a single server. */
  switchesByRaft: boolean;
  /** After so long a silent connection is asked and closed, ms; undefined: never (2.2.0 to 2.2.4, issue 10773). */
  silentConnection: number | undefined;
}

export type NacosVersion = '2.2' | '2.5';

/** 2.2 is 2.2.4, 2.5 is 2.5.1: the two that were recorded. */
export const NACOS_PROFILES: Readonly<Record<NacosVersion, NacosProfile>> = {
  '2.2': {
    name: '2.2',
    paramCheck: false,
    runtimeErrorsKeepStatus: false,
    switchesByRaft: false,
    silentConnection: undefined,
  },
  '2.5': {
    name: '2.5',
    paramCheck: true,
    runtimeErrorsKeepStatus: true,
    switchesByRaft: true,
    // 20 s without a word, then 5 s for the answer to one question.
    silentConnection: 25_000,
  },
};
