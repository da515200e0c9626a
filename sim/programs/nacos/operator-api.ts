import type { ApiContext, Routes } from './api-context.ts';
import { JavaDouble } from './java-json.ts';
import { parseInt32 } from './params.ts';
import { jsonReply, NacosError, textReply } from './reply.ts';
import { DEFAULT_CLUSTER } from './service-name.ts';
import { setSwitch } from './switches.ts';

/** Models nacos naming OperatorController and HealthController. */
export const operatorRoutes: Routes = {
  '/operator/metrics': { GET: (context) => jsonReply(metrics(context)) },
  '/operator/switches': {
    GET: ({ naming }) => jsonReply(naming.switches),
    PUT: (context) => {
      writeSwitch(context);
      return textReply('ok');
    },
  },
  '/health/instance': { PUT: setHealth },
  '/health/checkers': {
    GET: () =>
      jsonReply({
        TCP: {},
        HTTP: { path: '', headers: '', expectedResponseCode: 200 },
        MYSQL: { user: null, pwd: null, cmd: null },
        NONE: {},
      }),
  },
};

export function metrics({ naming, params }: ApiContext) {
  const status = 'UP';
  if (params.optional('onlyStatus', 'true').toLowerCase() === 'true') return { status };
  const clients = [...naming.clients.values()];
  const ofKind = (ephemeral: boolean) =>
    clients.filter((client) => !client.connected && client.ephemeral === ephemeral).length;
  const sum = (size: (client: (typeof clients)[number]) => number) =>
    clients.reduce((total, client) => total + size(client), 0);
  return {
    status,
    serviceCount: naming.services.size,
    instanceCount: sum(({ published }) => published.size),
    subscribeCount: sum(({ subscribed }) => subscribed.size),
    responsibleInstanceCount: sum(({ published }) => published.size),
    clientCount: clients.length,
    connectionBasedClientCount: clients.filter(({ connected }) => connected).length,
    ephemeralIpPortClientCount: ofKind(true),
    persistentIpPortClientCount: ofKind(false),
    responsibleClientCount: clients.length,
    cpu: new JavaDouble(0),
    load: new JavaDouble(0),
    mem: new JavaDouble(0),
  };
}

/** Without `debug` a switch goes through raft: older releases do not show it. */
export function writeSwitch({ naming, profile, params }: ApiContext): void {
  const debug = params.optional('debug', 'false').toLowerCase() === 'true';
  const entry = params.bound('entry');
  const value = params.bound('value');
  if (debug || profile.switchesByRaft) setSwitch(naming.switches, entry, value);
}

/** A person cannot set the health of what the server checks itself, nor of what beats. */
export function setHealth({ params }: ApiContext): never {
  const healthy = params.optional('healthy', '') || params.optional('valid', '');
  if (healthy === '') throw new NacosError(400, "Param 'healthy' is required.");
  const name = params.required('serviceName');
  params.required('ip');
  parseInt32(params.required('port'));
  const cluster = params.optional('clusterName', DEFAULT_CLUSTER);
  throw new NacosError(400, `health check is still working, service: ${name}, cluster: ${cluster}`);
}
