import type { Random } from '../../core/random.ts';
import type { AdmissionAnswer, AdmissionRequest, MutatingWebhook } from '../../kube/admission.ts';
import type { Container, KubeObject } from '../../kube/objects.ts';
import type { BootstrapSecret } from './bootstrap-secret.ts';
import { WEBHOOK_NAME } from './constants.ts';
import { createPatch, type PatchContext, type TypedPod } from './create-patch.ts';
import type { ProxyCertificate } from './envoy-bootstrap.ts';
import type { EnvoyBootstrap } from './envoy-objects.ts';
import { throughGoPod } from './go-json.ts';
import { parseGoJson } from './go-json-syntax.ts';
import { GoJsonError } from './go-json-values.ts';
import { effectiveMeshConfig, type MeshConfig, type MeshConfigFlavour } from './mesh-config.ts';
import { OSM_PROFILES, type OsmImages, type OsmProfile, type OsmVersion } from './profiles.ts';
import { mustInject, type NamespaceView, OsmDenial, webhookSelects } from './sidecar-injection.ts';
import { callFailed, denialMessage } from './webhook-messages.ts';

export interface OsmInjectorOptions {
  /** A release, or a profile of one's own. Default `1.1`. */
  profile?: OsmVersion | OsmProfile;
  /** The object `osm-mesh-config`; a function is asked at each admission. Default: a fresh installation's. */
  meshConfig?: MeshConfig | (() => MeshConfig | undefined);
  flavour?: MeshConfigFlavour;
  /** Default `osm`. */
  meshName?: string;
  /** Default `osm-system`. */
  osmNamespace?: string;
  /** Gives each injected pod its uuid. */
  random: Random;
  /** Over the release's own; an empty text means "not configured". */
  images?: Partial<OsmImages>;
  /** `app.kubernetes.io/version` of the Secret; default the release's. */
  release?: string;
  /** `--osm-container-pull-policy` of the injector, default `IfNotPresent`. */
  pullPolicy?: string;
  /** The injector's own log level; default the mesh's `osmLogLevel`. */
  logLevel?: string;
  /** Makes the certificate of a proxy. Default: texts that say they are no certificates. */
  issueCertificate?: (commonName: string) => ProxyCertificate;
  /**
   * Called for each Secret the injector creates, with the bootstrap that stands in it; it happens before the pod is
   * admitted, or denied after all.
   */
  createSecret?: (secret: BootstrapSecret, bootstrap: EnvoyBootstrap) => void;
  /** Reads a Secret, for copies of injected pods (v1.2 on). */
  getSecret?: (namespace: string, name: string) => { data?: Readonly<Record<string, string>> } | undefined;
  /**
   * What a denied user reads. `faithful`: the API server's complaint about OSM's answer, which lacks the request's uid;
   * `intended`: OSM's text. Default `faithful`.
   */
  denials?: 'faithful' | 'intended';
  /** What OSM writes to its log: the only place where a denial's text can be read. */
  log?: (entry: OsmLogEntry) => void;
  /** Why the API server cannot reach the injector now (`dial tcp …: connect: connection refused`), if so. */
  unreachable?: () => string | undefined;
}

export interface OsmLogEntry {
  level: 'error';
  error: string;
  message: string;
}

/** What the webhook's code gets to see, below HTTP and the API server's selectors. */
export interface MutateRequest {
  /** The object, as JSON gives it. */
  object?: unknown;
  /** The object's JSON text, instead of `object`; it may be broken. */
  raw?: string;
  namespace: NamespaceView;
  dryRun?: boolean;
}

/** `object` is undefined if nothing is to be changed. */
export type MutateResult = { allowed: true; object: TypedPod | undefined } | { allowed: false; message: string };

export interface OsmInjector extends MutatingWebhook {
  readonly profile: OsmProfile;
  readonly meshName: string;
  /** The webhook's own verdict, to the byte as Go marshals the pod: `creationTimestamp: null` and all. */
  mutate(request: MutateRequest): MutateResult;
}

/**
 * OSM's sidecar injector as a mutating webhook: the selectors by which the API server calls it, its verdict, and what
 * the API server makes of that (failurePolicy Fail). The same options and calls give the same bytes.
 * Models openservicemesh/osm v1.1 pkg/injector/webhook.go.
 */
export function createOsmInjector(options: OsmInjectorOptions): OsmInjector {
  const { profile: chosen = '1.1', meshName = 'osm', osmNamespace = 'osm-system' } = options;
  const profile = typeof chosen === 'string' ? OSM_PROFILES[chosen] : chosen;
  const mutate = (request: MutateRequest): MutateResult =>
    mutatePod(request, { options, profile, meshName, osmNamespace });
  return {
    name: WEBHOOK_NAME,
    profile,
    meshName,
    mutate,
    admit(request: AdmissionRequest): AdmissionAnswer {
      const { namespaceObject, object } = request;
      const place = { profile, meshName, osmNamespace };
      if (object.kind !== 'Pod' || !webhookSelects(namespaceObject, place)) return { allowed: true, object };
      const down = options.unreachable?.();
      if (down !== undefined) return { allowed: false, message: callFailed(osmNamespace, down) };
      const annotations = namespaceObject?.metadata.annotations ?? {};
      const namespace = { name: request.namespace, monitored: true, annotations };
      const result = mutate({ object: sent(object), namespace, dryRun: request.dryRun });
      if (!result.allowed) {
        return { allowed: false, message: denialMessage(result.message, request.uid, options.denials ?? 'faithful') };
      }
      return { allowed: true, object: result.object === undefined ? object : received(result.object) };
    },
  };
}

interface Wiring {
  options: OsmInjectorOptions;
  profile: OsmProfile;
  meshName: string;
  osmNamespace: string;
}

function mutatePod(request: MutateRequest, wiring: Wiring): MutateResult {
  const { profile, osmNamespace, options } = wiring;
  try {
    const pod = throughGoPod(objectOf(request), profile.kubeApi) as unknown as TypedPod;
    if (!mustInject(pod, request.namespace, osmNamespace)) return { allowed: true, object: undefined };
    createPatch(pod, patchContext(request, wiring));
    return { allowed: true, object: throughGoPod(pod, profile.kubeApi) as unknown as TypedPod };
  } catch (error) {
    if (!(error instanceof OsmDenial || error instanceof GoJsonError)) throw error;
    options.log?.({ level: 'error', error: error.message, message: 'Denied the admission of a pod' });
    return { allowed: false, message: error.message };
  }
}

function objectOf(request: MutateRequest): unknown {
  return request.raw === undefined ? request.object : parseGoJson(request.raw);
}

function patchContext(request: MutateRequest, { options, profile, meshName, osmNamespace }: Wiring): PatchContext {
  const config = typeof options.meshConfig === 'function' ? options.meshConfig() : options.meshConfig;
  const meshConfig = effectiveMeshConfig(config, options.flavour);
  return {
    uuid: options.random.uuid(),
    namespace: request.namespace,
    dryRun: request.dryRun ?? false,
    meshName,
    osmNamespace,
    release: options.release ?? profile.release,
    meshConfig,
    settings: {
      profile,
      images: { ...profile.images, ...options.images },
      pullPolicy: options.pullPolicy ?? 'IfNotPresent',
      logLevel: options.logLevel ?? meshConfig.observability.osmLogLevel ?? 'info',
    },
    issueCertificate: options.issueCertificate ?? noCertificate,
    createSecret: options.createSecret ?? (() => {}),
    getSecret: options.getSecret ?? (() => undefined),
    onUnknownPort: (container, port) => options.log?.(unknownPort(container, port)),
  };
}

function unknownPort(container: Container, port: number | string): OsmLogEntry {
  const ports = (container.ports ?? []).map((item) => `${item.name ?? ''}:${item.containerPort}`).join(' ');
  const message = `Error finding a matching port for ${port} on container &[${ports}]`;
  return { level: 'error', error: 'no matching port', message };
}

/** Where a lab makes no certificates the proxy's are placeholders, which no TLS library accepts. */
function noCertificate(commonName: string): ProxyCertificate {
  const text = `placeholder, not a certificate: ${commonName}\n`;
  return { certificateChain: text, privateKey: text, issuingCA: text };
}

/** What the API server sends: fields it has yet to fill are absent, not empty (Go refuses an empty time). */
function sent(object: KubeObject): KubeObject {
  const given = Object.entries(object.metadata).filter(([, value]) => value !== '');
  return { ...object, metadata: Object.fromEntries(given) as unknown as KubeObject['metadata'] };
}

/** What the API server has after decoding the patched JSON: a null is as good as absent. */
function received(pod: unknown): KubeObject {
  return withoutNulls(pod) as KubeObject;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}
