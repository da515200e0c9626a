import { type Metadata, readMetadata } from './instance.ts';
import type { Params } from './params.ts';
import { NacosError, RuntimeFault } from './reply.ts';
import { parseBeat } from './rs-info.ts';

/** One parameter's rule: how long it may be and what it may hold. */
interface Rule {
  shown: string;
  most: number;
  pattern: RegExp;
}

// Models nacos 2.5 common ParamCheckRule.
const NAMESPACE: Rule = { shown: 'namespaceId/tenant', most: 64, pattern: /^[\w-]+$/ };
const SERVICE: Rule = { shown: 'serviceName', most: 512, pattern: /^(?!@).(?:(?!@@)[^\u4E00-\u9FA5\s])*$/ };
const GROUP: Rule = { shown: 'group', most: 128, pattern: /^[a-zA-Z0-9\-_:.]*$/ };
const CLUSTER: Rule = { shown: 'cluster', most: 64, pattern: /^[0-9a-zA-Z\-_]+$/ };
const IP: Rule = { shown: 'ip', most: 128, pattern: /^[^\u4E00-\u9FA5\s]*$/ };
const METADATA_MOST = 1024;
const NULL_BEAT = 'Cannot invoke "com.alibaba.nacos.naming.healthcheck.RsInfo.getIp()" because "clientBeat" is null';

/** Which reading of the parameters a path has; undefined: none is checked. */
export type CheckedAs = 'instance' | 'list' | 'beat' | undefined;

/**
 * Models nacos 2.5 DefaultParamChecker with the naming module's extractors: the first rule that is broken decides.
 * Throws a 400 in the filter's form; for metadata or a beat that cannot be read, the error page.
 */
export function checkParams(params: Params, as: CheckedAs): void {
  if (as === undefined) return;
  const { service, group } = splitName(params);
  check(NAMESPACE, params.raw('namespaceId'));
  check(SERVICE, service);
  check(GROUP, group);
  if (as === 'list') for (const cluster of (params.raw('clusters') ?? '').split(',')) check(CLUSTER, cluster);
  if (as === 'instance') check(CLUSTER, params.raw('clusterName') || params.raw('cluster'));
  const metadata = as === 'instance' ? metadataOf(params.raw('metadata') ?? '') : {};
  if (as === 'list') return;
  check(IP, params.raw('ip'));
  checkPort(params.raw('port') || (as === 'instance' ? params.raw('checkPort') : undefined));
  checkMetadata(metadata);
  const beat = as === 'beat' ? params.raw('beat')?.trim() : undefined;
  if (beat) checkBeat(beat);
}

function checkBeat(text: string): void {
  const beat = faultAsPage(() => parseBeat(text));
  if (beat === undefined) throw new NacosError(500, NULL_BEAT, 'page');
  check(CLUSTER, beat.cluster);
  check(IP, beat.ip);
  checkPort(String(beat.port));
}

function metadataOf(text: string): Metadata {
  try {
    return readMetadata(text);
  } catch (error) {
    if (!(error instanceof NacosError)) throw error;
    throw new NacosError(500, `ErrCode:${error.status}, ErrMsg:${error.message}`, 'page');
  }
}

function faultAsPage<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RuntimeFault) throw new NacosError(500, error.message, 'page');
    throw error;
  }
}

function splitName(params: Params): { service: string | undefined; group: string | undefined } {
  const service = params.raw('serviceName') || params.raw('serviceNameParam');
  const at = service?.indexOf('@@') ?? -1;
  if (service === undefined || at < 0)
    return { service, group: params.raw('groupName') || params.raw('groupNameParam') };
  return { service: service.slice(at + 2), group: service.slice(0, at) };
}

function check({ shown, most, pattern }: Rule, value: string | undefined): void {
  if (value === undefined || value.trim() === '') return;
  if (value.length > most) throw illegal(shown, `the param length should not exceed ${most}.`);
  if (!pattern.test(value)) throw illegal(shown, 'illegal characters should not appear in the param.');
}

function checkPort(value: string | undefined): void {
  if (value === undefined || value.trim() === '') return;
  const port = Number(value);
  if (!/^[+-]?\d+$/.test(value) || port < 0 || port > 65_535) {
    throw illegal('port', 'the value should be between 0 and 65535.');
  }
}

function checkMetadata(metadata: Metadata): void {
  const length = Object.entries(metadata).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (length > METADATA_MOST) throw illegal('Metadata', `the param length should not exceed ${METADATA_MOST}.`);
}

function illegal(shown: string, why: string): NacosError {
  return new NacosError(400, `Param '${shown}' is illegal, ${why}`, 'checked');
}
