import type { AppPatch } from '../app/description.ts';
import { mux } from '../go-mux.ts';
import type { HttpHandler, Program } from '../host.ts';
import { flag, servesHealthOn9091 } from './flags.ts';
import { healthOK } from './health.ts';
import { type SteeredServer, SteeredServers } from './steered-servers.ts';
import { createLog } from './zerolog.ts';

const HTTP_PORT = 9091;

/** What osm-injector's informers know, as a lab tells it. */
export interface InjectorPatch {
  /** Labels and annotations of the namespaces there are, by name. */
  namespaces?: Readonly<Record<string, NamespaceMetadata>>;
  /** The object `osm-mesh-config`. */
  meshConfig?: unknown;
}

interface NamespaceMetadata {
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
}

/** What answers the API server at osm-injector's webhook path, and what a lab may tell it. */
export interface InjectorWebhook {
  handler: HttpHandler;
  onSteer?(patch: Readonly<Record<string, unknown>>): void;
}

/**
 * osm-injector: HTTPS `/healthz` on 9090, from v1.2 on (`--osm-version`) plain on 9091 instead; and its webhook, if
 * there is one. In virtual time there is none: a lab's API server admits pods by itself.
 * Models openservicemesh/osm v1.1 cmd/osm-injector, pkg/injector/webhook.go.
 */
export function osmInjectorWith(webhook: InjectorWebhook | undefined): Program {
  const mutation: Record<string, HttpHandler> =
    webhook === undefined ? {} : { '/mutate-pod-creation': webhook.handler };
  const own = (onHttp: boolean): SteeredServer[] => [
    {
      port: 9090,
      protocol: 'https',
      tlsMin: '1.3',
      handler: mux({ ...(onHttp ? {} : { '/healthz': healthOK }), ...mutation }),
    },
  ];
  return webhookServer('osm-injector', own, webhook?.onSteer);
}

/** `osmInjectorWith` no webhook: as its probes see it. */
export const osmInjector: Program = osmInjectorWith(undefined);

/**
 * osm-bootstrap as its probes see it: plain `/healthz` on 9095, from v1.2 on (`--osm-version`) on 9091 instead; the
 * conversion webhook's port 9443.
 * Models openservicemesh/osm v1.1 cmd/osm-bootstrap/osm-bootstrap.go, pkg/crdconversion.
 */
export const osmBootstrap: Program = webhookServer('osm-bootstrap', (onHttp) => [
  { port: 9443, protocol: 'https', tlsMin: '1.3', handler: mux({}) },
  ...(onHttp ? [] : [{ port: 9095, protocol: 'http', handler: mux({ '/healthz': healthOK }) } as const]),
]);

function webhookServer(
  name: string,
  own: (onHttp: boolean) => readonly SteeredServer[],
  steer: InjectorWebhook['onSteer'] = () => {},
): Program {
  return (host) => {
    const log = createLog(host, flag(host.args, '--verbosity') ?? 'info');
    const onHttp = servesHealthOn9091(host.args);
    const servers = new SteeredServers(host, (port, error) => {
      const message = 'Failed to start OSM metrics/probes HTTP server';
      log('fatal', `${name}/main`, `${name}.go:205`, message, `listen tcp :${port}: bind: ${error}`);
      host.exit(1);
    });
    for (const server of own(onHttp)) servers.open(server);
    servers.open({ port: HTTP_PORT, protocol: 'http', handler: mux(onHttp ? { '/healthz': healthOK } : {}) });
    host.onSteer((patch) => {
      steer(patch);
      servers.change(patch as AppPatch);
    });
    const stop = () => {
      log('info', `${name}/main`, `${name}.go:220`, `Stopping ${name}`);
      host.exit(0);
    };
    host.onSignal('SIGTERM', stop);
    host.onSignal('SIGINT', stop);
  };
}
