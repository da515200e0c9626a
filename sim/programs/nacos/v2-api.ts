import type { ApiContext, Routes } from './api-context.ts';
import { handleBeat } from './beat.ts';
import type { NamingClient } from './client.ts';
import { type InstanceSettings, readMetadata, readWeight } from './instance.ts';
import { defaults, detailOf, findInstance, listOf, namespaceOf, updateInstance } from './instance-api.ts';
import { metrics, setHealth, writeSwitch } from './operator-api.ts';
import { boundNumber, toBoolean } from './params.ts';
import { jsonReply, NacosError } from './reply.ts';
import { createService, describeService, pageOfServices, removeService, updateService } from './service-api.ts';
import { DEFAULT_CLUSTER, DEFAULT_GROUP, groupedName, type ServiceName, serviceKey } from './service-name.ts';

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
      const place = { cluster, ip: params.bound('ip'), port: boundInteger(params.bound('port')) };
      const { instanceId, ...rest } = detailOf(findInstance(context, service, place));
      return success({ serviceName: groupedName(service), ...rest, instanceId: instanceId ?? null });
    },
  },
  '/instance/list': {
    GET: (context) => {
      const { params } = context;
      const service = boundServiceOf(context);
      boundInteger(params.optional('port', '0'));
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
      writeSwitch(context);
      return success('ok');
    },
  },
  '/health/instance': {
    PUT: (context) =>
      setHealth({ ...context, params: context.params.with('serviceName', groupedName(serviceOf(context))) }),
  },
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

/** A service whose name Spring binds itself. */
function boundServiceOf(context: ApiContext): ServiceName {
  context.params.bound('serviceName');
  return serviceOf(context);
}

function boundInteger(text: string): number {
  return boundNumber(text, 'java.lang.Integer');
}

function serviceOf(context: ApiContext): ServiceName {
  const name = needed(context, 'serviceName', 'String');
  return { namespace: namespaceOf(context), group: context.params.optional('groupName', DEFAULT_GROUP), name };
}

/** Models nacos naming InstanceForm: bound as a whole, then checked. */
function readForm(context: ApiContext): InstanceSettings {
  const { params } = context;
  const port = params.raw('port') === undefined ? undefined : portOf(context);
  const weightText = params.optional('weight', '1');
  if (Number.isNaN(Number(weightText))) throw bindingError('weight', 'Double', weightText);
  needed(context, 'serviceName', 'String');
  const ip = needed(context, 'ip', 'String');
  if (port === undefined) throw missing('port', 'Integer');
  return {
    ip,
    port,
    cluster: params.optional('clusterName', DEFAULT_CLUSTER),
    weight: readWeight(weightText),
    enabled: toBoolean(params.optional('enabled', 'true')),
    healthy: toBoolean(params.optional('healthy', 'true')),
    ephemeral: toBoolean(params.optional('ephemeral', String(defaults(context).ephemeral))),
    metadata: readMetadata(params.optional('metadata', '')),
    withId: false,
  };
}

function needed({ params }: ApiContext, name: string, type: string): string {
  const value = params.optional(name, '');
  if (value === '') throw missing(name, type);
  return value;
}

function portOf(context: ApiContext): number {
  const text = needed(context, 'port', 'Integer');
  if (!/^[+-]?\d+$/.test(text)) throw bindingError('port', 'Integer', text);
  return Number(text);
}

function missing(name: string, type: string): NacosError {
  return new NacosError(400, `Required parameter '${name}' type ${type} is not present`);
}

/** Spring's words for a field that cannot be read, all of them. */
function bindingError(field: string, type: string, value: string): NacosError {
  const form = 'instanceForm';
  const codes = [
    `typeMismatch.${form}.${field}`,
    `typeMismatch.${field}`,
    `typeMismatch.java.lang.${type}`,
    'typeMismatch',
  ];
  const resolvable = `org.springframework.context.support.DefaultMessageSourceResolvable: codes [${form}.${field},${field}]; arguments []; default message [${field}]`;
  const cause = `java.lang.NumberFormatException: For input string: "${value}"`;
  const failed = `Failed to convert property value of type 'java.lang.String' to required type 'java.lang.${type}' for property '${field}'; nested exception is ${cause}`;
  const text =
    `org.springframework.validation.BeanPropertyBindingResult: 1 errors\nField error in object '${form}' on field '${field}': rejected value [${value}]; ` +
    `codes [${codes.join(',')}]; arguments [${resolvable}]; default message [${failed}]`;
  return new NacosError(500, `caused: ${text};`);
}
