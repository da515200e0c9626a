import fc from 'fast-check';
import { behaviours, moments } from './app.ts';
import { PATHS, portsOf } from './probe.ts';

/** What a step can aim at. */
export interface Targets {
  /** The pod's name, or its beginning. */
  pod: string;
  containers: readonly { name: string; index: number }[];
  /** The Deployment's name, if there is one. */
  deployment?: string;
  meshed?: boolean;
  richness: 'ladder' | 'lifecycle';
}

type Action = Record<string, unknown>;
type Weighted = { weight: number; arbitrary: fc.Arbitrary<Action> };

function appActions({ containers }: Targets): Weighted[] {
  const target = fc.constantFrom(...containers);
  const on = (of: fc.Arbitrary<Action>) =>
    fc.tuple(target, of).map(([{ name, index }, patch]) => {
      const { http } = portsOf(index);
      const server = 'listening' in patch || 'path' in patch ? { server: http } : {};
      return { app: { container: name, ...server, ...patch } };
    });
  const route = fc.tuple(fc.constantFrom(...PATHS), behaviours).map(([path, behaviour]) => ({ path, ...behaviour }));
  return [
    { weight: 8, arbitrary: on(route) },
    { weight: 2, arbitrary: on(fc.record({ listening: fc.boolean() })) },
    { weight: 2, arbitrary: on(fc.record({ exit: fc.constantFrom(0, 1, 7) })) },
    { weight: 1, arbitrary: on(fc.record({ die: fc.constantFrom('SIGKILL', 'SIGSEGV', 'OOM') })) },
    {
      weight: 1,
      arbitrary: on(fc.record({ files: fc.constantFrom({ '/tmp/healthy': null }, { '/tmp/healthy': '' }) })),
    },
  ];
}

function nodeActions({ containers }: Targets): Weighted[] {
  const container = fc.constantFrom(...containers.map(({ name }) => name));
  const network = fc.oneof(
    fc.record({ latency: moments(0, 3000) }),
    fc.record({ loss: fc.constantFrom(0, 0.3, 1) }),
    fc.record({ partition: fc.boolean() }),
  );
  return [
    { weight: 2, arbitrary: fc.constantFrom('restart', 'restart', 'stop', 'start').map((kubelet) => ({ kubelet })) },
    { weight: 2, arbitrary: network.map((network) => ({ network })) },
    { weight: 1, arbitrary: fc.record({ container, for: moments(1, 20_000) }).map((pause) => ({ pause })) },
    { weight: 1, arbitrary: container.map((container) => ({ runtime: { container, die: 'SIGKILL' } })) },
  ];
}

function objectActions({ pod, deployment }: Targets): Weighted[] {
  const object = deployment === undefined ? `pod/${pod}` : `deployment/${deployment}`;
  const labels = fc
    .constantFrom('a', 'b')
    .map((tier) => ({ patch: { object, merge: { metadata: { labels: { tier } } } } }));
  const gate = fc.constantFrom('True', 'False').map((status) => ({
    patch: { object, merge: { status: { conditions: [{ type: 'example.com/gate', status }] } } },
  }));
  if (deployment === undefined) return [{ weight: 1, arbitrary: fc.oneof(labels, gate) }];
  const scale = fc.integer({ min: 0, max: 4 }).map((replicas) => ({ scale: { object, replicas } }));
  return [
    { weight: 1, arbitrary: labels },
    { weight: 4, arbitrary: scale },
    { weight: 3, arbitrary: fc.constant({ rollout: 'restart' }) },
    { weight: 1, arbitrary: fc.constantFrom('pause', 'resume').map((action) => ({ rollout: { action, object } })) },
  ];
}

const ENVOY: Weighted = {
  weight: 8,
  arbitrary: fc
    .oneof(
      fc.record({ kill: fc.constant(true) }),
      fc.record({ pause: fc.boolean() }),
      fc.record({ slow: moments(0, 4000) }),
    )
    .map((envoy) => ({ envoy })),
};

/** Up to a few steps before `endMs`. */
export function steps(targets: Targets, endMs: number): fc.Arbitrary<Action[]> {
  const action = fc.oneof(
    ...appActions(targets),
    ...nodeActions(targets),
    ...(targets.richness === 'lifecycle' ? objectActions(targets) : []),
    ...(targets.meshed === true ? [ENVOY] : []),
  );
  const step = fc.tuple(moments(0, endMs), action).map(([at, what]) => ({ at, ...what }));
  return fc.array(step, { maxLength: targets.richness === 'lifecycle' ? 5 : 3 });
}

/** A way to delete an object. */
export function deletions(object: string): fc.Arbitrary<Action> {
  return fc.oneof(
    fc.constant({ delete: object }),
    fc.record({
      delete: fc.oneof(
        fc.integer({ min: 0, max: 15 }).map((gracePeriodSeconds) => ({ object, gracePeriodSeconds })),
        fc.constant({ object, force: true }),
        fc.constant({ object, now: true }),
      ),
    }),
  );
}
