import type { ApiContext } from './api-context.ts';
import { clientId } from './client.ts';
import { heartBeatInterval, readInstance } from './instance.ts';
import { JacksonError, readJackson } from './jackson-read.ts';
import { parseInt32 } from './params.ts';
import { RuntimeFault } from './reply.ts';
import { checkGroupedName, DEFAULT_CLUSTER, parseGroupedName, type ServiceName, serviceKey } from './service-name.ts';

/** The body of a full beat. */
interface BeatInfo {
  serviceName?: string;
  ip?: string;
  port?: number;
  cluster?: string;
  weight?: number;
  metadata?: Record<string, string>;
}

const OK = 10_200;
const RESOURCE_NOT_FOUND = 20_404;

/** Models nacos naming InstanceController.beat and InstanceOperatorClientImpl.handleBeat. */
export function handleBeat(context: ApiContext) {
  const { params, naming } = context;
  const beat = readBeat(params.optional('beat', ''));
  const cluster = beat?.cluster || params.optional('clusterName', DEFAULT_CLUSTER);
  let ip = params.optional('ip', '');
  let port = parseInt32(params.optional('port', '0'));
  if (beat !== undefined) [ip, port] = [beat.ip ?? '', beat.port ?? 0];
  const namespace = params.optional('namespaceId', 'public');
  const name = params.required('serviceName');
  checkGroupedName(name);
  const service = parseGroupedName(namespace, name);
  const code = accept(context, service, { ip, port, cluster, beat });
  const publication = naming.clients.get(clientId(ip, port, true))?.published.get(serviceKey(service));
  const interval = heartBeatInterval(publication?.settings.metadata ?? {}, naming.switches.clientBeatInterval);
  return { clientBeatInterval: interval, code, lightBeatEnabled: naming.switches.lightBeatEnabled };
}

/** Only a full beat of an unknown instance registers it: that is how a dead one comes back after a deregister. */
function accept(
  { naming, params }: ApiContext,
  service: ServiceName,
  given: { ip: string; port: number; cluster: string; beat: BeatInfo | undefined },
): number {
  const { ip, port, cluster, beat } = given;
  if (naming.beat(service, ip, port)) return OK;
  if (beat === undefined) return RESOURCE_NOT_FOUND;
  const settings = readInstance(params.with('ip', ip).with('port', String(port)), { ephemeral: true });
  const { weight = settings.weight, metadata = {} } = beat;
  naming.register(service, { ...settings, cluster, weight, metadata, ephemeral: true });
  return OK;
}

function readBeat(text: string): BeatInfo | undefined {
  return text === '' ? undefined : parseBeat(text);
}

/** A full beat's JSON. Throws the fault of Jackson's complaint, with its cause, as the server prints both. */
export function parseBeat(text: string): BeatInfo {
  try {
    const value = readJackson(text);
    return typeof value === 'object' && value !== null ? (value as BeatInfo) : {};
  } catch (error) {
    if (!(error instanceof JacksonError)) throw error;
    const type = 'com.alibaba.nacos.naming.healthcheck.RsInfo';
    const outer = `errCode: 101, errMsg: Nacos deserialize for class [${type}] failed, cause error[${error.message}].  `;
    throw new RuntimeFault(101, outer, error.message);
  }
}
