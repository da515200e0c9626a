import type { Container, Pod } from '../../kube/objects.ts';
import {
  HEALTHCHECK_PATH,
  ORIGINAL_TCP_PORT_HEADER,
  OSM_PORTS,
  PROBE_TYPES,
  type ProbeType,
} from '../../mesh/osm/constants.ts';
import type { OsmProfile } from '../../mesh/osm/profiles.ts';
import { rewriteProbes, rewrittenPath } from '../../mesh/osm/rewrite-probes.ts';
import { type Check, failure, success } from '../check.ts';
import { appContainers } from './original-pod.ts';

type Probe = NonNullable<Container['livenessProbe']>;

/**
 * Each probe of an injected pod's own containers: is it what the injector of this release makes of it? If the pod's
 * original is known it is rewritten again and compared, else the shape decides.
 */
export function probeChecks(pod: Pod, original: Pod | undefined, profile: OsmProfile): Check[] {
  const expected = structuredCopy(original?.spec.containers ?? []);
  rewriteProbes(expected, profile);
  return appContainers(pod).flatMap((container) =>
    PROBE_TYPES.flatMap((type) => {
      const probe = container[`${type}Probe`];
      const wanted = expected.find(({ name }) => name === container.name)?.[`${type}Probe`];
      if (probe === undefined) return [];
      const problem = wanted === undefined ? shapeProblem(probe, type, container, profile) : difference(probe, wanted);
      const context = `Verify ${type}Probe of container "${container.name}" is as OSM ${profile.release} rewrites it`;
      if (problem === undefined) return [success('probe-rewritten', context, { reason: handlerText(probe) })];
      return [
        failure('probe-rewritten', context, {
          reason: `${handlerText(probe)}: ${problem}`,
          suggestion: `${whatItDoes(probe)}; create the pod again: kubectl rollout restart, or delete it`,
        }),
      ];
    }),
  );
}

function structuredCopy(containers: readonly Container[]): Container[] {
  return JSON.parse(JSON.stringify(containers)) as Container[];
}

function difference(probe: Probe, wanted: Probe): string | undefined {
  const [is, should] = [handlerText(probe), handlerText(wanted)];
  return is === should ? undefined : `expected ${should}`;
}

/** The handler in one line: kind, scheme, port, path, and the header that carries a TCP port. */
export function handlerText({ httpGet, tcpSocket, exec, grpc }: Probe): string {
  if (httpGet !== undefined) {
    const header = httpGet.httpHeaders?.find(
      ({ name }) => name.toLowerCase() === ORIGINAL_TCP_PORT_HEADER.toLowerCase(),
    );
    const original = header === undefined ? '' : ` ${ORIGINAL_TCP_PORT_HEADER}: ${header.value}`;
    const host = httpGet.host === undefined ? '' : ` host ${httpGet.host}`;
    return `httpGet ${httpGet.scheme || 'HTTP'} :${httpGet.port}${httpGet.path ?? ''}${original}${host}`;
  }
  if (tcpSocket !== undefined) return `tcpSocket :${tcpSocket.port}`;
  if (grpc !== undefined) return `grpc :${grpc.port}`;
  return exec === undefined ? 'no handler' : 'exec';
}

function shapeProblem(probe: Probe, type: ProbeType, container: Container, profile: OsmProfile): string | undefined {
  const { httpGet, tcpSocket } = probe;
  const port = OSM_PORTS[type];
  if (tcpSocket !== undefined && httpGet === undefined) {
    if (profile.probes.tcpBecomesHealthcheck) {
      return `it is not rewritten: expected httpGet :${OSM_PORTS.healthcheck}${HEALTHCHECK_PATH}`;
    }
    return tcpSocket.port === port ? undefined : `it is not rewritten: expected port ${port}`;
  }
  if (httpGet === undefined) return undefined;
  if (httpGet.port === OSM_PORTS.healthcheck && profile.probes.tcpBecomesHealthcheck) {
    if (httpGet.path !== HEALTHCHECK_PATH) return `expected path ${HEALTHCHECK_PATH}`;
    const header = httpGet.httpHeaders?.find(
      ({ name }) => name.toLowerCase() === ORIGINAL_TCP_PORT_HEADER.toLowerCase(),
    );
    return header === undefined ? `header ${ORIGINAL_TCP_PORT_HEADER} is missing` : undefined;
  }
  if (httpGet.port !== port) return `it is not rewritten: expected port ${port}`;
  const path = rewrittenPath(type, container.name, profile);
  const http = (httpGet.scheme ?? 'HTTP') === 'HTTP' || httpGet.scheme === '';
  return http && httpGet.path !== path ? `expected path ${path}` : undefined;
}

function whatItDoes({ httpGet, tcpSocket }: Probe): string {
  if (tcpSocket !== undefined) return 'Envoy accepts every connection, so this probe cannot fail';
  if (httpGet === undefined) return 'The handler is gone';
  return 'A port that is not one of OSM is answered by the inbound listener, which wants mutual TLS: connection reset by peer';
}
