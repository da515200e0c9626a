import type { ApiContext } from './api-context.ts';
import { clientId } from './client.ts';
import { heartBeatInterval, type InstanceSettings } from './instance.ts';
import { parseInt32 } from './params.ts';
import { NacosError } from './reply.ts';
import { parseBeat, type RsInfo } from './rs-info.ts';
import {
  checkGroupedName,
  DEFAULT_CLUSTER,
  DEFAULT_GROUP,
  groupedName,
  parseGroupedName,
  type ServiceName,
  serviceKey,
} from './service-name.ts';

const OK = 10_200;
const RESOURCE_NOT_FOUND = 20_404;
/** What Java says of a full beat that is `null`, or of one that made a persistent instance. */
const NULL_POINTERS = {
  beat: 'Server failed, caused: Cannot invoke "com.alibaba.nacos.naming.healthcheck.RsInfo.getIp()" because "rsInfo" is null;',
  client:
    'caused: Cannot invoke "com.alibaba.nacos.naming.core.v2.client.impl.IpPortBasedClient.setLastUpdatedTime()" because "client" is null;',
};

/** Models nacos naming InstanceController.beat and InstanceOperatorClientImpl.handleBeat. */
export function handleBeat(context: ApiContext) {
  const { params, naming } = context;
  const beat = fullBeat(context);
  const cluster = beat?.cluster?.trim() ? beat.cluster : params.optional('clusterName', DEFAULT_CLUSTER);
  let ip = params.optional('ip', '');
  let port = parseInt32(params.optional('port', '0'));
  // Java's word for an address that a full beat does not tell.
  if (beat !== undefined) [ip, port] = [beat.ip ?? 'null', beat.port];
  const namespace = params.optional('namespaceId', 'public');
  const name = params.required('serviceName');
  checkGroupedName(name);
  const service = parseGroupedName(namespace, name);
  const code = accept(context, service, { ip, port, cluster, beat });
  const publication = naming.clients.get(clientId(ip, port, true))?.published.get(serviceKey(service));
  const interval = heartBeatInterval(publication?.settings.metadata ?? {}, naming.switches.clientBeatInterval);
  return { clientBeatInterval: interval, code, lightBeatEnabled: naming.switches.lightBeatEnabled };
}

/** The service that a full beat names; one of no group is of the default one. */
function serviceOfBeat({ namespace }: ServiceName, { serviceName = '' }: RsInfo): ServiceName {
  const isGrouped = serviceName.includes('@@') || serviceName === '';
  return parseGroupedName(
    namespace,
    isGrouped ? serviceName : groupedName({ group: DEFAULT_GROUP, name: serviceName }),
  );
}

function fullBeat({ params }: ApiContext): RsInfo | undefined {
  const text = params.optional('beat', '');
  if (text === '') return undefined;
  const beat = parseBeat(text);
  // Who gives requests of no address to servers reads it off the beat.
  if (beat === undefined && params.optional('ip', '') === '') throw new NacosError(500, NULL_POINTERS.beat, 'page');
  return beat;
}

/** Only a full beat of an unknown instance registers it: that is how a dead one comes back after a deregister. */
function accept(
  { naming }: ApiContext,
  service: ServiceName,
  { ip, port, cluster, beat }: Pick<InstanceSettings, 'ip' | 'port' | 'cluster'> & { beat: RsInfo | undefined },
): number {
  if (naming.beat(service, ip, port, beat && serviceOfBeat(service, beat))) return OK;
  if (beat === undefined) return RESOURCE_NOT_FOUND;
  const { weight, ephemeral, metadata = {} } = beat;
  const told = { ip, port, cluster, weight, ephemeral, metadata };
  naming.register(service, { ...told, enabled: true, healthy: true, withId: true });
  // The instance is there, and then its ephemeral client is looked for.
  if (!ephemeral && !naming.clients.has(clientId(ip, port, true))) throw new NacosError(500, NULL_POINTERS.client);
  return OK;
}
