import type { KubeObject } from '../../kube/objects.ts';
import { matchesSelector } from '../../kube/selector.ts';
import { ANNOTATIONS, OSM_PORTS } from '../../mesh/osm/constants.ts';
import { metricsEnabled, mustInject, OsmDenial } from '../../mesh/osm/sidecar-injection.ts';
import { trafficExclusions } from '../../mesh/osm/traffic-exclusions.ts';
import { at, isRecord, recordsAt, textAt, textsAt } from '../untyped.ts';
import type { Trap, TrapFinding, TrapSubject } from './trap.ts';

/** Traps that lie in a pod as a whole, and around it. */
export const POD_TRAPS: readonly Trap[] = [
  {
    rule: 'trap-annotation',
    context: "Verify OSM understands the pod's annotations",
    find: ({ pod, profile }) => {
      const annotations = pod.metadata.annotations ?? {};
      const view = { name: pod.metadata.namespace, monitored: true, annotations: {} };
      try {
        mustInject({ metadata: { annotations }, spec: {} }, view, '');
        trafficExclusions(annotations, {}, profile);
        return [];
      } catch (error) {
        if (!(error instanceof OsmDenial)) throw error;
        const reason = `${error.message}: the pod cannot be created (expected response.uid="…", got "")`;
        return [
          { status: 'Failure', reason, suggestion: 'Correct the annotation; only the log of osm-injector says so' },
        ];
      }
    },
  },
  {
    rule: 'trap-host-network',
    context: 'Verify the pod does not use the network of its node',
    find: ({ pod }) =>
      pod.spec.hostNetwork === true
        ? [
            {
              status: 'Warning',
              reason: 'hostNetwork: true: it gets no sidecar, silently; it cannot call pods of the mesh',
              suggestion: 'Do without hostNetwork, or leave the namespace out of the mesh',
            },
          ]
        : [],
  },
  {
    rule: 'trap-two-meshes',
    context: 'Verify no other mesh injects the pod',
    find: ({ pod, admitted, namespace }) => {
      const containers = [
        ...pod.spec.containers,
        ...(pod.spec.initContainers ?? []),
        ...(admitted?.spec.containers ?? []),
      ];
      const proxy = containers.find(({ name }) =>
        ['istio-proxy', 'linkerd-proxy', 'istio-init', 'linkerd-init'].includes(name),
      );
      const suggestion = 'Keep the namespace in one mesh only, and restart its pods';
      if (proxy !== undefined) {
        return [
          {
            status: 'Failure',
            reason: `It has container "${proxy.name}": probes are rewritten twice, both take its connections`,
            suggestion,
          },
        ];
      }
      const { labels = {}, annotations = {} } = namespace?.metadata ?? {};
      const other =
        labels['istio-injection'] === 'enabled' || labels['istio.io/rev'] !== undefined
          ? 'Istio'
          : annotations['linkerd.io/inject'] === 'enabled'
            ? 'Linkerd'
            : undefined;
      if (other === undefined) return [];
      return [{ status: 'Warning', reason: `Its namespace is in ${other}, too`, suggestion }];
    },
  },
  {
    rule: 'trap-job',
    context: 'Verify the pod need not end by itself',
    find: ({ pod, admitted }) =>
      (admitted ?? pod).spec.restartPolicy === 'Never' || (admitted ?? pod).spec.restartPolicy === 'OnFailure'
        ? [
            {
              status: 'Warning',
              reason: `restartPolicy ${(admitted ?? pod).spec.restartPolicy}: Envoy does not end when the app does, so the pod never completes`,
              suggestion: `Annotate the pod with ${ANNOTATIONS.sidecarInjection}: disabled, or end Envoy at the end: POST 127.0.0.1:15000/quitquitquit`,
            },
          ]
        : [],
  },
  {
    rule: 'trap-metrics',
    context: "Verify the mesh does not overwrite the pod's metrics annotations",
    find: ({ pod, rewritten, namespace }) => {
      const own = Object.keys(pod.metadata.annotations ?? {}).filter((key) => key.startsWith('prometheus.io/'));
      if (rewritten || own.length === 0 || !scraped(namespace?.metadata.annotations)) return [];
      const reason = `${own.join(', ')} are overwritten: Prometheus asks Envoy (15010) instead of the app`;
      return [{ status: 'Warning', reason, suggestion: 'Scrape the app by a ServiceMonitor or another annotation' }];
    },
  },
  {
    rule: 'trap-network-policy',
    context: 'Verify no NetworkPolicy closes the ports of rewritten probes',
    find: networkPolicyFindings,
  },
];

function scraped(annotations: Readonly<Record<string, string>> | undefined): boolean {
  try {
    return metricsEnabled({ name: '', monitored: true, annotations: annotations ?? {} });
  } catch {
    return false;
  }
}

/** Most network plugins let the node's kubelet through; where one does not, the rewritten ports have to be open. */
function networkPolicyFindings({ pod, view }: TrapSubject): TrapFinding[] {
  const policies = view.list('NetworkPolicy', pod.metadata.namespace).filter((policy) => selects(policy, pod.metadata));
  return policies.flatMap((policy): TrapFinding[] => {
    const types = textsAt(policy, 'spec', 'policyTypes');
    if (types.length > 0 && !types.includes('Ingress')) return [];
    const rules = recordsAt(policy, 'spec', 'ingress');
    const open = rules.some((rule) => {
      const ports = recordsAt(rule, 'ports');
      return ports.length === 0 || ports.some((one) => covers(one, OSM_PORTS.liveness));
    });
    if (open) return [];
    return [
      {
        status: 'Warning',
        reason: `NetworkPolicy "${policy.metadata.name}" lets nothing in at 15901 to 15904: probes end in context deadline exceeded where the network plugin does not exempt the kubelet`,
        suggestion: 'Add the ports 15901 to 15904 to its ingress rules',
      },
    ];
  });
}

function covers(port: Record<string, unknown>, wanted: number): boolean {
  if (port.port === undefined) return true;
  const end = typeof port.endPort === 'number' ? port.endPort : port.port;
  return typeof port.port === 'number' && typeof end === 'number' && port.port <= wanted && wanted <= end;
}

function selects(policy: KubeObject, { labels = {} }: KubeObject['metadata']): boolean {
  const matchLabels = at(policy, 'spec', 'podSelector', 'matchLabels');
  const matchExpressions = recordsAt(policy, 'spec', 'podSelector', 'matchExpressions').map((expression) => ({
    key: textAt(expression, 'key') ?? '',
    operator: textAt(expression, 'operator') ?? '',
    values: textsAt(expression, 'values'),
  }));
  const pairs = isRecord(matchLabels) ? (matchLabels as Record<string, string>) : {};
  return matchesSelector({ matchLabels: pairs, matchExpressions }, labels);
}
