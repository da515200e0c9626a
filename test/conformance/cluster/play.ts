import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { PODS } from '../../../sim/kube/objects.ts';
import { DEFAULT_TIMINGS } from '../../../sim/kubelet/timings.ts';
import { NO_CERTIFICATES } from '../../../sim/lab/osm-mesh.ts';
import { createLab, type Lab } from '../../../sim/lab.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';
import { Accidents } from './accidents.ts';
import { Driver, effectOf, FIRST_KUBECTL_AT_MOST_MS, stepsOf } from './driver.ts';
import { repeatFollowUps } from './follow-ups.ts';
import { ForgottenMessages } from './forgotten-messages.ts';
import { Names } from './names.ts';
import { pacedRuntime } from './paced-runtime.ts';
import { type Observed, Recorder } from './recorder.ts';
import { registryOf } from './registry.ts';
import { epochOf, type Story } from './story.ts';

/** From the moment that a step is noted to its reaching the API or the app. */
const APPLY_MS = 60;

/** The last texts were taken after the end. */
const AFTER_END_MS = 2000;

/** The recorded node's containerd. */
const LATENCIES = { exit: 40, create: 15, start: 30, exec: 15, pull: 25 };

export interface Played {
  lab: Lab;
  names: Names;
  observed: Observed;
  recorder: Recorder;
}

/** Plays a recording: applies its manifest, repeats what its driver did, for as long as it went on. */
export async function play(story: Story): Promise<Played> {
  const clock = new VirtualClock({ epochMs: epochOf(story) });
  const names = new Names(story);
  const recorder = new Recorder(names, story.namespace);
  let lab: Lab | undefined;
  const accidents = new Accidents(
    story,
    names,
    () => clock.now(),
    ({ namespace, name }) => lab?.store.get(PODS, namespace, name),
  );
  const forgotten = new ForgottenMessages(story, names);
  lab = await createLab({
    nodeName: nodeOf(story),
    uid: (kind, name, drawn) => (kind === 'Pod' ? accidents.deletions.uid(name, drawn) : drawn),
    setStatusMs: (key) => accidents.controllers.setStatusMs(key, recorder.written('replicaset', key)),
    refusesStatus: (key, status) => accidents.workloads.refuses(key, status, recorder.observed),
    forgets: (event, messages) => forgotten.message(event, messages),
    deletion: ({ name }) => accidents.deletions.deletion(name),
    removalMs: ({ name }) => accidents.deletions.removalMs(name),
    controllerLatencyMs: (controller, key) =>
      controller === 'deployment' || controller === 'replicaset'
        ? accidents.workloads.latencyMs(controller, key, recorder.observed)
        : accidents.controllers.latencyMs(controller, key, recorder.written(controller, key)),
    controllerSentMs: (controller, key) =>
      accidents.controllers.sentMs(controller, key, recorder.written(controller, key)),
    hearsOwnSliceFirst: (key) => accidents.controllers.hearsOwnSliceFirst(key, recorder.written('endpointslice', key)),
    kubelet: { uptimeMs: 3_600_000, moments: accidents.moments },
    runtime: {
      name: 'virtual',
      clock,
      // A restarted kubelet's first sync stands in the recording.
      timings: { ...DEFAULT_TIMINGS, startupMs: 0 },
      envoyVersion: '1.40.0',
      certificates: NO_CERTIFICATES,
      create: async ({ random, apps }) => {
        const registry = registryOf(story);
        const inner = createVirtualRuntime({ clock, random, apps, latencies: LATENCIES, ...registry });
        return pacedRuntime(inner, clock, () => accidents);
      },
    },
  });
  lab.history.subscribe((fact) => {
    recorder.see(fact);
    if (fact.kind === 'sync') accidents.noteSync(fact.pod.name);
  });
  repeatFollowUps(lab, names, story);
  lab.ensureNamespace(story.namespace);
  lab.start();
  try {
    const driver = new Driver(lab, names, story);
    await lab.advance(APPLY_MS);
    await driver.apply(story.manifest, FIRST_KUBECTL_AT_MOST_MS);
    for (const step of stepsOf(story)) {
      await lab.advance(Math.max(0, effectOf(step, story) - clock.now()));
      await driver.do(step);
    }
    await lab.advance(Math.max(0, story.duration * 1000 + AFTER_END_MS - clock.now()));
  } finally {
    await lab.dispose();
  }
  return { lab, names, observed: recorder.observed, recorder };
}

function nodeOf(story: Story): string {
  for (const { message } of story.events) {
    const match = /^Successfully assigned \S+ to (\S+)$/.exec(message);
    if (match?.[1] !== undefined) return match[1];
  }
  return 'node';
}
