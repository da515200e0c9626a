import type { ApiContext, Routes } from './api-context.ts';
import { readMetadata } from './instance.ts';
import { namespaceOf, requiredService } from './instance-api.ts';
import { JavaDouble } from './java-json.ts';
import { boundNumber } from './params.ts';
import { jsonReply, NacosError, textReply } from './reply.ts';
import type { ServiceName } from './service-name.ts';
import { groupedName, serviceKey } from './service-name.ts';

export const SELECTOR = { type: 'none', contextType: 'NONE' };

/** Models nacos naming ServiceController. */
export const serviceRoutes: Routes = {
  '/service': {
    POST: (context) => {
      const service = boundService(context);
      boundNumber(context.params.optional('protectThreshold', '0'), 'float');
      createService(context, service, false);
      return textReply('ok');
    },
    PUT: (context) => {
      const service = requiredService(context);
      context.params.required('protectThreshold');
      updateService(context, service);
      return textReply('ok');
    },
    DELETE: (context) => {
      removeService(context, boundService(context));
      return textReply('ok');
    },
    GET: (context) => {
      const service = boundService(context);
      const { metadata, protectThreshold } = describeService(context, service);
      const { namespace: namespaceId, group: groupName, name } = service;
      const clusters = clustersOf(context, service).map((cluster) => ({
        name: cluster,
        healthChecker: { type: 'TCP' },
        metadata: {},
      }));
      return jsonReply({ namespaceId, groupName, name, protectThreshold, metadata, selector: SELECTOR, clusters });
    },
  },
  '/service/list': {
    GET: (context) => {
      const { params } = context;
      const pageNo = toInt(params.required('pageNo'));
      const pageSize = toInt(params.required('pageSize'));
      const { count, names } = pageOfServices(context, pageNo, pageSize);
      return jsonReply({ count, doms: names });
    },
  },
  '/service/names': {
    GET: (context) => {
      const { params, naming } = context;
      const expr = params.optional('expr', '');
      const services = [...naming.services.values()].map(({ name }) => name);
      const asked = params.optional('namespaceId', '');
      const namespaces = asked === '' ? [...new Set(services.map(({ namespace }) => namespace))] : [asked];
      const found = namespaces.map((namespace) => {
        const names = services.filter((service) => service.namespace === namespace).map(groupedName);
        return [namespace, names.filter((name) => name.includes(expr))] as const;
      });
      const count = found.reduce((sum, [, names]) => sum + names.length, 0);
      // The key is the real server's: a rename of its sources that went too far.
      return jsonReply({ 'META-INF/services': Object.fromEntries(found), count });
    },
  },
  '/service/subscribers': {
    GET: (context) => {
      const service = requiredService(context);
      const { params } = context;
      const pageNo = toInt(params.optional('pageNo', '1'));
      const pageSize = toInt(params.optional('pageSize', '1000'));
      const all = servicesLike(context, service).flatMap((name) =>
        context.naming.subscribers(name).map(({ subscriber }) => {
          const { ip, port, agent, app, clusters } = subscriber;
          const [serviceName, namespaceId] = [groupedName(name), name.namespace];
          return { addrStr: `${ip}:${port}`, agent, app, ip, port, namespaceId, serviceName, cluster: clusters };
        }),
      );
      return jsonReply({ subscribers: page(all, pageNo, pageSize), count: all.length });
    },
  },
};

/** Throws a 400 if the service is there already. */
export function createService({ naming, params }: ApiContext, service: ServiceName, ephemeral: boolean): void {
  const protectThreshold = threshold(params.optional('protectThreshold', '0'));
  const metadata = readMetadata(params.optional('metadata', ''));
  if (naming.services.has(serviceKey(service))) {
    throw new NacosError(400, `specified service ${groupedName(service)} already exists!`);
  }
  naming.service(service, ephemeral);
  naming.metadata.set(serviceKey(service), { protectThreshold, metadata, ephemeral });
}

export function updateService({ naming, params }: ApiContext, service: ServiceName): void {
  const protectThreshold = threshold(params.optional('protectThreshold', '0'));
  const metadata = readMetadata(params.optional('metadata', ''));
  const known = knownService(naming, service);
  naming.metadata.set(serviceKey(service), { protectThreshold, metadata, ephemeral: known.ephemeral });
}

/** Throws a 400 if it is unknown or has instances. */
export function removeService({ naming }: ApiContext, service: ServiceName): void {
  knownService(naming, service);
  if (naming.rebuild(service).length > 0) {
    const text = `Service ${groupedName(service)} is not empty, can't be delete. Please unregister instance first`;
    throw new NacosError(400, text);
  }
  naming.remove(service);
}

/** What is known of a service. Throws a 400 if nothing is. */
export function describeService({ naming }: ApiContext, service: ServiceName) {
  const known = naming.services.get(serviceKey(service));
  if (known === undefined) {
    const text = `service not found, namespace: ${service.namespace}, serviceName: ${groupedName(service)}`;
    throw new NacosError(400, text);
  }
  const { protectThreshold = 0, metadata = {} } = naming.metadata.get(serviceKey(service)) ?? {};
  return {
    protectThreshold: new JavaDouble(protectThreshold),
    metadata,
    ephemeral: known.ephemeral,
    selector: SELECTOR,
  };
}

/** Names of a group's services, a page of them; the real server's order is a hash's. */
export function pageOfServices(context: ApiContext, pageNo: number, pageSize: number) {
  const namespace = namespaceOf(context);
  const group = context.params.optional('groupName', 'DEFAULT_GROUP');
  const names = servicesOf(context, namespace).flatMap(({ name }) => (name.group === group ? [name.name] : []));
  return { count: names.length, names: page(names, pageNo, pageSize) };
}

function knownService(naming: ApiContext['naming'], service: ServiceName) {
  const known = naming.services.get(serviceKey(service));
  if (known === undefined) throw new NacosError(400, `service ${groupedName(service)} not found!`);
  return known;
}

export function servicesOf({ naming }: ApiContext, namespace: string) {
  return [...naming.services.values()].filter(({ name }) => name.namespace === namespace);
}

export function clustersOf({ naming }: ApiContext, service: ServiceName): string[] {
  return [...new Set(naming.view(service).map(({ clusterName }) => clusterName))];
}

/** Who asks for the subscribers of a service is told those of every service with such a part in its name. */
function servicesLike({ naming }: ApiContext, like: ServiceName) {
  return naming
    .subscribedServices()
    .filter(
      (name) => name.namespace === like.namespace && name.group.includes(like.group) && name.name.includes(like.name),
    );
}

function boundService(context: ApiContext): ServiceName {
  context.params.bound('serviceName');
  return requiredService(context);
}

/** Models nacos common NumberUtils.toFloat: 0 for what is no number. */
function threshold(text: string): number {
  const value = Number.parseFloat(text);
  return Number.isNaN(value) || /[^\d.eEfFdD+\- ]/.test(text) ? 0 : value;
}

/** A page that is no number is the first. */
export function page<T>(all: readonly T[], pageNo: number, pageSize: number): T[] {
  const start = Math.max(0, (pageNo - 1) * pageSize);
  return all.slice(start, start + pageSize);
}

/** Models org.apache.commons NumberUtils.toInt: 0 for what is no number. */
function toInt(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}
