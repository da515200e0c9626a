import { dockerRuntime } from '../../containers/docker/factory.ts';
import type { ProbeFact, StampedFact } from '../../sim/kube/fact.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { createLab, type Lab } from '../../sim/lab.ts';
import { type Figure, medianOf } from './figure.ts';

/*
 * A meshed pod through the whole lab on Docker: pause, osm-init, Envoy, the app. Needs the images of
 * `probelab images build`.
 * usage: node test/bench/docker.ts [ROUNDS]: the figures; with --story: also what happened when
 */
const ROUNDS = 7;
const GIVEN_UP_MS = 20_000;

const MANIFESTS: readonly NewObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'bookstore',
      labels: { 'openservicemesh.io/monitored-by': 'osm' },
      annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'bookstore-v1', namespace: 'bookstore', labels: { app: 'bookstore' } },
    spec: {
      containers: [
        {
          name: 'bookstore',
          image: 'openservicemesh/bookstore:v1.1.4',
          ports: [{ containerPort: 14001 }],
          readinessProbe: { httpGet: { path: '/readiness', port: 14001 }, periodSeconds: 3 },
          livenessProbe: { httpGet: { path: '/liveness', port: 14001 }, periodSeconds: 6 },
        },
      ],
    },
  },
];

interface Round {
  /** From apply to the first readiness probe of the app that succeeds. */
  firstProbe: number;
  /** From the end of the app's process to the start of the next: a first restart has no back-off. */
  restart: number;
  teardown: number;
}

/** Each round has a seed of its own: when the kubelet looks at the runtime depends on it. */
async function play(seed: number, onFact: (fact: StampedFact) => void): Promise<Round> {
  const routes = ['/readiness', '/liveness'].map((path) => ({ path, status: 200 }));
  const lab = await createLab({
    seed,
    runtime: dockerRuntime(),
    mesh: { osm: { version: '1.1' } },
    apps: { bookstore: { servers: [{ port: 14001, protocol: 'http', routes }] } },
  });
  lab.history.subscribe(onFact);
  try {
    lab.start();
    const appliedAt = performance.now();
    const success = fact(lab, (one) => one.kind === 'probe' && one.probe === 'readiness' && one.result === 'success');
    lab.apply(MANIFESTS);
    const { pod } = (await success) as ProbeFact;
    const firstProbe = performance.now() - appliedAt;
    const exited = fact(lab, (one) => one.kind === 'container' && one.op === 'exited');
    const started = fact(lab, (one) => one.kind === 'container' && one.op === 'started');
    lab.runtime.steer({ target: 'app', podUID: pod.uid, container: 'bookstore', patch: { exit: 1 } });
    const restart = -(await exited).at + (await started).at;
    const endedAt = performance.now();
    await lab.dispose();
    return { firstProbe, restart, teardown: performance.now() - endedAt };
  } finally {
    await lab.dispose();
  }
}

/** The next fact of a kind. */
function fact(lab: Lab, wanted: (fact: StampedFact) => boolean): Promise<StampedFact> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the pod does not do what it should')), GIVEN_UP_MS);
    const unsubscribe = lab.history.subscribe((one) => {
      if (!wanted(one)) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(one);
    });
  });
}

/** How long a meshed pod takes on Docker, through the whole lab. */
export async function dockerFigures(
  rounds = ROUNDS,
  onFact: (fact: StampedFact) => void = () => {},
): Promise<Figure[]> {
  const played: Round[] = [];
  for (let i = 0; i < rounds; i++) played.push(await play(i + 1, onFact));
  const of = (part: keyof Round) => medianOf(played.map((round) => round[part]));
  return [
    { name: 'docker: meshed pod, apply to first successful probe', ...of('firstProbe'), unit: 'ms', budget: 2000 },
    { name: 'docker: restart of a container beyond its back-off', ...of('restart'), unit: 'ms', budget: 500 },
    { name: 'docker: teardown', ...of('teardown'), unit: 'ms', budget: 2000 },
  ];
}

function tell(fact: StampedFact): void {
  const { at, kind } = fact;
  const text =
    kind === 'container'
      ? `${fact.container} ${fact.op}`
      : kind === 'probe'
        ? `${fact.container} ${fact.probe} began ${fact.startedAt}: ${fact.result} ${fact.output}`
        : kind === 'event'
          ? `${fact.reason} ${fact.fieldPath ?? ''}`
          : kind === 'sync'
            ? fact.type
            : kind === 'log'
              ? fact.line
              : undefined;
  if (text !== undefined) console.log(`${at.toFixed(0).padStart(6)}  ${kind.padEnd(9)} ${text}`);
}

if (import.meta.main) {
  const [rounds = ROUNDS] = process.argv.slice(2).map(Number).filter(Number.isInteger);
  console.table(await dockerFigures(rounds, process.argv.includes('--story') ? tell : undefined));
}
