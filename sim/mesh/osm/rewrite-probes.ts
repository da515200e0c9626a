import type { Container, Probe } from '../../kube/objects.ts';
import { HEALTHCHECK_PATH, ORIGINAL_TCP_PORT_HEADER, OSM_PORTS, PROBE_TYPES, type ProbeType } from './constants.ts';
import { atoi } from './go-strings.ts';
import type { OsmProfile } from './profiles.ts';

/** A probe as it was before it was rewritten; what Envoy's listener and cluster are made from. */
export interface OriginalProbe {
  type: ProbeType;
  container: string;
  kind: 'http' | 'https' | 'tcp';
  /** 0 if no port of that name was found. */
  port: number;
  path: string;
  timeoutSeconds: number;
}

/**
 * Rewrites the probes of the app containers in place and returns the originals, container by container. exec, gRPC and
 * empty probes, init containers and lifecycle hooks stay as they are.
 * `onUnknownPort` hears of a named port that the container does not have: OSM only logs it, and goes on with port 0.
 * Models openservicemesh/osm v1.1 pkg/injector/health_probes.go rewriteHealthProbes.
 */
export function rewriteProbes(
  containers: readonly Container[],
  profile: OsmProfile,
  onUnknownPort: (container: Container, port: number | string) => void = () => {},
): OriginalProbe[] {
  const originals: OriginalProbe[] = [];
  for (const container of containers) {
    for (const type of PROBE_TYPES) {
      const probe = container[`${type}Probe`];
      if (probe === undefined) continue;
      const original = rewriteProbe(probe, { type, container, profile, onUnknownPort });
      if (original !== undefined) originals.push(original);
    }
  }
  return originals;
}

/**
 * The originals that reach the bootstrap. Up to v1.2 there is one place per probe type in a pod and the last container
 * wins (openservicemesh/osm#3773), so the others' probes are answered by it, or by nobody.
 */
export function effectiveProbes(originals: readonly OriginalProbe[], profile: OsmProfile): OriginalProbe[] {
  const ordered = PROBE_TYPES.flatMap((type) => originals.filter((probe) => probe.type === type));
  if (profile.probes.perContainer) return ordered;
  return ordered.filter((probe, index) => ordered[index + 1]?.type !== probe.type);
}

/** Path that a rewritten HTTP probe asks for, and the prefix that Envoy's route matches. */
export function rewrittenPath(type: ProbeType, container: string, profile: OsmProfile): string {
  return `/osm-${type}-probe${profile.probes.perContainer ? `/${container}` : ''}`;
}

interface Rewriting {
  type: ProbeType;
  container: Container;
  profile: OsmProfile;
  onUnknownPort: (container: Container, port: number | string) => void;
}

function rewriteProbe(probe: Probe, rewriting: Rewriting): OriginalProbe | undefined {
  const { type, container, profile } = rewriting;
  const original = { type, container: container.name, timeoutSeconds: probe.timeoutSeconds ?? 0 };
  if (probe.httpGet !== undefined) {
    const { httpGet } = probe;
    const http = [undefined, '', 'HTTP'].includes(httpGet.scheme);
    const path = httpGet.path ?? '';
    const port = originalPort(httpGet.port, rewriting);
    httpGet.port = OSM_PORTS[type];
    if (http) httpGet.path = rewrittenPath(type, container.name, profile);
    return { ...original, kind: http ? 'http' : 'https', port, path };
  }
  if (probe.tcpSocket === undefined) return undefined;
  const port = originalPort(probe.tcpSocket.port, rewriting);
  if (profile.probes.tcpBecomesHealthcheck) {
    // The socket's `host` has no place in the new handler and is lost.
    delete probe.tcpSocket;
    probe.httpGet = {
      path: HEALTHCHECK_PATH,
      port: OSM_PORTS.healthcheck,
      httpHeaders: [{ name: ORIGINAL_TCP_PORT_HEADER, value: String(port) }],
    };
  } else {
    probe.tcpSocket.port = OSM_PORTS[type];
  }
  return { ...original, kind: 'tcp', port, path: '' };
}

/** A number, a numeric string, or a name among the container's own ports. Models getPort. */
function originalPort(port: number | string, { container, onUnknownPort }: Rewriting): number {
  // An error of Atoi is dropped: of a number beyond int64 the low half of the nearest one is left, -1.
  const number = typeof port === 'number' ? port | 0 : Number(BigInt.asIntN(32, atoi(port).value));
  if (number !== 0) return number;
  const name = String(port);
  const named = (container.ports ?? []).find((candidate) => Boolean(candidate.name) && candidate.name === name);
  if (named === undefined) onUnknownPort(container, port);
  return named?.containerPort ?? 0;
}
