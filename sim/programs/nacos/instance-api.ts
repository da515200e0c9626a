import type { ApiContext, ApiHandler, Routes } from './api-context.ts';
import { handleBeat } from './beat.ts';
import { type InstanceView, readInstance, readMetadata, readWeight } from './instance.ts';
import { JavaDouble } from './java-json.ts';
import { parseInt32, toBoolean } from './params.ts';
import { jsonReply, NacosError, textReply } from './reply.ts';
import { serviceInfoJson } from './service-info.ts';
import {
  checkGroupedName,
  DEFAULT_CLUSTER,
  groupedName,
  parseGroupedName,
  type ServiceName,
  serviceKey,
} from './service-name.ts';

/** Models nacos naming InstanceController: `/nacos/v1/ns/instance`. */
export const instanceRoutes: Routes = {
  '/instance': {
    POST: (context) => {
      const service = requiredService(context);
      context.naming.register(service, readInstance(context.params, defaults(context)));
      return textReply('ok');
    },
    DELETE: (context) => {
      const settings = readInstance(context.params, defaults(context));
      context.naming.deregister(requiredService(context), settings);
      return textReply('ok');
    },
    PUT: (context) => {
      const service = requiredService(context);
      updateInstance(context, service, readInstance(context.params, defaults(context)));
      return textReply('ok');
    },
    PATCH: patch,
    GET: (context) => {
      const service = requiredService(context);
      const { params } = context;
      const cluster = params.optional('clusterName', DEFAULT_CLUSTER);
      const ip = params.required('ip');
      const port = parseInt32(params.required('port'));
      const found = findInstance(context, service, { cluster, ip, port });
      return jsonReply({ service: groupedName(service), ...detailOf(found) });
    },
  },
  '/instance/list': { GET: (context) => jsonReply(listOf(context, requiredService(context))) },
  '/instance/beat': { PUT: (context) => jsonReply(handleBeat(context)) },
  '/instance/statuses': {
    GET: (context) => {
      const key = context.params.bound('key');
      checkGroupedName(key);
      const service = parseGroupedName(namespaceOf(context), key);
      const ips = context.naming.view(service).map(({ ip, port, healthy }) => `${ip}:${port}_${healthy}`);
      return jsonReply({ ips });
    },
  },
};

export function namespaceOf({ params }: ApiContext): string {
  return params.optional('namespaceId', 'public');
}

export function requiredService(context: ApiContext): ServiceName {
  const name = context.params.required('serviceName');
  checkGroupedName(name);
  return parseGroupedName(namespaceOf(context), name);
}

export function defaults({ naming }: ApiContext): { ephemeral: boolean } {
  return { ephemeral: naming.switches.defaultInstanceEphemeral };
}

/** What `PUT` does, whether the instance is there or not. Throws a 400 for an unknown service. */
export function updateInstance(
  { naming }: ApiContext,
  service: ServiceName,
  settings: ReturnType<typeof readInstance>,
): void {
  if (!naming.services.has(serviceKey(service))) {
    const { namespace, group, name } = service;
    const shown = `Service{namespace='${namespace}', group='${group}', name='${name}', ephemeral=${settings.ephemeral}, revision=0}`;
    throw new NacosError(400, `service not found, namespace: ${namespace}, service: ${shown}`);
  }
  naming.override(service, settings, settings);
}

/** The instance as the cached list has it. Throws a 404. */
export function findInstance(
  { naming }: ApiContext,
  service: ServiceName,
  place: { cluster: string; ip: string; port: number },
): InstanceView {
  const hosts = naming.view(service);
  if (hosts.length === 0) {
    const text = `no ips found for cluster ${place.cluster} in service ${groupedName(service)}`;
    throw new NacosError(404, text);
  }
  const found = hosts.find(
    ({ ip, port, clusterName }) => ip === place.ip && port === place.port && clusterName === place.cluster,
  );
  if (found === undefined) throw new NacosError(404, 'no matched ip found!');
  return found;
}

export function detailOf({ ip, port, clusterName, weight, healthy, instanceId, metadata }: InstanceView) {
  // One that v2 registered has none, and says so here.
  return { ip, port, clusterName, weight: new JavaDouble(weight), healthy, instanceId: instanceId ?? null, metadata };
}

/** A list, and with a UDP port of a client that can be pushed to, a subscription. */
export function listOf(context: ApiContext, service: ServiceName) {
  const { naming, params, request, epochMs } = context;
  const agent = header(request.headers, 'user-agent') || header(request.headers, 'client-version') || '';
  const clusters = params.optional('clusters', '');
  const ip = params.optional('clientIP', '');
  const port = parseInt32(params.optional('udpPort', '0'));
  const healthyOnly = params.optional('healthyOnly', 'false').toLowerCase() === 'true';
  const app = params.optional('app', '');
  if (port > 0 && context.canPush && speaksPush(agent)) naming.subscribe({ service, ip, port, agent, app, clusters });
  return serviceInfoJson(naming.select(service, clusters, healthyOnly), epochMs, { groupName: true });
}

function patch(context: ApiContext): ReturnType<ApiHandler> {
  const { params } = context;
  const service = requiredService(context);
  const cluster = params.optional('clusterName', DEFAULT_CLUSTER);
  const ip = params.required('ip');
  const port = parseInt32(params.required('port'));
  const metadata = readMetadata(params.optional('metadata', ''));
  const weight = params.optional('weight', '');
  const enabled = params.optional('enabled', '');
  const found = findInstance(context, service, { cluster, ip, port });
  context.naming.override(
    service,
    { cluster, ip, port },
    {
      weight: weight === '' ? found.weight : readWeight(weight),
      enabled: enabled === '' ? found.enabled : toBoolean(enabled),
      metadata: { ...found.metadata, ...metadata },
    },
  );
  return textReply('ok');
}

/** Models nacos naming UdpPushService.canEnablePush: which clients listen for pushes, from which version on. */
function speaksPush(agent: string): boolean {
  const match = /^Nacos-(Java|Go|Python|DNS|C|CSharp)-Client.*?:v(\d+)\.(\d+)(?:\.(\d+))?/.exec(agent);
  if (match === null) return false;
  const least = { java: [0, 1, 0], dns: [0, 1, 0], go: [0, 1, 0], python: [0, 4, 3], c: [1, 0, 12], csharp: [0, 9, 0] };
  const needed = least[(match[1] ?? '').toLowerCase() as keyof typeof least];
  const version = [Number(match[2]), Number(match[3]), Number(match[4] ?? 0)];
  for (const [at, number] of version.entries()) {
    if (number !== needed[at]) return number > (needed[at] ?? 0);
  }
  return true;
}

function header(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
