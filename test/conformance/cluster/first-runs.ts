import type { ContainerView, PodEntry, ProbeEntry, Story } from './story.ts';

/** A write of an idle kubelet. */
const WRITE_MS = 10;
/** From an attempt's beginning to its line in the log. */
const ATTEMPT_MS = 3;
const SAME_MS = 60;
/** From a sync to the end of the attempt that it triggered. */
const TRIGGERED_MS = 15;

export interface RecordedWorker {
  /** The recorded pod. */
  pod: string;
  container: string;
  probe: 'startup' | 'readiness' | 'liveness';
}

/**
 * When a probe worker of a young kubelet first ran, ms from `now` (ms since the apply): within its period. A first run
 * may do no more than look at the container, and shows in the status then; else the first attempt says the phase.
 */
export function firstRunMs(story: Story, worker: RecordedWorker, periodMs: number, now: number): number | undefined {
  const { pod, container, probe } = worker;
  const attempt = story.probes.find(
    (entry) => entry.pod === pod && entry.container === container && entry.probe === probe && ms(entry.t) >= now,
  );
  const late = attempt === undefined ? undefined : Math.max(1, ms(attempt.t) - ATTEMPT_MS - now);
  // A container that counted as started does so no longer once its startup worker has seen it.
  const unstarted = flip(story, worker, now, ({ started }) => started);
  if (probe === 'startup' && unstarted !== undefined && late !== undefined) {
    const isEarlier = ms(unstarted.t) - now < late - SAME_MS;
    if (isEarlier && late >= periodMs) return Math.max(1, late % periodMs);
  }
  const triggered = attempt !== undefined && isTriggered(story, attempt);
  if (late !== undefined && late <= periodMs + SAME_MS && !triggered) return late;
  const unready = flip(story, worker, now, ({ ready }) => ready);
  if (probe === 'readiness' && unready !== undefined) {
    // Where its startup made the container unready, the readiness worker came no sooner.
    const lead = viewOf(unready, container)?.started === true ? WRITE_MS : 0;
    const at = ms(unready.t) - lead - now;
    if (at <= periodMs) return Math.max(1, at);
  }
  if (triggered) return 1;
  return late === undefined ? undefined : late % periodMs;
}

/**
 * Did a sync lead to the attempt? A worker whose first run comes when a trigger waits probes twice in one moment: one attempt alone
 * is the trigger's, and the first run was before the container could be probed.
 */
function isTriggered({ syncs, probes, pods }: Story, attempt: ProbeEntry): boolean {
  const { pod, container, probe, t } = attempt;
  if (probe !== 'readiness') return false;
  const after = ms(t) + SAME_MS;
  const again = probes.some(
    (entry) =>
      entry !== attempt &&
      entry.pod === pod &&
      entry.container === container &&
      entry.probe === probe &&
      ms(entry.t) >= ms(t) &&
      ms(entry.t) <= after,
  );
  const sync = syncs.find((entry) => entry.pod === pod && ms(entry.t) < ms(t) && ms(entry.t) >= ms(t) - TRIGGERED_MS);
  if (again || sync === undefined) return false;
  const before = viewOf(
    pods.findLast((entry) => entry.pod === pod && entry.t <= sync.t),
    container,
  );
  return before?.state !== 'running' || !before.started;
}

/** The first status of the same instance after `now` that no longer says so. */
function flip(
  { pods }: Story,
  { pod, container }: RecordedWorker,
  now: number,
  says: (view: ContainerView) => boolean,
): PodEntry | undefined {
  const mine = pods.filter((entry) => entry.pod === pod);
  return mine.find((entry, index) => {
    const [before, after] = [viewOf(mine[index - 1], container), viewOf(entry, container)];
    if (before === undefined || after === undefined || ms(entry.t) <= now) return false;
    return before.restarts === after.restarts && says(before) && !says(after);
  });
}

function viewOf(entry: PodEntry | undefined, container: string): ContainerView | undefined {
  return [...(entry?.containers ?? []), ...(entry?.init ?? [])].find(({ name }) => name === container);
}

function ms(seconds: number): number {
  return Math.round(seconds * 1000);
}
