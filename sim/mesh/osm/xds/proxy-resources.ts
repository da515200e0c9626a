import type { Pod } from '../../../kube/objects.ts';
import type { ProxyCertificate } from '../envoy-bootstrap.ts';
import { clusters, endpoints } from './clusters.ts';
import type { ServiceIdentity } from './identity.ts';
import { listeners } from './listeners.ts';
import { servicesOfPod } from './mesh-services.ts';
import type { MeshView } from './mesh-view.ts';
import { XDS_TYPES, type XdsResources } from './resource.ts';
import { routes } from './routes.ts';
import { secrets } from './secrets.ts';
import { inboundPolicies, outboundPolicies } from './traffic-policy.ts';

/** The identity of a meshed pod. */
export function identityOf({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): ServiceIdentity {
  return { serviceAccount: spec.serviceAccountName ?? 'default', namespace: metadata.namespace };
}

/**
 * Everything that osm-controller has for the proxy of a pod, as of now: a pure function of what it knows of the cluster.
 * `certificate` is the one of the pod's ServiceAccount.
 */
export function proxyResources(view: MeshView, pod: Pod, certificate: ProxyCertificate): XdsResources {
  const identity = identityOf(pod);
  const own = servicesOfPod(view, pod);
  const policies = { inbound: inboundPolicies(view, identity, own), outbound: outboundPolicies(view, identity) };
  const upstream = policies.outbound.map(({ service }) => service);
  const metrics = pod.metadata.annotations?.['prometheus.io/scrape'] === 'true';
  return {
    [XDS_TYPES.clusters]: clusters(view, identity, { upstream, own }, metrics),
    [XDS_TYPES.endpoints]: endpoints(view, upstream),
    [XDS_TYPES.listeners]: listeners(view, identity, policies, metrics),
    [XDS_TYPES.routes]: routes(policies),
    [XDS_TYPES.secrets]: secrets(view, identity, upstream, certificate),
  };
}
