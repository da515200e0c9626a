import { type InstanceView, instanceJson } from './instance.ts';
import { javaSplit } from './java-split.ts';
import { groupedName, type ServiceName } from './service-name.ts';

/** What a list or a push shows of a service. */
export interface ServiceInfo {
  service: ServiceName;
  clusters: string;
  cacheMillis: number;
  hosts: readonly InstanceView[];
  reachProtectionThreshold: boolean;
}

/**
 * Models nacos naming ServiceUtil.selectInstancesWithHealthyProtection: by cluster, without disabled ones; with too few
 * healthy ones all are shown as healthy. A service without metadata has no protection.
 */
export function selectInstances(options: {
  service: ServiceName;
  hosts: readonly InstanceView[];
  clusters: string;
  healthyOnly: boolean;
  protectThreshold: number | undefined;
  cacheMillis: number;
}): ServiceInfo {
  const { service, hosts, clusters, healthyOnly, protectThreshold, cacheMillis } = options;
  const wanted = new Set(clusters.trim() === '' ? [] : javaSplit(clusters, ','));
  const enabled = hosts.filter((host) => host.enabled && (wanted.size === 0 || wanted.has(host.clusterName)));
  const selected = healthyOnly ? enabled.filter(({ healthy }) => healthy) : enabled;
  const healthy = selected.filter((host) => host.healthy).length;
  // 0 / 0 is no number, and not below any threshold.
  if (protectThreshold === undefined || !(healthy / selected.length <= protectThreshold)) {
    return { service, clusters, cacheMillis, hosts: selected, reachProtectionThreshold: false };
  }
  const shown = selected.map((host) => ({ ...host, healthy: true }));
  return { service, clusters, cacheMillis, hosts: shown, reachProtectionThreshold: true };
}

/** The JSON of a list; a push has no groupName. */
export function serviceInfoJson(info: ServiceInfo, epochMs: number, options: { groupName: boolean }) {
  return {
    name: groupedName(info.service),
    groupName: options.groupName ? info.service.group : undefined,
    clusters: info.clusters,
    cacheMillis: info.cacheMillis,
    hosts: info.hosts.map(instanceJson),
    lastRefTime: epochMs,
    checksum: '',
    allIPs: false,
    reachProtectionThreshold: info.reachProtectionThreshold,
    valid: true,
  };
}
