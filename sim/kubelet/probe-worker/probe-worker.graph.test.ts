import { describe, expect, it } from 'vitest';
import type { SnapshotFrom } from 'xstate';
import { getAdjacencyMap } from 'xstate/graph';
import type { ProbeType } from '../../kube/fact.ts';
import type { ContainerState, PodStatus } from '../../kube/objects.ts';
import { DEFAULT_KUBELET_PROFILE } from '../profiles.ts';
import { probeWorkerMachine, type WorkerEvent } from './probe-worker.machine.ts';
import { NO_RUN } from './tally.ts';

type Snapshot = SnapshotFrom<typeof probeWorkerMachine>;
type Guard = (args: never, params: never) => boolean;

/** What a worker may find itself in; a walk through the machine takes place in one of them. */
interface World {
  probe: ProbeType;
  status: PodStatus | undefined;
  jitterMs?: number;
  restartPolicy?: string;
  deleted?: boolean;
  /** The container that the worker knows already. */
  knows?: string;
}

const EVENTS: WorkerEvent[] = [
  { type: 'run' },
  { type: 'jittered' },
  { type: 'tick' },
  { type: 'trigger' },
  { type: 'stop' },
  { type: 'probed', outcome: { result: 'Success', thrownAway: false } },
  { type: 'probed', outcome: { result: 'Failure', thrownAway: false } },
  { type: 'probed', outcome: { result: 'Failure', thrownAway: true } },
];
const ID = 'test://1';

function status(state: ContainerState, more: { started?: boolean; phase?: string } = {}): PodStatus {
  const container = { name: 'app', image: '', imageID: '', ready: false, restartCount: 0, containerID: ID, state };
  return { phase: more.phase ?? 'Running', containerStatuses: [{ ...container, started: more.started ?? true }] };
}

const RUNNING = { running: { startedAt: '2026-01-01T00:00:00Z' } };
const OVER = { terminated: { exitCode: 0 } };
const WORLDS: Record<string, World> = {
  'running, liveness': { probe: 'liveness', status: status(RUNNING) },
  'running, readiness': { probe: 'readiness', status: status(RUNNING), jitterMs: 500 },
  'running, startup': { probe: 'startup', status: status(RUNNING, { started: false }) },
  'no status yet': { probe: 'liveness', status: undefined },
  'pod finished': { probe: 'liveness', status: status(OVER, { phase: 'Succeeded' }) },
  'container crashed': { probe: 'readiness', status: status(OVER), knows: ID },
  'container over for good': { probe: 'readiness', status: status(OVER), restartPolicy: 'Never', knows: ID },
  'pod deleted': { probe: 'liveness', status: status(RUNNING), deleted: true, knows: ID },
};

/** Walks every way through the machine in one world and notes states and what guards said. */
function walk(world: World, states: Set<string>, guards: Map<string, Set<boolean>>): void {
  const spied = Object.entries(probeWorkerMachine.implementations.guards).map(([name, guard]) => {
    const spy = (args: never, params: never) => {
      const answer = (guard as Guard)(args, params);
      guards.set(name, (guards.get(name) ?? new Set()).add(answer));
      return answer;
    };
    return [name, spy];
  });
  const machine = probeWorkerMachine.provide({ guards: Object.fromEntries(spied) as never });
  let due = false;
  const metadata = { uid: 'uid-1', ...(world.deleted === true ? { deletionTimestamp: 'now' } : {}) };
  const pod = { metadata, spec: { restartPolicy: world.restartPolicy ?? 'Always', containers: [] }, status: {} };
  const context = {
    ...NO_RUN,
    input: {
      subject: {
        probe: world.probe,
        pod,
        container: { name: 'app' },
        spec: { periodSeconds: 10, failureThreshold: 2, successThreshold: 2 },
        sidecar: false,
        profile: DEFAULT_KUBELET_PROFILE,
      },
      clock: { epochMs: Date.parse('2026-01-01T00:10:00Z'), now: () => 0 },
      statusSource: { getPodStatus: () => world.status },
      jitterMs: world.jitterMs ?? 0,
    },
    // Actions are not carried out on a walk: a tick is due every other time it is asked for.
    ticker: {
      get pending() {
        due = !due;
        return due;
      },
    },
    containerID: world.knows ?? '',
    onHold: false,
    triggered: false,
    stopped: false,
  };
  const fromState = machine.resolveState({ value: 'created', context: context as never });
  const map = getAdjacencyMap(machine as never, {
    fromState: fromState as never,
    events: EVENTS as never,
    serializeState: ((snapshot: Snapshot) => {
      const { containerID, onHold, triggered, stopped, lastResult, resultRun } = snapshot.context;
      return JSON.stringify([snapshot.value, containerID, onHold, triggered, stopped, lastResult, resultRun]);
    }) as never,
    limit: 5000,
  });
  for (const { state } of Object.values(map)) states.add(String((state as unknown as Snapshot).value));
}

describe('the probe worker machine, walked in every way', () => {
  const states = new Set<string>();
  const guards = new Map<string, Set<boolean>>();
  for (const world of Object.values(WORLDS)) walk(world, states, guards);

  it('reaches every state in which it rests', () => {
    const transient = ['deciding'];
    const all = Object.keys(probeWorkerMachine.states).filter((state) => !transient.includes(state));
    expect([...states].sort()).toEqual(all.sort());
  });

  it.each(Object.keys(probeWorkerMachine.implementations.guards))('asks %s and gets both answers', (name) => {
    expect([...(guards.get(name) ?? [])].sort()).toEqual([false, true]);
  });
});
