import type { Pod, Secret } from '../../kube/objects.ts';
import { bootstrapOf } from '../../mesh/osm/bootstrap-secret.ts';
import { BOOTSTRAP_VOLUME, OSM_PORTS, PROBE_TYPES, type ProbeType } from '../../mesh/osm/constants.ts';
import type { OsmProfile } from '../../mesh/osm/profiles.ts';
import { effectiveProbes, type OriginalProbe, rewriteProbes } from '../../mesh/osm/rewrite-probes.ts';
import { type Check, failure, success, unknown } from '../check.ts';
import type { ClusterView } from '../cluster-view.ts';
import { at, recordsAt, textAt } from '../untyped.ts';
import { appContainers } from './original-pod.ts';

/** Does Envoy listen where the kubelet asks, and does it lead to the app? Read from the bootstrap in the pod's Secret. */
export function listenerChecks(pod: Pod, original: Pod | undefined, profile: OsmProfile, view: ClusterView): Check[] {
  const used = PROBE_TYPES.filter((type) => asksEnvoy(pod, type));
  if (used.length === 0) return [];
  const { namespace } = pod.metadata;
  const name = pod.spec.volumes?.find((volume) => volume.name === BOOTSTRAP_VOLUME)?.secret?.secretName;
  const context = "Verify Envoy's bootstrap has the listeners of the probes";
  if (name === undefined) {
    const reason = `The pod has no volume "${BOOTSTRAP_VOLUME}" with a Secret`;
    return [failure('envoy-listener', context, { reason, suggestion: 'Create the pod again' })];
  }
  const secret = view.get<Secret>('Secret', namespace, name);
  if (secret === undefined) {
    if (!view.isComplete('Secret')) return [unknown('envoy-listener', context, view.notGiven('Secret'))];
    return [
      failure('envoy-listener', context, {
        object: `secret/${namespace}/${name}`,
        reason: `Secret "${name}" not found: Envoy cannot start again without its bootstrap`,
        suggestion: 'Create the pod again, so that the injector makes a new Secret',
      }),
    ];
  }
  const bootstrap = bootstrapOf(secret);
  if (bootstrap === undefined) {
    const reason = `Secret "${name}" holds no readable bootstrap.yaml`;
    return [failure('envoy-listener', context, { reason, suggestion: 'Create the pod again' })];
  }
  const originals = rewriteProbes(JSON.parse(JSON.stringify(original?.spec.containers ?? [])), profile);
  const effective = effectiveProbes(originals, profile);
  return used.map((type) => listenerCheck(type, bootstrap, original === undefined ? undefined : effective));
}

/** True if a container's probe of this type goes to the port on which Envoy answers. */
function asksEnvoy(pod: Pod, type: ProbeType): boolean {
  return appContainers(pod).some((container) => {
    const probe = container[`${type}Probe`];
    return (probe?.httpGet?.port ?? probe?.tcpSocket?.port) === OSM_PORTS[type];
  });
}

function listenerCheck(type: ProbeType, bootstrap: unknown, originals: readonly OriginalProbe[] | undefined): Check {
  const port = OSM_PORTS[type];
  const context = `Verify Envoy listens on ${port} for ${type} probes`;
  const listener = recordsAt(bootstrap, 'static_resources', 'listeners').find(
    (one) => at(one, 'address', 'socket_address', 'port_value') === port,
  );
  const suggestion = 'Create the pod again; if the listener stays away, two kinds of probes of this type collide';
  if (listener === undefined) {
    const reason = `The bootstrap has no listener on ${port}: connect: connection refused`;
    return failure('envoy-listener', context, { reason, suggestion });
  }
  const clusters = clustersOf(listener);
  const targets = clusters.map((name) => targetOf(bootstrap, name));
  const broken = clusters.filter((_, index) => targets[index] === undefined);
  if (clusters.length === 0 || broken.length > 0) {
    const reason = `Listener "${textAt(listener, 'name')}" leads to ${broken.join(', ') || 'no cluster'}, which the bootstrap does not have`;
    return failure('envoy-listener', context, { reason, suggestion });
  }
  if (targets.includes(0)) {
    return failure('envoy-listener', context, {
      reason:
        'It leads to port 0: the named port of the probe is not among the ports of its container (statuscode: 503)',
      suggestion: "Declare the port in the same container's ports, or give the probe a number",
    });
  }
  if (targets.includes(port)) {
    return failure('envoy-listener', context, {
      reason: `It leads to port ${port}, itself: requests go round in Envoy until they time out, or end in a 404`,
      suggestion:
        "Let the app's probe ask a port of its own, and create the pod again; a copy of an injected pod has this, too",
    });
  }
  const wanted = originals?.filter((probe) => probe.type === type).map((probe) => probe.port) ?? [];
  const wrong = wanted.filter((one) => !targets.includes(one));
  if (wrong.length > 0) {
    const reason = `It leads to port ${targets.join(', ')}; the probe of the pod's template asks for ${wrong.join(', ')}`;
    return failure('envoy-listener', context, { reason, suggestion });
  }
  return success('envoy-listener', context, {
    reason: `${textAt(listener, 'name')} → 127.0.0.1:${targets.join(', 127.0.0.1:')}`,
  });
}

/** Names of the clusters that a listener of a probe leads to: of routes, or of a TCP proxy. */
function clustersOf(listener: unknown): string[] {
  const names = recordsAt(listener, 'filter_chains')
    .flatMap((chain) => recordsAt(chain, 'filters'))
    .flatMap((filter) => {
      const direct = textAt(filter, 'typed_config', 'cluster');
      if (direct !== undefined) return [direct];
      return recordsAt(filter, 'typed_config', 'route_config', 'virtual_hosts')
        .flatMap((host) => recordsAt(host, 'routes'))
        .map((route) => textAt(route, 'route', 'cluster') ?? '');
    });
  return [...new Set(names)];
}

function targetOf(bootstrap: unknown, cluster: string): number | undefined {
  const found = recordsAt(bootstrap, 'static_resources', 'clusters').find((one) => one.name === cluster);
  if (found === undefined) return undefined;
  const [endpoint] = recordsAt(found, 'load_assignment', 'endpoints', 0, 'lb_endpoints');
  const port = at(endpoint, 'endpoint', 'address', 'socket_address', 'port_value');
  return typeof port === 'number' ? port : 0;
}
