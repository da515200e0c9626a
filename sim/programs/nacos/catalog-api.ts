import type { ApiContext, Routes } from './api-context.ts';
import { instanceJson } from './instance.ts';
import { namespaceOf } from './instance-api.ts';
import { JavaDouble } from './java-json.ts';
import { boundNumber, toBoolean } from './params.ts';
import { jsonReply, NacosError } from './reply.ts';
import { clustersOf, page, SELECTOR, servicesOf } from './service-api.ts';
import type { ServiceName } from './service-name.ts';
import { checkGroupedName, groupedName, parseGroupedName, serviceKey } from './service-name.ts';

/** Spring's words for a number that may be left out, and then is none. */
const NO_PRIMITIVE =
  'is present but cannot be translated into a null value due to being declared as a primitive type. Consider declaring it as object wrapper for the corresponding primitive type.';

/** Models nacos naming CatalogController: what an operator's console shows. */
export const catalogRoutes: Routes = {
  '/catalog/services': { GET: (context) => jsonReply(catalog(context)) },
  '/catalog/service': { GET: catalogService },
  '/catalog/instances': { GET: catalogInstances },
};

/** A service and how its clusters are checked, without instances. */
function catalogService(context: ApiContext) {
  const { params, naming } = context;
  const grouped = params.raw('serviceName') === undefined ? '@@' : params.required('serviceName');
  const service = parseGroupedName(namespaceOf(context), grouped);
  if (!naming.services.has(serviceKey(service))) throw new NacosError(404, `service ${grouped} is not found!`);
  const { protectThreshold = 0, metadata = {} } = naming.metadata.get(serviceKey(service)) ?? {};
  const { name, group: groupName } = service;
  const about = { name, groupName, protectThreshold: new JavaDouble(protectThreshold), selector: SELECTOR, metadata };
  const checks = { healthChecker: { type: 'TCP' }, defaultPort: 80, defaultCheckPort: 80, useIPPort4Check: true };
  const clusters = clustersOf(context, service).map((cluster) => {
    return { serviceName: grouped, name: cluster, ...checks, metadata: {} };
  });
  return jsonReply({ service: about, clusters });
}

/** Services with the instances of each cluster. */
function withInstances(context: ApiContext, services: readonly ServiceName[]) {
  const { naming } = context;
  return services.map((name) => {
    const { protectThreshold = 0, metadata = {} } = naming.metadata.get(serviceKey(name)) ?? {};
    const clusterMap = clustersOf(context, name).map((cluster) => {
      const hosts = naming.view(name).filter(({ clusterName }) => clusterName === cluster);
      const shown = hosts.map(({ healthy, metadata: told, port, ip, weight, enabled }) => {
        return { valid: healthy, metadata: told, port, ip, weight: new JavaDouble(weight), enabled };
      });
      return [cluster, { clusterName: null, healthChecker: null, metadata: null, hosts: shown }] as const;
    });
    return {
      namespace: null,
      serviceName: name.name,
      groupName: name.group,
      clusterMap: Object.fromEntries(clusterMap),
      metadata,
      protectThreshold: new JavaDouble(protectThreshold),
      selector: null,
      ephemeral: null,
    };
  });
}

function catalog(context: ApiContext) {
  const { params, naming } = context;
  const [pageNo = 0, pageSize = 0] = ['pageNo', 'pageSize'].map((name) => {
    const text = params.raw(name);
    if (text === undefined) throw new NacosError(500, `caused: Optional int parameter '${name}' ${NO_PRIMITIVE};`);
    return boundNumber(text, 'int');
  });
  const namePart = params.optional('serviceNameParam', '');
  const groupPart = params.optional('groupNameParam', '');
  const hasIpCount = toBoolean(params.optional('hasIpCount', 'false'));
  const asked = servicesOf(context, namespaceOf(context)).flatMap(({ name }) =>
    name.name.includes(namePart) && name.group.includes(groupPart) ? [name] : [],
  );
  if (toBoolean(params.optional('withInstances', 'false'))) {
    return withInstances(context, catalogPage(asked, pageNo, pageSize));
  }
  const all = asked.flatMap((name) => {
    const hosts = naming.view(name);
    if (hasIpCount && hosts.length === 0) return [];
    const healthy = hosts.filter((host) => host.healthy).length;
    const { protectThreshold = 0 } = naming.metadata.get(serviceKey(name)) ?? {};
    return [
      {
        name: name.name,
        groupName: name.group,
        clusterCount: new Set(hosts.map(({ clusterName }) => clusterName)).size,
        ipCount: hosts.length,
        healthyInstanceCount: healthy,
        triggerFlag: String(healthy / hosts.length <= protectThreshold),
      },
    ];
  });
  return { count: all.length, serviceList: catalogPage(all, pageNo, pageSize) };
}

/** Fewer than a page are the page, whichever is asked for. Models nacos naming CatalogServiceV2Impl.doPage. */
function catalogPage<T>(all: readonly T[], pageNo: number, pageSize: number): readonly T[] {
  return all.length < pageSize ? all : page(all, pageNo, pageSize);
}

function catalogInstances(context: ApiContext) {
  const { params, naming } = context;
  const name = params.bound('serviceName');
  const cluster = params.bound('clusterName');
  const pageNo = boundNumber(params.bound('pageNo'), 'int');
  const pageSize = boundNumber(params.bound('pageSize'), 'int');
  checkGroupedName(name);
  const service = parseGroupedName(namespaceOf(context), name);
  if (!naming.services.has(serviceKey(service))) {
    throw new NacosError(404, `service ${groupedName(service)} is not found!`);
  }
  if (!clustersOf(context, service).includes(cluster)) {
    throw new NacosError(404, `cluster ${cluster} is not found!`);
  }
  const hosts = naming.view(service).filter(({ clusterName }) => clusterName === cluster);
  return jsonReply({ list: page(hosts, pageNo, pageSize).map(instanceJson), count: hosts.length });
}
