import { ANNOTATIONS } from './constants.ts';
import { atoi, trimSpace } from './go-strings.ts';
import type { MeshConfigTraffic } from './mesh-config.ts';
import type { OsmProfile } from './profiles.ts';
import { OsmDenial } from './sidecar-injection.ts';

/** What the sidecar does not intercept, from the mesh's configuration and the pod's annotations. */
export interface TrafficExclusions {
  outboundPorts: readonly number[];
  inboundPorts: readonly number[];
  outboundIPRanges: readonly string[];
  /** If not empty, only these are intercepted. */
  includedOutboundIPRanges: readonly string[];
  networkInterfaces: readonly string[];
}

/**
 * Ports: the mesh's first, then the pod's; ranges: the pod's first. Each once.
 * Throws OsmDenial for a bad annotation; v1.0 ignores a bad list, and knows no IP ranges of a pod.
 * Models openservicemesh/osm v1.1 pkg/injector/patch.go configurePodInit.
 */
export function trafficExclusions(
  annotations: Readonly<Record<string, string>> | undefined,
  traffic: MeshConfigTraffic,
  profile: OsmProfile,
): TrafficExclusions {
  const options = profile.iptables.interceptionOptions;
  const ports = (key: string, mesh: readonly number[] | null | undefined): readonly number[] =>
    unique([...(mesh ?? []), ...podPorts(annotations, key, options)]);
  const ranges = (key: string, mesh: readonly string[] | null | undefined): readonly string[] =>
    options ? unique([...podRanges(annotations, key), ...(mesh ?? [])]) : (mesh ?? []);
  return {
    outboundPorts: ports(ANNOTATIONS.outboundPortExclusionList, traffic.outboundPortExclusionList),
    inboundPorts: ports(ANNOTATIONS.inboundPortExclusionList, traffic.inboundPortExclusionList),
    outboundIPRanges: ranges(ANNOTATIONS.outboundIPRangeExclusionList, traffic.outboundIPRangeExclusionList),
    includedOutboundIPRanges: options
      ? ranges(ANNOTATIONS.outboundIPRangeInclusionList, traffic.outboundIPRangeInclusionList)
      : [],
    networkInterfaces: options ? (traffic.networkInterfaceExclusionList ?? []) : [],
  };
}

function podPorts(
  annotations: Readonly<Record<string, string>> | undefined,
  key: string,
  strict: boolean,
): readonly number[] {
  const list = annotations?.[key];
  if (list === undefined) return [];
  const ports: number[] = [];
  for (const text of list.split(',').map(trimSpace)) {
    const port = atoi(text);
    if (port.ok && port.value > 0n) ports.push(Number(port.value));
    else if (strict) throw new OsmDenial(`Invalid port value '${text}' specified for annotation '${key}'`);
    else return [];
  }
  return ports;
}

function podRanges(annotations: Readonly<Record<string, string>> | undefined, key: string): readonly string[] {
  const list = annotations?.[key];
  if (list === undefined) return [];
  return list.split(',').map((item) => {
    const text = trimSpace(item);
    if (!isCIDR(text)) throw new OsmDenial(`Invalid IP range '${text}' specified for annotation '${key}'`);
    return text;
  });
}

/** Models net.ParseCIDR's verdict: no leading zeros in an address, any in the length, any host bits. */
export function isCIDR(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d+$/.test(length)) return false;
  if (isIPv4(address)) return Number(length) <= 32;
  return isIPv6(address) && Number(length) <= 128;
}

function isIPv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIPv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [half, side] of halves.entries()) {
    const parts = side === '' ? [] : side.split(':');
    for (const [index, part] of parts.entries()) {
      const last = index === parts.length - 1 && half === halves.length - 1;
      if (last && isIPv4(part)) groups += 2;
      else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups < 8 : groups === 8;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}
