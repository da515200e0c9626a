import type { ApiContext, Routes } from './api-context.ts';
import { handleBeat } from './beat.ts';
import type { NamingClient } from './client.ts';
import { checkWeight, type InstanceSettings, readMetadata } from './instance.ts';
import { defaults, detailOf, findInstance, listOf, namespaceOf, updateInstance } from './instance-api.ts';
import { metrics, setHealth, writeSwitch } from './operator-api.ts';
import { boundNumber, toBoolean } from './params.ts';
import { jsonReply, NacosError } from './reply.ts';
import { createService, describeService, pageOfServices, removeService, updateService } from './service-api.ts';
import {
  DEFAULT_CLUSTER,
  DEFAULT_GROUP,
  groupedName,
  parseGroupedName,
  type ServiceName,
  serviceKey,
} from './service-name.ts';
import { SpringForm, springBoolean } from './spring-form.ts';

const MOST_ON_A_PAGE = 500;

/** Models nacos naming controllers/v2: the same registry, every answer wrapped. */
export const v2Routes: Routes = {
  '/instance': {
    POST: (context) => {
      const settings = readForm(context);
      context.naming.register(serviceOf(context), settings);
      return success('ok');
    },
    DELETE: (context) => {
      const settings = readForm(context);
      context.naming.deregister(serviceOf(context), settings);
      return success('ok');
    },
    PUT: (context) => {
      const settings = readForm(context);
      updateInstance(context, serviceOf(context), settings);
      return success('ok');
    },
    GET: (context) => {
      const { params } = context;
      const service = boundServiceOf(context);
      const cluster = params.optional('clusterName', DEFAULT_CLUSTER);
      const place = { cluster, ip: params.bound('ip'), port: neededInteger(context, 'port') };
      return success({ serviceName: groupedName(service), ...detailOf(findInstance(context, service, place)) });
    },
  },
  '/instance/list': {
    GET: (context) => {
      const { params } = context;
      const service = boundServiceOf(context);
      boundInteger(params.optional('port', '0'));
      checkBoolean(params.optional('healthyOnly', 'false'));
      // The same list under other names.
      const asV1 = { clusters: 'clusterName', clientIP: 'ip', udpPort: 'port' };
      const renamed = Object.entries(asV1).reduce((all, [v1, v2]) => all.with(v1, params.raw(v2) ?? ''), params);
      return success(listOf({ ...context, params: renamed }, service));
    },
  },
  '/instance/beat': {
    PUT: (context) => {
      context.params.bound('serviceName');
      boundInteger(context.params.optional('port', '0'));
      // It is not wrapped.
      return jsonReply(handleBeat(context));
    },
  },
  '/service': {
    POST: (context) => {
      const ephemeral = toBoolean(context.params.optional('ephemeral', 'false'));
      createService(context, serviceOf(context), ephemeral);
      return success('ok');
    },
    PUT: (context) => {
      updateService(context, serviceOf(context));
      return success('ok');
    },
    DELETE: (context) => {
      removeService(context, boundServiceOf(context));
      return success('ok');
    },
    GET: (context) => {
      const service = boundServiceOf(context);
      const { namespace, name: serviceName, group: groupName } = service;
      return success({ namespace, serviceName, groupName, clusterMap: {}, ...describeService(context, service) });
    },
  },
  '/service/list': {
    GET: (context) => {
      const number = (name: string, otherwise: string) => boundInteger(context.params.optional(name, otherwise));
      const pageSize = Math.min(MOST_ON_A_PAGE, number('pageSize', '20'));
      const { count, names } = pageOfServices(context, number('pageNo', '1'), pageSize);
      return success({ count, services: names });
    },
  },
  '/operator/metrics': { GET: (context) => success(metrics(context)) },
  '/operator/switches': {
    GET: ({ naming }) => success(naming.switches),
    PUT: (context) => {
      const form = new SpringForm(context.params, 'instanceForm');
      for (const field of ['entry', 'value']) form.required(field, 'String', form.text(field));
      writeSwitch(context);
      return success('ok');
    },
  },
  '/health/instance': { PUT: refuseHealth },
  '/client/list': { GET: ({ naming }) => success([...naming.clients.keys()]) },
  '/client': { GET: (context) => success(clientDetail(context)) },
  '/client/publish/list': {
    GET: (context) =>
      success(
        [...clientNamed(context).published.values()].map(({ service, settings: { ip, port, cluster } }) => ({
          ...placeOf(service),
          registeredInstance: { ip, port, cluster },
        })),
      ),
  },
  '/client/subscribe/list': {
    GET: (context) =>
      success(
        [...clientNamed(context).subscribed.values()].map(({ service, app, agent, ip, port }) => ({
          ...placeOf(service),
          subscriberInfo: { app, agent, addr: `${ip}:${port}` },
        })),
      ),
  },
  '/client/service/publisher/list': {
    GET: (context) => success(clientsOf(context, (client, key) => client.published.get(key)?.settings)),
  },
  '/client/service/subscriber/list': {
    GET: (context) => success(clientsOf(context, (client, key) => client.subscribed.get(key))),
  },
};

function success(data: unknown) {
  return jsonReply({ code: 0, message: 'success', data });
}

/** The real handler compares with the address it is given even if none is: without `ip` and `port` nobody is found. */
function clientsOf(
  context: ApiContext,
  place: (client: NamingClient, key: string) => { ip: string; port: number } | undefined,
) {
  const key = serviceKey(boundServiceOf(context));
  const { params, naming } = context;
  boundInteger(params.raw('port')?.trim() || '0');
  return [...naming.clients.values()].flatMap((client) => {
    const found = place(client, key);
    if (found === undefined || found.ip !== params.raw('ip') || String(found.port) !== params.raw('port')) return [];
    return [{ clientId: client.id, ip: found.ip, port: found.port }];
  });
}

/** Models nacos naming ClientInfoControllerV2.checkClientId. Throws a 404 in the naming module's form. */
function clientNamed({ params, naming }: ApiContext): NamingClient {
  const id = params.bound('clientId');
  const client = naming.clients.get(id);
  if (client === undefined) throw new NacosError(404, `clientId [ ${id} ] not exist`);
  return client;
}

function clientDetail(context: ApiContext) {
  const { id, ephemeral, connected, lastUpdated } = clientNamed(context);
  const detail = { clientId: id, ephemeral, lastUpdatedTime: context.epochMs - context.naming.now + lastUpdated };
  if (connected) return { ...detail, clientType: 'connection' };
  const [, clientIp = '', clientPort = ''] = /^(.*):(-?\d+)#/.exec(id) ?? [];
  return { ...detail, clientType: 'ipPort', clientIp, clientPort };
}

function placeOf({ namespace, group, name }: ServiceName) {
  return { namespace, group, serviceName: name };
}

/** A service whose name Spring binds itself. Models nacos api NamingUtils.getGroupedName. Throws a 400. */
function boundServiceOf(context: ApiContext): ServiceName {
  const name = context.params.bound('serviceName');
  const group = context.params.raw('groupName') || DEFAULT_GROUP;
  if (name.trim() === '') throw new NacosError(400, "Param 'serviceName' is illegal, serviceName is blank");
  if (group.trim() === '') throw new NacosError(400, "Param 'groupName' is illegal, groupName is blank");
  return parseGroupedName(namespaceOf(context), groupedName({ group, name }));
}

function boundInteger(text: string): number {
  return boundNumber(text, 'java.lang.Integer');
}

/** An integer that must be there; an empty one is missing. */
function neededInteger({ params }: ApiContext, name: string): number {
  const text = params.bound(name).trim();
  if (text === '') throw new NacosError(400, `Parameter '${name}' is missing`);
  return boundInteger(text);
}

/** Throws a 500 in Spring's words for a word that is no boolean. */
function checkBoolean(text: string): void {
  if (springBoolean(text) !== undefined) return;
  const cause = `Invalid boolean value [${text}]`;
  const failed = `Failed to convert value of type 'java.lang.String' to required type 'java.lang.Boolean'; nested exception is java.lang.IllegalArgumentException: ${cause}`;
  throw new NacosError(500, `caused: ${failed};caused: ${cause};`);
}

function serviceOf(context: ApiContext): ServiceName {
  const form = new SpringForm(context.params, 'instanceForm');
  const name = form.required('serviceName', 'String', form.text('serviceName'));
  const group = form.text('groupName') ?? DEFAULT_GROUP;
  return parseGroupedName(namespaceOf(context), groupedName({ group, name }));
}

/** Models nacos naming InstanceForm: bound as a whole, then checked. */
function readForm(context: ApiContext): InstanceSettings {
  const form = new SpringForm(context.params, 'instanceForm');
  const [port, weight] = [form.integer('port'), form.double('weight')];
  const [enabled, healthy, ephemeral] = ['enabled', 'healthy', 'ephemeral'].map((field) => form.boolean(field));
  form.done();
  form.required('serviceName', 'String', form.text('serviceName'));
  return {
    ip: form.required('ip', 'String', form.text('ip')),
    port: form.required('port', 'Integer', port),
    cluster: form.text('clusterName') ?? DEFAULT_CLUSTER,
    weight: checkWeight(weight ?? 1),
    enabled: enabled ?? true,
    healthy: healthy ?? true,
    ephemeral: ephemeral ?? defaults(context).ephemeral,
    metadata: readMetadata(form.text('metadata') ?? ''),
    withId: false,
  };
}

/** Models nacos naming UpdateHealthForm: bound, checked, and then said no to as in v1. */
function refuseHealth(context: ApiContext): never {
  const form = new SpringForm(context.params, 'updateHealthForm');
  const [healthy, port] = [form.boolean('healthy'), form.integer('port')];
  form.done();
  form.required('healthy', 'Boolean', healthy);
  const name = form.required('serviceName', 'String', form.text('serviceName'));
  form.required('ip', 'String', form.text('ip'));
  form.required('port', 'Integer', port);
  const serviceName = groupedName({ group: form.text('groupName') ?? DEFAULT_GROUP, name });
  return setHealth({ ...context, params: context.params.with('serviceName', serviceName) });
}
