import type { Pod } from '../../sim/kube/objects.ts';
import type { ScenarioDocument } from './draw/scenario.ts';
import { fromDocument, type Play, play } from './play.ts';
import { differencesFromLadder } from './reference-ladder.ts';

/** Longer than whatever a drawn pod does before it is gone: hooks, a kill for a probe under way, its own grace. */
const ENDING_SLACK_MS = 60_000;

/** What a run of a drawn scenario came to. */
export interface Verdict {
  /** Empty if every property holds. */
  problems: string[];
  facts: number;
  refused: boolean;
}

/** Plays a scenario and checks what must be so of every run; `twice`: also that it comes out the same again. */
export async function verdictOf(document: ScenarioDocument, twice: boolean): Promise<Verdict> {
  const scenario = fromDocument(document);
  const first = await play(scenario);
  const problems = [
    ...leftovers(first),
    ...broken(first),
    ...offTheLadder(first),
    ...undeadPods(first),
    ...orphans(first),
  ];
  if (twice) problems.push(...differences(first, await play(fromDocument(document))));
  return { problems, facts: first.result?.facts.length ?? 0, refused: first.refused !== undefined };
}

/** Nothing happens after the end. An event's write, which a controller had under way, may still arrive. */
function leftovers({ afterwards, timersLeft }: Play): string[] {
  const late = afterwards.filter((fact) => !(fact.kind === 'object' && fact.object.kind === 'Event'));
  return [
    ...late.slice(0, 3).map(({ kind, at }) => `a fact after the end: ${kind} at ${at} ms`),
    ...(timersLeft > 0 ? [`${timersLeft} timers live on after the end`] : []),
  ];
}

function broken({ result }: Play): string[] {
  return (result?.violations ?? []).map(({ at, rule, text }) => `invariant ${rule} at ${at} ms: ${text}`);
}

function offTheLadder({ result, scenario }: Play): string[] {
  if (result === undefined) return [];
  const { facts, endMs, epochMs, profiles } = result;
  const { uptimeMs } = scenario.kubelet;
  return differencesFromLadder({ facts, endMs, epochMs, uptimeMs, version: profiles.kubelet ?? '' });
}

/** Since when there has been a kubelet, run time; undefined: there is none in the end. */
function kubeletSince({ scenario }: Play): number | undefined {
  const last = scenario.steps.findLast(({ kubelet }) => kubelet !== undefined);
  if (last?.kubelet === 'stop') return undefined;
  const stop = scenario.steps.findLast(({ kubelet }) => kubelet === 'stop' || kubelet === 'restart');
  return stop === undefined ? 0 : (last?.at ?? 0);
}

/** A pod that was deleted is gone in the end, if there was a kubelet to see to it. */
function undeadPods(play: Play): string[] {
  const { result } = play;
  const since = kubeletSince(play);
  if (result === undefined || since === undefined) return [];
  const pods = result.objects.filter(({ kind }) => kind === 'Pod') as unknown as Pod[];
  const overdue = pods.filter(({ metadata }) => {
    const { deletionTimestamp } = metadata;
    if (deletionTimestamp === undefined) return false;
    return Math.max(since, Date.parse(deletionTimestamp) - result.epochMs) + ENDING_SLACK_MS < result.endMs;
  });
  return overdue.map(
    ({ metadata }) => `pod ${metadata.name} is still there, to be gone by ${metadata.deletionTimestamp}`,
  );
}

/** Nothing runs on of a pod whose object is gone, if there was a kubelet to see to it. */
function orphans(play: Play): string[] {
  const { result } = play;
  const since = kubeletSince(play);
  if (result === undefined || since === undefined) return [];
  const gone = new Map<string, number>();
  const running = new Map<string, { uid: string; name: string }>();
  for (const fact of result.facts) {
    if (fact.kind === 'object' && fact.op === 'DELETED') gone.set(fact.object.metadata.uid, fact.at);
    if (fact.kind !== 'container') continue;
    if (fact.op === 'started') running.set(fact.containerID, { uid: fact.pod.uid, name: fact.container });
    if (fact.op === 'exited') running.delete(fact.containerID);
  }
  return [...running.values()].flatMap(({ uid, name }) => {
    const at = gone.get(uid);
    const overdue = at !== undefined && Math.max(since, at) + ENDING_SLACK_MS < result.endMs;
    return overdue ? [`container ${name} runs on, its pod is gone since ${at} ms`] : [];
  });
}

/** The same seed gives the same facts, byte for byte. */
export function differences(first: Play, second: Play): string[] {
  if (first.refused !== second.refused) return [`refused once with ${first.refused}, once with ${second.refused}`];
  const [one, two] = [first, second].map(({ result }) => (result?.facts ?? []).map((fact) => JSON.stringify(fact)));
  const index = one?.findIndex((text, i) => text !== two?.[i]) ?? -1;
  if (index < 0 && one?.length === two?.length) return [];
  return [`two runs differ at fact ${index}: ${one?.[index]} and ${two?.[index]}`];
}
