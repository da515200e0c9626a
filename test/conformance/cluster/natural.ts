import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import type { StampedFact } from '../../../sim/kube/fact.ts';
import { DEFAULT_TIMINGS } from '../../../sim/kubelet/timings.ts';
import { NO_CERTIFICATES } from '../../../sim/lab/osm-mesh.ts';
import { createLab } from '../../../sim/lab.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';
import { Driver, stepsOf } from './driver.ts';
import { Names } from './names.ts';
import { Recorder } from './recorder.ts';
import { registryOf } from './registry.ts';
import type { AppEntry, Story } from './story.ts';

const APPLY_MS = 60;
const KUBECTL_MS = 20;
const LATENCIES = { exit: 40, create: 15, start: 30, exec: 15, pull: 25 };
const KINDS: Partial<Record<string, string>> = { kill: 'SyncTerminatingPod', terminated: 'SyncTerminatedPod' };

/**
 * Plays what a recording's driver did on a simulated node of its own accidents, drawn from the seed, and tells the run
 * as a recording: to see whether a run can be repeated from what a recording says.
 */
export async function naturalStory(story: Story, seed: number): Promise<Story> {
  const clock = new VirtualClock({ epochMs: Date.UTC(2026, 10, 21, 10) + ((seed * 137) % 1000) });
  const names = new Names(story);
  const recorder = new Recorder(names, story.namespace);
  const lab = await createLab({
    seed,
    nodeName: 'node',
    runtime: {
      name: 'virtual',
      clock,
      timings: DEFAULT_TIMINGS,
      envoyVersion: '1.40.0',
      certificates: NO_CERTIFICATES,
      create: async ({ random, apps }) =>
        createVirtualRuntime({ clock, random, apps, latencies: LATENCIES, ...registryOf(story) }),
    },
  });
  lab.history.subscribe((fact) => recorder.see(fact));
  lab.ensureNamespace(story.namespace);
  lab.start();
  // What the recording says of its own moments is of no account here.
  const driver = new Driver(lab, names, { ...story, pods: [], deployments: [], endpoints: [], syncs: [], steps: [] });
  await lab.advance(APPLY_MS);
  await driver.apply(story.manifest);
  for (const step of stepsOf(story)) {
    const direct = step.control !== undefined || step.kill !== undefined || step.kubelet !== undefined;
    await lab.advance(Math.max(0, step.t * 1000 + (direct ? 0 : KUBECTL_MS) - clock.now()));
    await driver.do(step);
  }
  await lab.advance(Math.max(0, story.duration * 1000 - clock.now()));
  await lab.dispose();
  const { facts } = lab.history;
  const syncs = facts.flatMap((fact) => {
    if (fact.kind !== 'sync') return [];
    const kind = KINDS[fact.type];
    return [{ t: fact.at / 1000, pod: names.recorded(fact.pod.name), ...(kind === undefined ? {} : { kind }) }];
  });
  const said = { ...story, ...recorder.observed, app: appEntries(facts, names), syncs, steps: [], snapshots: [] };
  const copy = JSON.parse(JSON.stringify({ ...said, texts: undefined, textOffset: 0 })) as Story;
  // A text's first line says what time it was.
  const texts = new Map([['zero', `# ${new Date(clock.epochMs).toISOString()} rel=0\n`]]);
  return { ...copy, texts };
}

/** What the app itself would have logged: shells log nothing. */
function appEntries(facts: readonly StampedFact[], names: Names): AppEntry[] {
  const apps = new Set<string>();
  const entries: AppEntry[] = [];
  for (const fact of facts) {
    if (fact.kind === 'object' && fact.object.kind === 'Pod') {
      const { metadata, spec } = fact.object as unknown as {
        metadata: { uid: string };
        spec: { containers: { name: string; image?: string }[]; initContainers?: { name: string; image?: string }[] };
      };
      for (const { name, image = '' } of [...spec.containers, ...(spec.initContainers ?? [])]) {
        if (!image.includes('busybox')) apps.add(`${metadata.uid}/${name}`);
      }
    }
    if (fact.kind !== 'container' || !apps.has(`${fact.pod.uid}/${fact.container}`)) continue;
    const { container, attempt: instance } = fact;
    const at = (t: number, event: string) =>
      entries.push({ t: t / 1000, pod: names.recorded(fact.pod.name), container, instance, event });
    if (fact.op === 'started') at(fact.at, 'start');
    if (fact.op === 'signalled' && fact.signal === 'SIGTERM') at(fact.at, 'signal');
    if (fact.op === 'exited') at(fact.at - LATENCIES.exit, 'exit');
  }
  return entries.sort((a, b) => a.t - b.t);
}
