import { bindStringMap } from './jackson-bind.ts';
import { JacksonError, JacksonParser } from './jackson-parser.ts';
import { JavaDouble } from './java-json.ts';
import { javaSplit } from './java-split.ts';
import { type Params, parseDouble, parseInt32, toBoolean } from './params.ts';
import { NacosError } from './reply.ts';
import { DEFAULT_CLUSTER, groupedName, type ServiceName } from './service-name.ts';

export type Metadata = Readonly<Record<string, string>>;

/** What a client says of one instance. */
export interface InstanceSettings {
  ip: string;
  port: number;
  cluster: string;
  weight: number;
  enabled: boolean;
  healthy: boolean;
  ephemeral: boolean;
  metadata: Metadata;
  /** Given by the v1 API only. */
  withId: boolean;
}

export const HEARTBEAT_INTERVAL = 'preserved.heart.beat.interval';
export const HEARTBEAT_TIMEOUT = 'preserved.heart.beat.timeout';
const MOST_LONG = 2n ** 63n - 1n;
export const DELETE_TIMEOUT = 'preserved.ip.delete.timeout';

/**
 * Models nacos api Instance.getInstanceHeartBeat…: a number in the metadata, or what holds for all. Throws a 400 for one
 * that is larger than a Java long.
 */
export function metadataNumber(metadata: Metadata, key: string, otherwise: number): number {
  const text = metadata[key];
  if (text === undefined || !/^\d+$/.test(text)) return otherwise;
  if (BigInt(text) > MOST_LONG) throw new NacosError(400, `For input string: "${text}"`);
  return Number(text);
}

export function heartBeatInterval(metadata: Metadata, otherwise = 5000): number {
  return metadataNumber(metadata, HEARTBEAT_INTERVAL, otherwise);
}

export function heartBeatTimeout(metadata: Metadata): number {
  return metadataNumber(metadata, HEARTBEAT_TIMEOUT, 15_000);
}

export function deleteTimeout(metadata: Metadata): number {
  return metadataNumber(metadata, DELETE_TIMEOUT, 30_000);
}

/** Models nacos naming HttpRequestInstanceBuilder.setRequest: the same order, so the same first complaint. */
export function readInstance(params: Params, defaults: { ephemeral: boolean }): InstanceSettings {
  params.required('serviceName');
  const ip = params.required('ip');
  const port = parseInt32(params.required('port'));
  const healthy = toBoolean(params.optional('healthy', 'true'));
  const ephemeral = toBoolean(params.optional('ephemeral', String(defaults.ephemeral)));
  const weight = readWeight(params.optional('weight', '1'));
  const cluster = params.optional('clusterName', '') || params.optional('cluster', DEFAULT_CLUSTER);
  const enabled = toBoolean(params.optional('enabled', '') || params.optional('enable', 'true'));
  const metadata = readMetadata(params.optional('metadata', ''));
  return { ip, port, cluster, weight, enabled, healthy, ephemeral, metadata, withId: true };
}

export function readWeight(text: string): number {
  return checkWeight(parseDouble(text));
}

/** Throws a 400 for one that is too small or too large. */
export function checkWeight(weight: number): number {
  if (weight > 10_000 || weight < 0) {
    throw new NacosError(400, 'instance format invalid: The weights range from 0.0 to 10000.0');
  }
  return weight;
}

/** Models nacos naming UtilsAndCommons.parseMetadata: JSON of plain values, or `k=v,k=v`. Throws a 400. */
export function readMetadata(text: string): Metadata {
  if (text === '') return {};
  const parsed = jsonMetadata(text);
  if (parsed !== undefined) return parsed;
  const pairs = javaSplit(text, ',').map((pair) => javaSplit(pair, '='));
  if (pairs.some(({ length }) => length !== 2)) throw badMetadata(text);
  return Object.fromEntries(pairs as [string, string][]);
}

function jsonMetadata(text: string): Metadata | undefined {
  try {
    const parser = new JacksonParser(text);
    return bindStringMap('java.util.LinkedHashMap')(parser, parser.value()) ?? {};
  } catch (error) {
    if (error instanceof JacksonError) return undefined;
    throw error;
  }
}

function badMetadata(text: string): NacosError {
  return new NacosError(400, `metadata format incorrect:${text}`);
}

/** Models nacos api NamingUtils.checkInstanceIsLegal. Throws a 400. */
export function checkInstance({ metadata, cluster }: InstanceSettings): void {
  const interval = heartBeatInterval(metadata);
  if (heartBeatTimeout(metadata) < interval || deleteTimeout(metadata) < interval) {
    const text = "Instance 'heart beat interval' must less than 'heart beat timeout' and 'ip delete timeout'.";
    throw new NacosError(400, text);
  }
  if (cluster !== '' && !/^[0-9a-zA-Z-]+$/.test(cluster)) {
    const rule = "Instance 'clusterName' should be characters with only 0-9a-zA-Z-.";
    throw new NacosError(400, `${rule} (current: ${cluster})`);
  }
}

/** An instance as lists and pushes show it. */
export interface InstanceView {
  instanceId: string | undefined;
  ip: string;
  port: number;
  weight: number;
  healthy: boolean;
  enabled: boolean;
  ephemeral: boolean;
  clusterName: string;
  serviceName: string;
  metadata: Metadata;
}

export function instanceId(service: ServiceName, { ip, port, cluster }: InstanceSettings): string {
  return `${ip}#${port}#${cluster}#${groupedName(service)}`;
}

/** An instance on the wire: its own fields and what Jackson reads off its getters. */
export function instanceJson(view: InstanceView): Record<string, unknown> {
  const { metadata } = view;
  // With any metadata the getter looks there only, and finds nothing.
  const generator =
    Object.keys(metadata).length === 0 ? 'simple' : (metadata['preserved.instance.id.generator'] ?? undefined);
  return {
    ...view,
    weight: new JavaDouble(view.weight),
    instanceHeartBeatInterval: heartBeatInterval(metadata),
    instanceHeartBeatTimeOut: heartBeatTimeout(metadata),
    ipDeleteTimeout: deleteTimeout(metadata),
    instanceIdGenerator: generator,
  };
}
