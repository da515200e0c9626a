import type { MutatingWebhook } from '../kube/admission.ts';
import { type Kind, type KubeObject, PODS, SERVICES } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { ANNOTATIONS, OSM_PORTS, PROXY_UUID_LABEL } from '../mesh/osm/constants.ts';
import { readyEndpoints } from './service-directory.ts';

export const MUTATING_WEBHOOK_CONFIGURATIONS: Kind<KubeObject> = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  namespaced: false,
};

const SERVICE = 'osm-injector';

/**
 * Why the API server cannot reach osm-injector now, in Go's words; undefined if it can. Where the lab has never had
 * the Service `osm-injector`, the injector is taken to run elsewhere, and well. Otherwise the Service's ready endpoints
 * decide; one that sits behind an Envoy of its own resets the connection, since the API server has no certificate of
 * that mesh.
 */
export function injectorReachability(store: Store, namespace: string, nodeIP: string): () => string | undefined {
  const service = follow(store, SERVICES, SERVICE, namespace);
  let turn = 0;
  return () => {
    const { object, known } = service();
    if (!known) return undefined;
    if (object === undefined) return `service "${SERVICE}" not found`;
    const address = `${object.spec?.clusterIP}:${OSM_PORTS.injector}`;
    const ready = readyEndpoints(store, object, OSM_PORTS.injector);
    const endpoint = ready[turn++ % ready.length];
    if (endpoint === undefined) return `dial tcp ${address}: connect: connection refused`;
    const pod = store.list(PODS, namespace).find(({ metadata }) => metadata.uid === endpoint.podUID);
    if (pod === undefined || !intercepted(pod.metadata)) return undefined;
    return `read tcp ${nodeIP}:${40_000 + (turn % 20_000)}->${address}: read: connection reset by peer`;
  };
}

/** True if the sidecar takes connections to the webhook's port. */
function intercepted({ labels, annotations }: KubeObject['metadata']): boolean {
  if (labels?.[PROXY_UUID_LABEL] === undefined) return false;
  const excluded = annotations?.[ANNOTATIONS.inboundPortExclusionList] ?? '';
  return !excluded.split(',').some((port) => port.trim() === String(OSM_PORTS.injector));
}

/** The webhook as the API server knows it: once its configuration has been there and is deleted, it is not called. */
export function underItsConfiguration<W extends MutatingWebhook>(webhook: W, store: Store, name: string): W {
  const configuration = follow(store, MUTATING_WEBHOOK_CONFIGURATIONS, name);
  const { admit } = webhook;
  return {
    ...webhook,
    admit: (request) => {
      const { object, known } = configuration();
      return known && object === undefined ? { allowed: true, object: request.object } : admit(request);
    },
  };
}

/** An object by name, and whether the store has ever held it. */
function follow<T>(
  store: Store,
  kind: Kind<T>,
  name: string,
  namespace?: string,
): () => { object?: T; known: boolean } {
  let known = false;
  store.watch(kind, ({ object }) => {
    const { metadata } = object as unknown as KubeObject;
    if (metadata.name === name && metadata.namespace === namespace) known = true;
  });
  return () => {
    const object = store.get(kind, namespace, name);
    known ||= object !== undefined;
    return object === undefined ? { known } : { object, known };
  };
}
