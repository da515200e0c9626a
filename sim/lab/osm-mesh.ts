import type { Clock } from '../core/clock.ts';
import type { Random } from '../core/random.ts';
import { toBase64 } from '../kube/base64.ts';
import type { LabHistory } from '../kube/fact.ts';
import { goYaml } from '../kube/go-yaml.ts';
import { SECRETS, SERVICES } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { BootstrapSecret } from '../mesh/osm/bootstrap-secret.ts';
import { type CertificateIssuer, XDS_VALIDITY_MS } from '../mesh/osm/certificate-issuer.ts';
import { BOOTSTRAP_FILE } from '../mesh/osm/constants.ts';
import type { ProxyCertificate } from '../mesh/osm/envoy-bootstrap.ts';
import type { EnvoyBootstrap } from '../mesh/osm/envoy-objects.ts';
import { createOsmInjector, type OsmInjector } from '../mesh/osm/injector.ts';
import type { MeshConfig } from '../mesh/osm/mesh-config.ts';
import type { OsmVersion } from '../mesh/osm/profiles.ts';
import {
  connectedBootstrap,
  standaloneBootstrap,
  type WorkloadCertificates,
} from '../mesh/osm/standalone-bootstrap.ts';
import type { RuntimePort } from '../runtime/port.ts';
import { meshConfigIn } from './osm-mesh-config.ts';
import { injectorReachability, underItsConfiguration } from './osm-webhook.ts';

/** A mesh in a lab, as a scenario asks for it. */
export interface OsmMeshOptions {
  version?: OsmVersion;
  /** Default `osm`. */
  name?: string;
  /** Of its control plane. Default `osm-system`. */
  namespace?: string;
  /** Default: the object `osm-mesh-config` of that namespace, if there is one; else a fresh installation's. */
  meshConfig?: MeshConfig;
  /** False: somebody puts the pod's own probes back. Default true. */
  rewriteProbes?: boolean;
  /** Containers of these names come from a webhook that is called after OSM's. Default none. */
  addedLater?: readonly string[];
}

export interface OsmMeshParts {
  store: Store;
  random: Random;
  history: LabHistory;
  /** The Envoy that will load the bootstrap. */
  envoyVersion: string;
  /** What the inbound listener proves itself with; the virtual Envoy needs no real ones. */
  certificates: WorkloadCertificates;
  /** The mesh's authority: makes the proxies' certificates for osm-controller. None: proxies go without it. */
  issuer: CertificateIssuer | undefined;
  clock: Pick<Clock, 'now' | 'epochMs'>;
  /** The API server's address, as it stands in its errors. */
  nodeIP: string;
  /** The way from it to the webhook, where the runtime knows it at once. */
  runtime: Pick<RuntimePort, 'httpsFromNode'>;
}

export const OSM_NAMESPACE = 'osm-system';

/** Stand for certificates where nobody reads them. */
export const NO_CERTIFICATES: WorkloadCertificates = {
  certificateChain: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
  privateKey: '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
  trustedCA: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
};

/**
 * OSM's injector at work in a lab. Where the lab has the Service osm-controller, the Secret that it creates holds OSM's
 * own bootstrap, and Envoy asks there for the rest; else one in the form that an Envoy without a control plane can load
 * (`standaloneBootstrap`). The pod is exactly the injector's. Where osm-injector runs as pods of
 * the lab, it is as reachable as they are.
 */
export function osmMesh(options: OsmMeshOptions, parts: OsmMeshParts): OsmInjector {
  const { store, random, history, issuer, clock } = parts;
  const { name = 'osm', namespace: osmNamespace = OSM_NAMESPACE } = options;
  const injector = createOsmInjector({
    unreachable: injectorReachability(store, osmNamespace, parts),
    profile: options.version ?? '1.1',
    meshConfig: () => options.meshConfig ?? meshConfigIn(store, osmNamespace),
    meshName: name,
    osmNamespace,
    random: random.fork('osm-injector'),
    ...(issuer === undefined ? {} : { issueCertificate: (name) => proxyCertificate(issuer, name, clock) }),
    createSecret: (secret, bootstrap) => {
      const connected = issuer !== undefined && store.get(SERVICES, osmNamespace, 'osm-controller') !== undefined;
      store.create(SECRETS, loadableSecret(secret, bootstrap, parts, connected));
    },
    getSecret: (namespace, name) => store.get(SECRETS, namespace, name),
    log: (entry) =>
      history.record({ kind: 'mesh', mesh: 'osm', op: 'injector-log', text: `${entry.message}: ${entry.error}` }),
  });
  return underItsConfiguration(injector, store, `osm-webhook-${name}`);
}

/** For osm-controller. It goes into a Secret, hence into the run's history: its key does not. */
function proxyCertificate(
  issuer: CertificateIssuer,
  commonName: string,
  clock: Pick<Clock, 'now' | 'epochMs'>,
): ProxyCertificate {
  const certificate = issuer.issue(commonName, clock.epochMs + clock.now() + XDS_VALIDITY_MS);
  return issuer.sealed?.(certificate) ?? certificate;
}

function loadableSecret(
  secret: BootstrapSecret,
  bootstrap: EnvoyBootstrap,
  parts: OsmMeshParts,
  connected: boolean,
): BootstrapSecret {
  const loadable = connected
    ? connectedBootstrap(bootstrap, parts)
    : standaloneBootstrap(bootstrap, {
        envoyVersion: parts.envoyVersion,
        certificates: parts.certificates,
        inboundPorts: servicePorts(parts.store, secret.metadata.namespace),
      });
  return { ...secret, data: { ...secret.data, [BOOTSTRAP_FILE]: toBase64(goYaml(loadable)) } };
}

/** OSM's control plane knows from Services which ports of an app mesh traffic may reach. */
function servicePorts(store: Store, namespace: string): number[] {
  const ports = new Set<number>();
  for (const service of store.list(SERVICES, namespace)) {
    for (const { port, targetPort } of service.spec?.ports ?? []) {
      ports.add(typeof targetPort === 'number' ? targetPort : port);
    }
  }
  return [...ports];
}
