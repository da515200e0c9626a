import { goYaml } from '../../kube/go-yaml.ts';
import type { KubeObject, Namespace, Pod } from '../../kube/objects.ts';
import { type BootstrapSecret, bootstrapOf } from './bootstrap-secret.ts';
import { ANNOTATIONS, MONITORED_BY_LABEL } from './constants.ts';
import type { EnvoyBootstrap } from './envoy-objects.ts';
import { createOsmInjector, type OsmInjectorOptions, type OsmLogEntry } from './injector.ts';
import { osmNetwork } from './pod-network.ts';

export interface DescribeInjectionOptions extends Omit<OsmInjectorOptions, 'createSecret' | 'log'> {
  /** The pod's namespace. Without it: a namespace that is in the mesh, with injection enabled. */
  namespace?: Namespace;
}

/** A pod that no store has seen yet: what the API server adds may be missing or empty. */
export interface ManifestPod {
  apiVersion: string;
  kind: string;
  metadata: Partial<KubeObject['metadata']>;
  spec?: unknown;
  [field: string]: unknown;
}

/** What OSM makes of a pod. */
export type InjectionDescription =
  | { outcome: 'denied'; message: string; log: readonly OsmLogEntry[]; orphanedSecrets: readonly BootstrapSecret[] }
  | { outcome: 'not-injected'; pod: KubeObject; log: readonly OsmLogEntry[] }
  | {
      outcome: 'injected';
      /** The admitted pod. */
      pod: Pod;
      secret: BootstrapSecret;
      /** Envoy's bootstrap, and as the Secret holds it. */
      bootstrap: EnvoyBootstrap;
      bootstrapYaml: string;
      /** Script of the init container; `undefined` on Windows. */
      iptables: string | undefined;
      log: readonly OsmLogEntry[];
    };

/**
 * Injects one pod (defaulted, as the API server hands it to webhooks) and gives all that came of it, for a person to
 * read. A denial's own text is in `log`; `message` is what the user of the API would read (see `denials`).
 */
export function describeInjection(pod: ManifestPod, options: DescribeInjectionOptions): InjectionDescription {
  const secrets: BootstrapSecret[] = [];
  const log: OsmLogEntry[] = [];
  const injector = createOsmInjector({
    ...options,
    createSecret: (secret) => secrets.push(secret),
    log: (entry) => log.push(entry),
  });
  const namespace = pod.metadata.namespace ?? options.namespace?.metadata.name ?? 'default';
  const answer = injector.admit({
    uid: options.random.uuid(),
    operation: 'CREATE',
    namespace,
    namespaceObject: options.namespace ?? meshedNamespace(namespace, injector.meshName),
    object: { ...pod, metadata: { ...pod.metadata, namespace } as KubeObject['metadata'] },
    dryRun: false,
  });
  if (!answer.allowed) return { outcome: 'denied', message: answer.message, log, orphanedSecrets: secrets };
  const [secret] = secrets;
  if (secret === undefined) return { outcome: 'not-injected', pod: answer.object, log };
  const bootstrap = bootstrapOf(secret) ?? { static_resources: { clusters: [] } };
  const admitted = answer.object as Pod;
  const network = osmNetwork(admitted, () => secret);
  const iptables = network?.iptablesScript;
  return { outcome: 'injected', pod: admitted, secret, bootstrap, bootstrapYaml: goYaml(bootstrap), iptables, log };
}

/** As `osm namespace add` leaves it. */
function meshedNamespace(name: string, meshName: string): Namespace {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      uid: '',
      resourceVersion: '',
      creationTimestamp: '',
      labels: { [MONITORED_BY_LABEL]: meshName },
      annotations: { [ANNOTATIONS.sidecarInjection]: 'enabled' },
    },
  };
}
