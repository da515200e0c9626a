import type { MutatingWebhook } from '../kube/admission.ts';
import { type Kind, type KubeObject, PODS, SERVICES, type Service } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { ANNOTATIONS, OSM_PORTS, PROXY_UUID_LABEL, WEBHOOK_PATH } from '../mesh/osm/constants.ts';
import type { NodeCallEnd, RuntimePort } from '../runtime/port.ts';
import { readyEndpoints } from './service-directory.ts';

export const MUTATING_WEBHOOK_CONFIGURATIONS: Kind<KubeObject> = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  namespaced: false,
};

const SERVICE = 'osm-injector';

/** The way from the API server to the webhook. */
export interface WebhookRoute {
  nodeIP: string;
  runtime: Pick<RuntimePort, 'httpsFromNode'>;
}

/**
 * Why the API server cannot reach osm-injector now, in Go's words; undefined if it can. Where the lab has never had
 * the Service `osm-injector`, the injector is taken to run elsewhere, and well. Otherwise the Service's address is
 * called: in virtual time by a request that goes to where kube-proxy, the pod's iptables and whoever listens there send
 * it. Where containers are real an answer would have to be waited for: the Service's ready endpoints decide instead, and
 * one that sits behind an Envoy of its own resets, since the API server has no certificate of that mesh.
 */
export function injectorReachability(store: Store, namespace: string, route: WebhookRoute): () => string | undefined {
  const service = follow(store, SERVICES, SERVICE, namespace);
  let turn = 0;
  return () => {
    const { object, known } = service();
    if (!known) return undefined;
    if (object === undefined) return `service "${SERVICE}" not found`;
    turn += 1;
    const ip = object.spec?.clusterIP ?? '';
    const end =
      route.runtime.httpsFromNode?.({ ip, port: OSM_PORTS.injector, target: WEBHOOK_PATH }) ??
      ({ kind: judgedByObjects(store, object, turn) } as const);
    return complaint(end, `${route.nodeIP}:${40_000 + (turn % 20_000)}`, `${ip}:${OSM_PORTS.injector}`);
  };
}

function judgedByObjects(store: Store, service: Service, turn: number): 'answered' | 'refused' | 'reset' {
  const ready = readyEndpoints(store, service, OSM_PORTS.injector);
  const endpoint = ready[turn % ready.length];
  if (endpoint === undefined) return 'refused';
  const pod = store.list(PODS, service.metadata.namespace).find(({ metadata }) => metadata.uid === endpoint.podUID);
  return pod !== undefined && intercepted(pod.metadata) ? 'reset' : 'answered';
}

/** Go's words for it. Models k8s.io/apiserver v0.34 pkg/admission/plugin/webhook/mutating/dispatcher.go, net/http. */
function complaint(end: NodeCallEnd, local: string, remote: string): string | undefined {
  switch (end.kind) {
    case 'answered':
      return undefined;
    case 'refused':
      return `dial tcp ${remote}: connect: connection refused`;
    case 'unreachable':
      return `dial tcp ${remote}: connect: no route to host`;
    case 'reset':
      return `read tcp ${local}->${remote}: read: connection reset by peer`;
    case 'eof':
      return 'EOF';
    case 'silent':
      return 'context deadline exceeded';
    case 'tls':
      return end.detail;
  }
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
