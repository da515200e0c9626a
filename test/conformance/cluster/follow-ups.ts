import { PODS } from '../../../sim/kube/objects.ts';
import type { Lab } from '../../../sim/lab.ts';
import type { Names } from './names.ts';
import type { PodEntry, Story } from './story.ts';

/** A sync so soon after another had to wait for a look at the runtime. */
const FOLLOW_UP_MS = 2300;
/** The look that a second request waits for comes in PLEG's period. */
const LOOKS_WITHIN_MS = 1300;
/** A recorded sync and one of the run this close are the same, if it is not closer to the recorded one before. */
const SAME_SYNC_MS = 500;
/** A request that comes so long after a sync is not one with the request that led to it. */
const NEXT_REQUEST_MS = 25;
const LATE_MS = 20;
const QUIET_MS = 100;
/** The status of a sync is written within this time. */
const WRITTEN_WITHIN_MS = 300;
/** The end of a probe asks for a sync this soon. */
const ASKS_WITHIN_MS = 10;

/**
 * Repeats syncs that follow another within PLEG's period: whether two requests of a moment become one sync or two hangs
 * on microseconds. Where nothing else led to a recorded one, the second request is made soon after the sync before;
 * any other that the run does not make by itself is asked for a little late.
 */
export function repeatFollowUps(lab: Lab, names: Names, story: Story): void {
  const lastSync = new Map<string, number>();
  lab.history.subscribe((fact) => {
    if (fact.kind === 'sync') lastSync.set(names.recorded(fact.pod.name), fact.at);
  });
  const askAt = (pod: string, at: number, ask: (last: number, idle: boolean) => boolean) =>
    lab.clock.setTimeout(() => {
      const uid = lab.store.get(PODS, story.namespace, names.actual(pod))?.metadata.uid;
      if (uid !== undefined && ask(lastSync.get(pod) ?? 0, lab.kubelet.isIdle(uid))) lab.kubelet.requestSync(uid);
    }, at);
  for (const { pod, before, at } of followUps(story)) {
    const early = before + NEXT_REQUEST_MS;
    const looked = at - before < LOOKS_WITHIN_MS;
    if (looked && early < at && !mayComeOfAProbe(story, pod, at) && isQuiet(story, pod, before, at)) {
      const probed = (container: string) => hasProbes(lab, story.namespace, names.actual(pod), container);
      const busy = () => changedContainers(story, pod, before).some(probed);
      askAt(pod, early, (last, idle) => idle && Math.abs(last - before) <= NEXT_REQUEST_MS && !busy());
    }
    const same = Math.min(SAME_SYNC_MS, (at - before) / 2);
    askAt(pod, at + LATE_MS, (last) => last < at - same);
  }
}

function followUps({ syncs }: Story): { pod: string; before: number; at: number }[] {
  const last = new Map<string, number>();
  const found: { pod: string; before: number; at: number }[] = [];
  for (const { pod, t, kind } of syncs) {
    // The work at a pod's end is asked for by its end.
    if (kind !== undefined) continue;
    const [before, at] = [last.get(pod), Math.round(t * 1000)];
    if (before !== undefined && at - before < FOLLOW_UP_MS) found.push({ pod, before, at });
    last.set(pod, at);
  }
  return found;
}

/** Nothing else happened that leads to a sync: no start or end, no write of another, no step of the driver. */
function isQuiet({ app, events, run }: Story, pod: string, before: number, at: number): boolean {
  const within = ({ t }: { t: number }) => t * 1000 > before - QUIET_MS && t * 1000 <= at;
  const lives = app.some((entry) => entry.pod === pod && entry.event !== undefined && within(entry));
  const told = events.some((entry) => entry.object === `Pod/${pod}` && entry.reason !== 'Unhealthy' && within(entry));
  return !lives && !told && !run.some(within);
}

/** Containers that the sync's status says something new of: workers that see it ask for a sync at their next tick. */
function changedContainers({ pods }: Story, pod: string, sync: number): string[] {
  const mine = pods.filter((entry) => entry.pod === pod);
  const at = mine.findIndex(({ t }) => t * 1000 > sync - ASKS_WITHIN_MS);
  const [old, now] = [mine[at - 1], mine[at]];
  if (now === undefined || now.t * 1000 > sync + WRITTEN_WITHIN_MS) return [];
  const views = (entry: PodEntry | undefined) => [...(entry?.init ?? []), ...(entry?.containers ?? [])];
  const before = new Map(views(old).map(({ name, state, restarts }) => [name, `${state} ${restarts}`]));
  return views(now)
    .filter(({ name, state, restarts }) => before.get(name) !== `${state} ${restarts}`)
    .map(({ name }) => name);
}

function hasProbes(lab: Lab, namespace: string, pod: string, container: string): boolean {
  const spec = lab.store.get(PODS, namespace, pod)?.spec;
  const found = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])].find(({ name }) => name === container);
  return [found?.startupProbe, found?.livenessProbe, found?.readinessProbe].some((probe) => probe !== undefined);
}

/** A probe of the pod ended just before with another result than the last time; every liveness and startup may count. */
function mayComeOfAProbe({ probes }: Story, pod: string, at: number): boolean {
  const last = new Map<string, string>();
  for (const { pod: other, container, probe, result, t } of probes) {
    if (other !== pod) continue;
    const key = `${container} ${probe}`;
    const news = probe !== 'readiness' || last.get(key) !== result;
    last.set(key, result);
    const ago = at - Math.round(t * 1000);
    if (news && ago >= -1 && ago <= ASKS_WITHIN_MS) return true;
  }
  return false;
}
