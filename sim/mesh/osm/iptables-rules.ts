import { ENVOY_UID, OSM_PORTS } from './constants.ts';
import type { OsmProfile } from './profiles.ts';
import type { TrafficExclusions } from './traffic-exclusions.ts';

/** How Envoy reaches the app: at 127.0.0.1 as is, or sent on to the pod's own address. */
export type LocalProxyMode = '' | 'Localhost' | 'PodIP';

/**
 * The shell script that osm-init runs, to the byte.
 * Models openservicemesh/osm v1.1 (and v1.0) pkg/injector/iptables.go generateIptablesCommands.
 */
export function iptablesScript(
  exclusions: TrafficExclusions,
  localProxyMode: LocalProxyMode | undefined,
  profile: OsmProfile,
): string {
  const rules = [
    ...inboundRules(profile),
    // -I puts them in front of the rules above, so the last one is looked at first.
    ...exclusions.networkInterfaces.map((name) => `-I OSM_PROXY_INBOUND -i ${name} -j RETURN`),
    ...portRule('-I OSM_PROXY_INBOUND', exclusions.inboundPorts),
    ...outboundRules(),
    ...(profile.iptables.interceptionOptions
      ? outboundOptions(exclusions, localProxyMode)
      : insertedExclusions(exclusions)),
  ];
  return `iptables-restore --noflush <<EOF
# OSM sidecar interception rules
*nat
:OSM_PROXY_INBOUND - [0:0]
:OSM_PROXY_IN_REDIRECT - [0:0]
:OSM_PROXY_OUTBOUND - [0:0]
:OSM_PROXY_OUT_REDIRECT - [0:0]
${rules.join('\n')}
COMMIT
EOF
`;
}

function inboundRules(profile: OsmProfile): string[] {
  const { prometheus, liveness, readiness, startup, healthcheck } = OSM_PORTS;
  const open = [prometheus, liveness, readiness, startup, ...(profile.iptables.healthcheckPort ? [healthcheck] : [])];
  return [
    `-A OSM_PROXY_IN_REDIRECT -p tcp -j REDIRECT --to-port ${OSM_PORTS.inbound}`,
    '-A PREROUTING -p tcp -j OSM_PROXY_INBOUND',
    ...open.map((port) => `-A OSM_PROXY_INBOUND -p tcp --dport ${port} -j RETURN`),
    '-A OSM_PROXY_INBOUND -p tcp -j OSM_PROXY_IN_REDIRECT',
  ];
}

function outboundRules(): string[] {
  return [
    `-A OSM_PROXY_OUT_REDIRECT -p tcp -j REDIRECT --to-port ${OSM_PORTS.outbound}`,
    // Dead: it follows an unconditional redirect. OSM writes it all the same.
    `-A OSM_PROXY_OUT_REDIRECT -p tcp --dport ${OSM_PORTS.admin} -j ACCEPT`,
    '-A OUTPUT -p tcp -j OSM_PROXY_OUTBOUND',
    `-A OSM_PROXY_OUTBOUND -o lo ! -d 127.0.0.1/32 -m owner --uid-owner ${ENVOY_UID} -j OSM_PROXY_IN_REDIRECT`,
    `-A OSM_PROXY_OUTBOUND -o lo -m owner ! --uid-owner ${ENVOY_UID} -j RETURN`,
    `-A OSM_PROXY_OUTBOUND -m owner --uid-owner ${ENVOY_UID} -j RETURN`,
    '-A OSM_PROXY_OUTBOUND -d 127.0.0.1/32 -j RETURN',
  ];
}

function outboundOptions(exclusions: TrafficExclusions, mode: LocalProxyMode | undefined): string[] {
  const included = exclusions.includedOutboundIPRanges;
  return [
    ...(mode === 'PodIP'
      ? [`-I OUTPUT -p tcp -o lo -d 127.0.0.1/32 -m owner --uid-owner ${ENVOY_UID} -j DNAT --to-destination $POD_IP`]
      : []),
    ...exclusions.networkInterfaces.map((name) => `-A OSM_PROXY_OUTBOUND -o ${name} -j RETURN`),
    ...exclusions.outboundIPRanges.map((range) => `-A OSM_PROXY_OUTBOUND -d ${range} -j RETURN`),
    ...portRule('-A OSM_PROXY_OUTBOUND', exclusions.outboundPorts),
    ...included.map((range) => `-A OSM_PROXY_OUTBOUND -d ${range} -j OSM_PROXY_OUT_REDIRECT`),
    `-A OSM_PROXY_OUTBOUND -j ${included.length > 0 ? 'RETURN' : 'OSM_PROXY_OUT_REDIRECT'}`,
  ];
}

/** v1.0: everything is redirected first, exclusions are inserted in front. */
function insertedExclusions(exclusions: TrafficExclusions): string[] {
  return [
    '-A OSM_PROXY_OUTBOUND -j OSM_PROXY_OUT_REDIRECT',
    ...exclusions.outboundIPRanges.map((range) => `-I OSM_PROXY_OUTBOUND -d ${range} -j RETURN`),
    ...portRule('-I OSM_PROXY_OUTBOUND', exclusions.outboundPorts),
  ];
}

function portRule(target: string, ports: readonly number[]): string[] {
  return ports.length === 0 ? [] : [`${target} -p tcp --match multiport --dports ${ports.join(',')} -j RETURN`];
}
