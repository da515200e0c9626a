import fc from 'fast-check';
import { apps, moments } from './app.ts';
import { compact, handlers, oneIn, portsOf, probes } from './probe.ts';

/** A pod's spec and how its containers behave, by container name. */
export interface DrawnPod {
  spec: Record<string, unknown>;
  apps: Record<string, unknown>;
  /** Names of the containers that steps can aim at, with their place among the ports. */
  containers: { name: string; index: number }[];
}

/** How much of a pod is drawn: `ladder` has few containers, most of them with probes only. */
export type Richness = 'ladder' | 'lifecycle';

const LONGEST_SLEEP_SECONDS = 4;

function hooks(index: number): fc.Arbitrary<unknown> {
  const seconds = fc.integer({ min: 1, max: LONGEST_SLEEP_SECONDS });
  const sleep = fc.record({ sleep: fc.record({ seconds }) });
  const hook = fc.oneof(handlers(index), sleep);
  return fc.record({ postStart: oneIn(3, hook), preStop: oneIn(2, hook) }).map(compact);
}

function containers(index: number, name: string, rich: boolean): fc.Arbitrary<Record<string, unknown>> {
  const { http, named } = portsOf(index);
  return fc
    .record({
      startupProbe: oneIn(3, probes(index, 'startup')),
      readinessProbe: fc.option(probes(index, 'readiness'), { nil: undefined, freq: 3 }),
      livenessProbe: fc.option(probes(index, 'liveness'), { nil: undefined, freq: 3 }),
      lifecycle: oneIn(rich ? 4 : 10, hooks(index)),
      terminationMessagePolicy: rich ? oneIn(6, fc.constant('FallbackToLogsOnError')) : fc.constant(undefined),
    })
    .map((drawn) =>
      compact({
        name,
        image: 'registry.local/fuzzed:1',
        env: [{ name: 'POD', value: 'fuzzed' }],
        ports: [{ name: named, containerPort: http }],
        ...drawn,
      }),
    );
}

interface DrawnContainer {
  name: string;
  index: number;
  spec: Record<string, unknown>;
  app: Record<string, unknown>;
}

function regular(rich: boolean): fc.Arbitrary<DrawnContainer[]> {
  const one = (index: number) => {
    const name = `app${index}`;
    return fc.record({
      name: fc.constant(name),
      index: fc.constant(index),
      spec: containers(index, name, rich),
      app: apps(index),
    });
  };
  return fc
    .tuple(one(0), one(1), one(2), fc.constantFrom(1, 1, 1, 2, rich ? 3 : 2))
    .map(([first, second, third, count]) => [first, second, third].slice(0, count));
}

/** Init containers that end, sooner or later, well or not; and native sidecars. */
function initial(): fc.Arbitrary<DrawnContainer[]> {
  const plain = (index: number): fc.Arbitrary<DrawnContainer> => {
    const name = `init${index}`;
    const exit = fc.record({ after: moments(0, 8000), code: fc.constantFrom(0, 0, 0, 0, 1) });
    return exit.map((exit) => ({
      name,
      index,
      spec: { name, image: 'registry.local/fuzzed:1' },
      app: { servers: [], exit },
    }));
  };
  const sidecar = (index: number): fc.Arbitrary<DrawnContainer> => {
    const name = `side${index}`;
    return fc.tuple(containers(index, name, true), apps(index)).map(([spec, app]) => ({
      name,
      index,
      spec: { ...spec, restartPolicy: 'Always' },
      app,
    }));
  };
  const one = (index: number) => fc.oneof(plain(index), sidecar(index));
  return fc
    .tuple(one(5), one(6), fc.constantFrom(0, 0, 1, 2))
    .map(([first, second, count]) => [first, second].slice(0, count));
}

/** A pod that the API server accepts. */
export function pods(richness: Richness): fc.Arbitrary<DrawnPod> {
  const rich = richness === 'lifecycle';
  return fc
    .record({
      containers: regular(rich),
      init: (rich ? initial() : oneIn(5, initial())).map((drawn) => drawn ?? []),
      restartPolicy: fc.constantFrom('Always', 'Always', 'Always', 'OnFailure', 'Never'),
      terminationGracePeriodSeconds: oneIn(2, fc.integer({ min: 0, max: 20 })),
      activeDeadlineSeconds: oneIn(rich ? 10 : 30, fc.integer({ min: 5, max: 60 })),
      readinessGates: oneIn(rich ? 10 : 30, fc.constant([{ conditionType: 'example.com/gate' }])),
    })
    .map(({ containers, init, terminationGracePeriodSeconds: grace, ...rest }) => {
      const all = [...containers, ...init];
      // More than any sleep hook takes: the API server asks for that.
      const least = all.some((one) => one.spec['lifecycle'] !== undefined) ? LONGEST_SLEEP_SECONDS + 1 : 0;
      const spec = { ...rest, terminationGracePeriodSeconds: grace === undefined ? grace : Math.max(grace, least) };
      return {
        spec: compact({
          ...spec,
          containers: containers.map((one) => one.spec),
          initContainers: init.length > 0 ? init.map((one) => one.spec) : undefined,
        }),
        apps: Object.fromEntries(all.map((one) => [one.name, one.app])),
        containers: all.map(({ name, index }) => ({ name, index })),
      };
    });
}
