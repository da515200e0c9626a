import type { Program, ProgramHost } from '../host.ts';
import { tell } from '../registry-client/told.ts';
import { Connections } from './connections.ts';
import { answer } from './http-api.ts';
import type { InstanceView } from './instance.ts';
import { Naming } from './naming.ts';
import { NACOS_PROFILES, type NacosVersion } from './profiles.ts';
import { groupedName, type ServiceName } from './service-name.ts';
import { TcpChecks } from './tcp-check.ts';
import { UdpPush } from './udp-push.ts';

/** From process start to listening, ms: a Spring Boot application's. */
const START_UP = 3000;
const PORT = 8848;
/** gRPC listens at the HTTP port + 1000. */
const CONNECTION_PORT_OFFSET = 1000;

export interface NacosServerOptions {
  version: NacosVersion;
  /** Default 3 s. */
  startupMs?: number;
  /** Decides a timeout that ends exactly at a check (true: expired). Default: a coin of the run. */
  expiredAtTie?(): boolean;
}

/**
 * A Nacos naming server, standalone and without authentication. Port 8848 (`NACOS_APPLICATION_PORT`), connections of
 * 2.x clients at the port + 1000.
 */
export function nacosServer(options: NacosServerOptions): Program {
  return (host) => {
    const profile = NACOS_PROFILES[options.version];
    const port = Number(host.env.NACOS_APPLICATION_PORT ?? PORT);
    const start = () => {
      const push = new UdpPush(host);
      const naming: Naming = new Naming({
        clock: host.clock,
        persistent: (client, service) => checks.watch(client, service),
        shows: showChanges(host),
        expiredAtTie: options.expiredAtTie ?? (() => host.random() < 0.5),
        push: (subscriber, info, client) => {
          if (client.connected) connections.push(client, info);
          else push.send(subscriber, info);
        },
      });
      const connections = new Connections(host, naming, profile);
      const checks = new TcpChecks(host, naming);
      const bindFailed = (error: string) => {
        host.write('stderr', `Tomcat connector in failed state: ${error}\n`);
        host.exit(1);
      };
      connections.listen(port + CONNECTION_PORT_OFFSET, bindFailed);
      const server = { naming, profile, canPush: true };
      host.listenHttp({ port, onError: bindFailed }, (exchange) => {
        exchange.reply(answer(server, exchange.request, host.clock.epochMs + host.clock.now()));
      });
      host.write('stdout', `Nacos started successfully in stand alone mode. use embedded storage\n`);
    };
    const startup = options.startupMs ?? START_UP;
    if (startup > 0) host.clock.setTimeout(start, startup);
    else start();
    host.onSignal('SIGTERM', () => host.exit(143));
    host.onSteer(({ die, exit }) => {
      if (die !== undefined) host.die(die as Parameters<ProgramHost['die']>[0]);
      else if (typeof exit === 'number') host.exit(exit);
    });
  };
}

/** Tells of every change of what callers would be given. */
function showChanges(host: ProgramHost) {
  const told = new Map<string, string>();
  return (service: ServiceName, hosts: readonly InstanceView[]) => {
    const name = groupedName(service);
    const addresses = hosts.filter(({ healthy, enabled }) => healthy && enabled).map(({ ip, port }) => `${ip}:${port}`);
    const line = tell({ kind: 'view', what: 'registry', viewer: 'nacos', service: name, addresses: addresses.sort() });
    if (told.get(name) !== line) host.write('stdout', line);
    told.set(name, line);
  };
}
