import type { AdsListenOptions } from '../ads.ts';
import type { AppPatch } from '../app/description.ts';
import { mux } from '../go-mux.ts';
import type { Program } from '../host.ts';
import { AdsServer, type ProxySnapshot } from './ads-server.ts';
import { flag } from './flags.ts';
import { type HealthChecks, type HealthProbe, healthHandler, healthOK } from './health.ts';
import { SMI_KINDS, smiProbe } from './smi-resources.ts';
import { SteeredServers } from './steered-servers.ts';
import { createLog } from './zerolog.ts';

const PORTS = { ads: 15_128, http: 9091, debug: 9092, validator: 9093 } as const;

/** What a lab tells the controller of the API server: a step of its own kind. */
export interface ControllerPatch {
  /** The SMI kinds that the API server serves now. */
  discoverable?: readonly string[];
  /** MeshConfig's `observability.enableDebugServer`. */
  debugServer?: boolean;
  /** What proxies get, by the common names of their certificates; null: such a proxy is gone. */
  proxies?: Readonly<Record<string, ProxySnapshot | null>>;
  /** What the ADS server proves itself with, and whose proxies it believes. */
  adsCertificate?: NonNullable<AdsListenOptions['tls']>;
}

/**
 * OSM's control plane as its probes see it: health on 9091, the validating webhook on 9093, ADS on 15128, the debug
 * server on 9092 while MeshConfig asks for it. It believes every SMI kind to be there, and the debug server to be off, until
 * a `ControllerPatch` says otherwise.
 * Models openservicemesh/osm v1.1 cmd/osm-controller/osm-controller.go: ADS starts first, health last.
 */
export const osmController: Program = (host) => {
  const log = createLog(host, flag(host.args, '--verbosity') ?? 'info');
  const servers = new SteeredServers(host, (port, error) => {
    const message =
      port === PORTS.http
        ? 'Failed to start OSM metrics/probes HTTP server'
        : `Error starting the server on port ${port}`;
    log('fatal', 'osm-controller/main', 'osm-controller.go:265', message, `listen tcp :${port}: bind: ${error}`);
    host.exit(1);
  });
  let kinds: readonly string[] = Object.keys(SMI_KINDS);
  const ads: HealthProbe = { id: 'ADS', liveness: () => true, readiness: () => servers.listens(PORTS.ads) };
  const checks: HealthChecks = {
    probes: [ads, smiProbe(() => kinds, log)],
    urls: [{ scheme: 'https', host: '127.0.0.1', port: PORTS.validator, path: '/healthz' }],
  };
  const parts = { host, log };
  const discovery = new AdsServer(host, log);
  servers.open({ port: PORTS.ads, protocol: 'ads', onStream: (stream) => discovery.accept(stream) });
  servers.open({ port: PORTS.validator, protocol: 'https', handler: mux({ '/healthz': healthOK }) });
  servers.open({
    port: PORTS.http,
    protocol: 'http',
    handler: mux({
      '/health/ready': healthHandler('readiness', checks, parts),
      '/health/alive': healthHandler('liveness', checks, parts),
    }),
  });
  servers.open({ port: PORTS.debug, protocol: 'http', handler: mux({}) }, { listening: false });
  host.onSteer((patch) => {
    const { discoverable, debugServer, proxies, adsCertificate } = patch as ControllerPatch;
    if (adsCertificate !== undefined) servers.useCertificate(adsCertificate);
    if (proxies !== undefined) discovery.update(proxies);
    if (discoverable !== undefined) kinds = discoverable;
    if (debugServer !== undefined) servers.change({ server: PORTS.debug, listening: debugServer });
    servers.change(patch as AppPatch);
  });
  const stop = () => {
    log('info', 'osm-controller/main', 'osm-controller.go:289', 'Stopping osm-controller');
    host.exit(0);
  };
  host.onSignal('SIGTERM', stop);
  host.onSignal('SIGINT', stop);
};
