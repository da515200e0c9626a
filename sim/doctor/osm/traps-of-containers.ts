import type { Container } from '../../kube/objects.ts';
import {
  ENVOY_CONTAINER,
  ENVOY_UID,
  HEALTHCHECK_CONTAINER,
  INIT_CONTAINER,
  OSM_PORTS,
  PROBE_TYPES,
} from '../../mesh/osm/constants.ts';
import type { OsmProfile } from '../../mesh/osm/profiles.ts';
import { type OriginalProbe, rewriteProbes } from '../../mesh/osm/rewrite-probes.ts';
import type { Trap, TrapFinding } from './trap.ts';

const ISSUE = 'https://github.com/openservicemesh/osm/issues/3773';
const ALONE = 'Keep this type of probe in one container only, and let it ask for all; or use exec in the others';

/** Traps that lie in containers, and in several of them together. */
export const CONTAINER_TRAPS: readonly Trap[] = [
  {
    rule: 'trap-several-containers',
    context: 'Verify no two containers have the same type of rewritten probe',
    find: ({ pod, rewritten, profile }) => {
      if (rewritten) return sharedPorts(pod.spec.containers, profile);
      const originals = rewriteProbes(JSON.parse(JSON.stringify(pod.spec.containers)) as Container[], profile);
      return PROBE_TYPES.flatMap((type) =>
        collisions(
          originals.filter((probe) => probe.type === type),
          profile,
        ),
      );
    },
  },
  {
    rule: 'trap-reserved-name',
    context: "Verify no container has the name of one of OSM's",
    find: ({ pod, rewritten }) => {
      if (rewritten) return [];
      const reserved = [ENVOY_CONTAINER, HEALTHCHECK_CONTAINER, INIT_CONTAINER];
      return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]
        .filter(({ name }) => reserved.includes(name))
        .map(({ name }) => ({
          status: 'Failure',
          reason: `A container is called "${name}": the injected pod is refused (Duplicate value: "${name}")`,
          suggestion: 'Call it something else; if this is a copy of an injected pod, take the original instead',
        }));
    },
  },
  {
    rule: 'trap-lifecycle-hook',
    context: 'Verify no lifecycle hook asks the app over the network',
    find: ({ pod }) =>
      pod.spec.containers.flatMap(({ name, lifecycle }) =>
        (['postStart', 'preStop'] as const)
          .filter((hook) => lifecycle?.[hook]?.httpGet !== undefined || lifecycle?.[hook]?.tcpSocket !== undefined)
          .map((hook) => ({
            status: hook === 'postStart' ? ('Failure' as const) : ('Warning' as const),
            reason: `container "${name}": lifecycle.${hook} is not rewritten, and fails at Envoy's inbound listener${hook === 'postStart' ? ': the container is killed (FailedPostStartHook)' : ' (FailedPreStopHook)'}`,
            suggestion: 'Use exec, with curl or wget to 127.0.0.1',
          })),
      ),
  },
  {
    rule: 'trap-lost-fields',
    context: "Verify the injector's Kubernetes API knows every field",
    find: ({ pod, profile }) => {
      const lost: TrapFinding[] = (pod.spec.initContainers ?? [])
        .filter(({ restartPolicy }) => restartPolicy === 'Always')
        .map(({ name }) => ({
          status: 'Failure',
          reason: `init container "${name}" loses restartPolicy: Always (OSM ${profile.release} does not know it): the pod hangs in Init if it does not end`,
          suggestion: 'Make it an ordinary container',
        }));
      for (const { name, lifecycle, resizePolicy } of pod.spec.containers) {
        const fields = [
          lifecycle?.preStop?.sleep === undefined ? '' : 'lifecycle.preStop.sleep',
          resizePolicy === undefined || resizePolicy.length === 0 ? '' : 'resizePolicy',
        ].filter((field) => field !== '');
        for (const field of fields) {
          const reason = `container "${name}" loses ${field}, which OSM ${profile.release} does not know`;
          lost.push({ status: 'Warning', reason, suggestion: 'Use exec: ["sleep", "N"], or do without the field' });
        }
      }
      return lost;
    },
  },
  {
    rule: 'trap-envoy-user',
    context: "Verify no container runs as Envoy's user",
    find: ({ pod }) =>
      pod.spec.containers
        .filter(
          ({ securityContext }) => (securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser) === ENVOY_UID,
        )
        .map(({ name }) => ({
          status: 'Warning',
          reason: `container "${name}" runs as user ${ENVOY_UID}: its connections bypass Envoy`,
          suggestion: 'Run it as another user',
        })),
  },
];

/** The original is not known: containers whose rewritten probes share a port. */
function sharedPorts(containers: readonly Container[], profile: OsmProfile): TrapFinding[] {
  return PROBE_TYPES.flatMap((type): TrapFinding[] => {
    const names = containers
      .filter((container) => container[`${type}Probe`]?.httpGet?.port === OSM_PORTS[type])
      .map(({ name }) => name);
    if (names.length < 2) return [];
    if (profile.probes.perContainer) return prefixCollisions(type, names);
    return [{ status: 'Warning', reason: `${sameAnswer(type, names)} (${ISSUE})`, suggestion: ALONE }];
  });
}

function sameAnswer(type: string, names: readonly string[]): string {
  const list = names.map((name) => `"${name}"`).join(', ');
  return `The ${type} probes of ${list} all reach "${names.at(-1)}": its failure counts for all, a failure of the others is not seen`;
}

function collisions(probes: readonly OriginalProbe[], profile: OsmProfile): TrapFinding[] {
  const last = probes.at(-1);
  if (last === undefined || probes.length < 2) return [];
  const { type } = last;
  if (profile.probes.perContainer) return collisionsPerContainer(probes);
  const isDirect = (probe: OriginalProbe) => probe.kind === 'tcp' && profile.probes.tcpBecomesHealthcheck;
  const names = (some: readonly OriginalProbe[]) => some.map(({ container }) => `"${container}"`).join(', ');
  const found: TrapFinding[] = [];
  const direct = probes.filter(isDirect);
  const proxied = probes.filter((probe) => !isDirect(probe));
  const fail = (reason: string) => found.push({ status: 'Failure', reason: `${reason} (${ISSUE})`, suggestion: ALONE });
  if (direct.length > 0 && proxied.length > 0) {
    if (isDirect(last)) {
      fail(
        `The ${type} probe of ${names(proxied)} goes to ${OSM_PORTS[type]}, where Envoy does not listen, since "${last.container}" has a tcpSocket probe: connection refused`,
      );
    } else {
      fail(
        `The ${type} probe of ${names(direct)} goes to ${OSM_PORTS.healthcheck}, but there is no container osm-healthcheck, since "${last.container}" has an httpGet probe: connection refused`,
      );
    }
  }
  if (proxied.length < 2) return found;
  const kinds = new Set(proxied.map(({ kind }) => kind));
  if (kinds.size > 1)
    fail(
      `The ${type} probes of ${names(proxied)} mix ${[...kinds].join(' and ')} on one port: only "${proxied.at(-1)?.container}" is answered rightly`,
    );
  else {
    const reason = `${sameAnswer(
      type,
      proxied.map(({ container }) => container),
    )} (${ISSUE})`;
    found.push({ status: 'Warning', reason, suggestion: ALONE });
  }
  return found;
}

/** Only `main`: a route a container, matched by prefix in random order, and still one HTTPS probe a type. */
function collisionsPerContainer(probes: readonly OriginalProbe[]): TrapFinding[] {
  const found: TrapFinding[] = [];
  const https = probes.filter(({ kind }) => kind === 'https');
  if (https.length > 1) {
    const names = https.map(({ container }) => `"${container}"`).join(', ');
    found.push({
      status: 'Failure',
      reason: `Of the HTTPS ${https[0]?.type} probes of ${names} only one is answered`,
      suggestion: ALONE,
    });
  }
  const http = probes.filter(({ kind }) => kind === 'http');
  const [first] = http;
  if (first !== undefined)
    found.push(
      ...prefixCollisions(
        first.type,
        http.map(({ container }) => container),
      ),
    );
  return found;
}

function prefixCollisions(type: string, names: readonly string[]): TrapFinding[] {
  const found: TrapFinding[] = [];
  for (const a of names) {
    for (const b of names) {
      if (a === b || !b.startsWith(a)) continue;
      found.push({
        status: 'Warning',
        reason: `Routes match by prefix: /osm-${type}-probe/${b} may be answered by "${a}" (statuscode: 404 in some pods)`,
        suggestion: `Rename "${b}" so that it does not begin with "${a}"`,
      });
    }
  }
  return found;
}
