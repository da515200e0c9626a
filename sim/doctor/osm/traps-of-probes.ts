import { ORIGINAL_TCP_PORT_HEADER, OSM_PORTS } from '../../mesh/osm/constants.ts';
import { placeOf, probesOf, type Trap, type TrapFinding } from './trap.ts';

/** Traps that lie in a single probe. */
export const PROBE_TRAPS: readonly Trap[] = [
  {
    rule: 'trap-named-port',
    context: 'Verify every named port of a probe is declared in its container',
    find: ({ pod, rewritten, profile }) =>
      probesOf(pod).flatMap((placed): TrapFinding[] => {
        const { probe, container } = placed;
        const suggestion = `Declare the port in the ports of container "${container.name}", or write its number`;
        if (rewritten) {
          const header = probe.httpGet?.httpHeaders?.find(({ name }) => name === ORIGINAL_TCP_PORT_HEADER);
          if (header?.value !== '0') return [];
          return [{ status: 'Failure', reason: `${placeOf(placed)} asks for TCP port 0: statuscode: 404`, suggestion }];
        }
        const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
        if (typeof port !== 'string' || /^[+-]?\d+$/.test(port)) return [];
        if (container.ports?.some(({ name }) => name === port) === true) return [];
        const becomes =
          probe.tcpSocket !== undefined && profile.probes.tcpBecomesHealthcheck
            ? 'asks osm-healthcheck for port 0: statuscode: 404'
            : 'leads Envoy to port 0: statuscode: 503';
        return [{ status: 'Failure', reason: `${placeOf(placed)} has port "${port}", which ${becomes}`, suggestion }];
      }),
  },
  {
    rule: 'trap-probe-host',
    context: 'Verify no probe has a host',
    find: ({ pod }) =>
      probesOf(pod).flatMap((placed): TrapFinding[] => {
        const { httpGet, tcpSocket } = placed.probe;
        const suggestion = 'Leave host out: the kubelet then asks the pod IP';
        if (httpGet?.host !== undefined && httpGet.host !== '') {
          const node = /^(localhost|127\.)/.test(httpGet.host) ? " (the node's own loopback)" : '';
          const reason = `${placeOf(placed)} has host "${httpGet.host}"${node}: OSM keeps it, Envoy does not listen there`;
          return [{ status: 'Failure', reason, suggestion }];
        }
        if (tcpSocket?.host === undefined || tcpSocket.host === '') return [];
        return [
          { status: 'Warning', reason: `${placeOf(placed)} has host "${tcpSocket.host}", which OSM drops`, suggestion },
        ];
      }),
  },
  {
    rule: 'trap-grpc-probe',
    context: 'Verify no probe is of kind grpc',
    find: ({ pod, profile }) =>
      probesOf(pod)
        .filter(({ probe }) => probe.grpc !== undefined)
        .map((placed) => ({
          status: 'Failure',
          reason:
            profile.kubeApi < 23
              ? `${placeOf(placed)} is grpc, which OSM ${profile.release} removes: the pod is refused (must specify a handler type)`
              : `${placeOf(placed)} is grpc, which OSM does not rewrite: timeout: failed to connect service`,
          suggestion: 'Use exec with grpc_health_probe -addr=localhost:PORT, or an httpGet probe',
        })),
  },
  {
    rule: 'trap-tcp-always-green',
    context: 'Verify tcpSocket probes can fail',
    find: ({ pod, profile }) =>
      profile.probes.tcpBecomesHealthcheck
        ? []
        : probesOf(pod)
            .filter(({ probe }) => probe.tcpSocket !== undefined)
            .map((placed) => ({
              status: 'Warning',
              reason: `${placeOf(placed)} is tcpSocket: in OSM ${profile.release} Envoy accepts every connection, the probe cannot fail`,
              suggestion: 'Use httpGet or exec, or OSM v1.1 or later',
            })),
  },
  {
    rule: 'trap-exec-network',
    context: 'Verify exec probes ask localhost only',
    find: ({ pod }) =>
      probesOf(pod).flatMap((placed): TrapFinding[] => {
        const text = (placed.probe.exec?.command ?? []).join(' ');
        const hosts = [...text.matchAll(/\b(?:https?|grpc|tcp):\/\/(\[[^\]]+\]|[^/:\s"']+)/g)].map(
          ([, host = '']) => host,
        );
        const others = hosts.filter((host) => !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host));
        return others.map((host) => ({
          status: 'Warning',
          reason: `${placeOf(placed)} asks ${host}: its connection goes through Envoy, under the mesh's policies`,
          suggestion: 'Ask 127.0.0.1',
        }));
      }),
  },
  {
    rule: 'trap-scheme',
    context: 'Verify the scheme of probes fits the names of their ports',
    find: ({ pod, rewritten }) => (rewritten ? [] : probesOf(pod).flatMap(schemeFindings)),
  },
  {
    rule: 'trap-reserved-port',
    context: "Verify no container uses a port of OSM's",
    find: ({ pod, rewritten, profile }) => {
      const ports = Object.values(OSM_PORTS).filter(
        (port) => port >= 15000 && port !== OSM_PORTS.ads && (port !== 15904 || profile.iptables.healthcheckPort),
      ) as number[];
      const declared = pod.spec.containers.flatMap(({ name, ports: own = [] }) =>
        own
          .filter(({ containerPort, protocol = 'TCP' }) => protocol === 'TCP' && ports.includes(containerPort))
          .map(({ containerPort }) => `container "${name}" has port ${containerPort}`),
      );
      const probed = rewritten
        ? []
        : probesOf(pod)
            .filter(({ probe }) => ports.includes(Number(probe.httpGet?.port ?? probe.tcpSocket?.port)))
            .map((placed) => `${placeOf(placed)} asks a port of OSM's: Envoy is led to itself`);
      return [...declared, ...probed].map((reason) => ({
        status: 'Failure',
        reason: `${reason}: Address already in use, or a loop`,
        suggestion: 'Let the app listen elsewhere; 15000, 15001, 15003, 15010 and 15901 to 15904 are taken',
      }));
    },
  },
];

function schemeFindings(placed: ReturnType<typeof probesOf>[number]): TrapFinding[] {
  const { probe, container } = placed;
  if (probe.httpGet === undefined) return [];
  const { port, scheme = 'HTTP' } = probe.httpGet;
  const declared = container.ports?.find(({ name, containerPort }) => name === port || containerPort === port);
  const name = declared?.name ?? (typeof port === 'string' ? port : '');
  if (/^(grpc|h2c|http2)(-|$)/.test(name)) {
    const reason = `${placeOf(placed)} is httpGet at port "${name}": gRPC servers answer HTTP/1.1 with a protocol error (statuscode: 502)`;
    return [
      { status: 'Warning', reason, suggestion: 'Use exec with grpc_health_probe, or a port that speaks HTTP/1.1' },
    ];
  }
  if (/^https(-|$)/.test(name) && scheme === 'HTTP') {
    const reason = `${placeOf(placed)} asks port "${name}" for HTTP: statuscode 400 or 503 if it speaks TLS`;
    return [{ status: 'Warning', reason, suggestion: 'Set scheme: HTTPS if the port speaks TLS' }];
  }
  if (/^http(-|$)/.test(name) && scheme === 'HTTPS') {
    const reason = `${placeOf(placed)} asks port "${name}" for HTTPS: server gave HTTP response to HTTPS client if it does not speak TLS`;
    return [{ status: 'Warning', reason, suggestion: 'Set scheme: HTTP if the port speaks plain HTTP' }];
  }
  return [];
}
