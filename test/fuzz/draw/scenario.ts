import fc from 'fast-check';
import { type DrawnPod, pods, type Richness } from './pod.ts';
import { compact, oneIn, portsOf } from './probe.ts';
import { deletions, steps, type Targets } from './steps.ts';

/** A scenario file's content, with Go durations: what `probelab run` reads. */
export type ScenarioDocument = Record<string, unknown>;

/** `ladder`: one small pod, cheap. `lifecycle`: everything that a node does. `mesh`: with a sidecar. */
export type Tier = 'ladder' | 'lifecycle' | 'mesh';

const NAME = 'fuzzed';
/** Longer than any grace, hook and back-off of a drawn pod that is being ended. */
const ENDING_MS = 90_000;

/** Ms that the kubelet is away before the deletion, and after it. */
const AWAY_MS = { before: 1000, after: 5000 };

interface Objects {
  replicas?: number;
  tier: Tier;
  publishNotReady?: boolean | undefined;
  /** Further services on the same pods. */
  services: readonly Record<string, unknown>[];
}

/** Services that select by a label which steps change, by port name, or have no address. */
const services = fc.subarray([
  { name: 'of-tier', spec: { selector: { app: NAME, tier: 'a' }, ports: [{ port: 80, targetPort: portsOf(0).http }] } },
  { name: 'by-name', spec: { selector: { app: NAME }, ports: [{ port: 80, targetPort: portsOf(0).named }] } },
  {
    name: 'headless',
    spec: {
      selector: { app: NAME },
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [
        { name: 'one', port: 80, targetPort: portsOf(0).http },
        { name: 'two', port: 81, targetPort: portsOf(1).named },
      ],
    },
  },
]);

function objects(pod: DrawnPod, options: Objects) {
  const labels = { app: NAME };
  const namespace = options.tier === 'mesh' ? { namespace: 'meshed' } : {};
  const { replicas } = options;
  const workload =
    replicas === undefined
      ? { apiVersion: 'v1', kind: 'Pod', metadata: { name: NAME, ...namespace, labels }, spec: pod.spec }
      : {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: NAME },
          spec: {
            replicas,
            selector: { matchLabels: labels },
            // The API server takes no other policy and no deadline there.
            template: {
              metadata: { labels },
              spec: compact({ ...pod.spec, restartPolicy: 'Always', activeDeadlineSeconds: undefined }),
            },
          },
        };
  const service = compact({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, ...namespace },
    spec: {
      selector: labels,
      ports: [{ port: 80, targetPort: portsOf(0).http }],
      publishNotReadyAddresses: options.publishNotReady,
    },
  });
  if (options.tier === 'ladder') return [workload];
  const others = options.services.map(({ name, spec }) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec,
  }));
  if (options.tier === 'lifecycle') return [workload, service, ...others];
  const meshed = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'meshed',
      labels: { 'openservicemesh.io/monitored-by': 'osm' },
      annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
    },
  };
  return [meshed, workload, service];
}

/** Draws whole scenarios; each plays through, whatever it does to its pod. */
export function scenarios(tier: Tier): fc.Arbitrary<ScenarioDocument> {
  const richness: Richness = tier === 'lifecycle' ? 'lifecycle' : 'ladder';
  const longest = tier === 'ladder' ? 60_000 : 150_000;
  return fc
    .record({
      pod: pods(richness),
      replicas: tier === 'lifecycle' ? oneIn(4, fc.integer({ min: 1, max: 3 })) : fc.constant(undefined),
      durationMs: fc.integer({ min: 20_000, max: longest }),
      deleted: oneIn(tier === 'ladder' ? 6 : 3, fc.integer({ min: 0, max: 60_000 })),
      version: fc.constantFrom('1.34', '1.34', '1.36'),
      uptime: oneIn(5, fc.constantFrom('0s', '5s')),
      seed: fc.integer({ min: 0, max: 1000 }),
      publishNotReady: oneIn(4, fc.constant(true)),
      services: tier === 'lifecycle' ? services : fc.constant([]),
      // Nobody is there when the pod is deleted.
      away: oneIn(8, fc.constant(true)),
    })
    .chain((drawn) => {
      const { pod, replicas, deleted } = drawn;
      const single = replicas === undefined;
      const targets: Targets = {
        pod: NAME,
        containers: pod.containers,
        richness,
        ...(single ? {} : { deployment: NAME }),
        ...(tier === 'mesh' ? { meshed: true } : {}),
      };
      // Steps that hit nothing are errors: what aims at the pod comes before its deletion.
      const before = deleted === undefined ? drawn.durationMs : Math.min(deleted, drawn.durationMs);
      return fc
        .tuple(steps(targets, before), deletions(`${single ? 'pod' : 'deployment'}/${NAME}`))
        .map(([list, deletion]) => document(drawn, tier, list, deletion));
    });
}

interface Drawn {
  pod: DrawnPod;
  replicas: number | undefined;
  durationMs: number;
  deleted: number | undefined;
  version: string;
  uptime: string | undefined;
  seed: number;
  publishNotReady: boolean | undefined;
  services: readonly Record<string, unknown>[];
  away: boolean | undefined;
}

function document(drawn: Drawn, tier: Tier, list: unknown[], deletion: Record<string, unknown>): ScenarioDocument {
  const { pod, replicas, deleted, durationMs, version, uptime, seed, publishNotReady, services, away } = drawn;
  const durations = [durationMs, ...(deleted === undefined ? [] : [deleted + ENDING_MS])];
  const end: Record<string, unknown>[] = deleted === undefined ? [] : [{ at: `${deleted / 1000}s`, ...deletion }];
  if (deleted !== undefined && away === true) {
    end.unshift({ at: `${Math.max(0, deleted - AWAY_MS.before) / 1000}s`, kubelet: 'stop' });
    end.push({ at: `${(deleted + AWAY_MS.after) / 1000}s`, kubelet: 'start' });
  }
  return compact({
    apiVersion: 'probelab.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: NAME },
    spec: {
      duration: `${Math.max(...durations)}ms`,
      seed,
      kubelet: { version, uptime },
      mesh: tier === 'mesh' ? { osm: {} } : undefined,
      manifests: objects(pod, { tier, publishNotReady, services, ...(replicas === undefined ? {} : { replicas }) }),
      apps: pod.apps,
      steps: [...list, ...end],
    },
  });
}
