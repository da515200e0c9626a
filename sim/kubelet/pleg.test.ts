import { expect, test } from 'vitest';
import { VirtualClock } from '../core/virtual-clock.ts';
import { Pleg, type SeenState } from './pleg.ts';
import { NO_POD, type RuntimeContainer, type RuntimePod } from './runtime-state.ts';

function setup(sees?: (states: readonly SeenState[]) => RuntimePod | undefined, deathsTold = false) {
  const clock = new VirtualClock();
  const pods = new Map<string, RuntimePod>();
  const events: number[] = [];
  const pleg = new Pleg({
    clock,
    runtime: { pod: (uid) => pods.get(uid) ?? NO_POD },
    periodMs: 1000,
    phaseMs: 300,
    deathsTold,
    onEvent: () => events.push(clock.now()),
    ...(sees && { moments: { look: () => undefined, freshLook: () => undefined, sees: (_, states) => sees(states) } }),
  });
  const set = (pod: RuntimePod) => {
    pods.set('u', pod);
    pleg.markDirty('u');
  };
  return { clock, pleg, events, set };
}

const container = (name: string, state: RuntimeContainer['state']): RuntimeContainer => ({
  podUID: 'u',
  name,
  containerID: name,
  attempt: 0,
  role: 'app',
  image: '',
  imageID: '',
  state,
  createdAt: 0,
});

test('a change is seen at the next look of the grid, not before', () => {
  const { clock, pleg, events, set } = setup();
  clock.runUntil(1400);
  set({ sandbox: 'ready', containers: [] });
  expect(pleg.cached('u')).toBe(NO_POD);
  clock.runUntil(2299);
  expect(pleg.cached('u')).toBe(NO_POD);
  clock.runUntil(2300);
  expect(pleg.cached('u').sandbox).toBe('ready');
  expect(events).toEqual([2300]);
});

test('a look that was slow saw the state before; the next look sees the one after it', () => {
  let slow = true;
  const { clock, pleg, events, set } = setup((states) => (slow ? states.at(-2)?.pod : undefined));
  set({ sandbox: 'ready', containers: [container('a', 'running')] });
  clock.runUntil(250);
  set({ sandbox: 'ready', containers: [container('a', 'exited')] });
  clock.runUntil(300);
  expect(pleg.cached('u').containers[0]?.state).toBe('running');
  slow = false;
  clock.runUntil(1300);
  expect(pleg.cached('u').containers[0]?.state).toBe('exited');
  expect(events).toEqual([300, 300, 1300]);
});

test('every start and death is an event of its own; a container that is only created is none', () => {
  const { clock, events, set } = setup();
  set({ sandbox: 'ready', containers: [container('a', 'running'), container('b', 'created')] });
  clock.runUntil(300);
  expect(events).toEqual([300, 300]);
  set({ sandbox: 'ready', containers: [container('a', 'exited'), container('b', 'running')] });
  clock.runUntil(1300);
  expect(events).toEqual([300, 300, 1300, 1300]);
});

test('who has just synced waits for a younger look; looks of an idle node count', () => {
  const { clock, pleg } = setup();
  clock.runUntil(5000);
  const seen: number[] = [];
  pleg.awaitNewerThan('p', 3000, () => seen.push(clock.now()));
  pleg.awaitNewerThan('p', 4300, () => seen.push(clock.now()));
  expect(seen).toEqual([5000]);
  clock.runUntil(6000);
  expect(seen).toEqual([5000, 5300]);
});

test('an idle node has no timer', () => {
  const { clock, set } = setup();
  expect(clock.pending).toBe(0);
  set({ sandbox: 'ready', containers: [] });
  clock.runUntil(10_000);
  expect(clock.pending).toBe(0);
});

test('tells of a death once, with both dead instances still in the cache', () => {
  const clock = new VirtualClock();
  let pod: RuntimePod = { sandbox: 'ready', containers: [container('a', 'running'), container('b', 'exited')] };
  const died: string[] = [];
  const pleg = new Pleg({
    clock,
    runtime: { pod: () => pod },
    periodMs: 1000,
    phaseMs: 0,
    onEvent: () => {},
    onDied: (uid, { containerID }) => died.push(`${containerID} of ${pleg.cached(uid).containers.length}`),
  });
  pleg.refresh('u');
  pod = { sandbox: 'ready', containers: [container('a', 'exited'), container('b', 'exited')] };
  pleg.markDirty('u');
  clock.runUntil(1500);
  pleg.markDirty('u');
  clock.runUntil(3500);
  expect(died).toEqual(['a of 2']);
});

test('looks when a repeated run says so, and at what is there then', () => {
  const clock = new VirtualClock();
  let pod: RuntimePod = { sandbox: 'ready', containers: [] };
  const events: number[] = [];
  const pleg = new Pleg({
    clock,
    runtime: { pod: () => pod },
    periodMs: 1000,
    phaseMs: 0,
    onEvent: () => events.push(clock.now()),
    moments: { look: () => 250, freshLook: (_, sinceMs) => (sinceMs > 1000 ? 0 : 400) },
  });
  pleg.markDirty('u');
  clock.runUntil(100);
  pod = { sandbox: 'ready', containers: [container('a', 'running')] };
  const fresh: number[] = [];
  pleg.awaitNewerThan('u', 50, () => fresh.push(clock.now()));
  clock.runUntil(2000);
  pleg.awaitNewerThan('u', 500, () => fresh.push(clock.now()));
  expect(events).toEqual([250, 250]);
  expect(fresh).toEqual([500, 2000]);
});

test('a runtime that tells of deaths: the look comes at once, and serves who waits for a fresh one; a start waits', () => {
  const { clock, pleg, events, set } = setup(undefined, true);
  clock.runUntil(1400);
  set({ sandbox: 'ready', containers: [container('a', 'running')] });
  clock.runUntil(1500);
  const fresh: number[] = [];
  pleg.awaitNewerThan('u', 1450, () => fresh.push(clock.now()));
  pleg.awaitNewerThan('other', 1450, () => fresh.push(-clock.now()));
  expect(events).toEqual([]);
  set({ sandbox: 'ready', containers: [container('a', 'exited')] });
  expect(pleg.cached('u')).toBe(NO_POD);
  clock.runUntil(1500);
  expect(pleg.cached('u').containers[0]?.state).toBe('exited');
  expect(events).toEqual([1500, 1500]);
  expect(fresh).toEqual([1500]);
  pleg.awaitNewerThan('u', 1499, () => fresh.push(clock.now()));
  expect(fresh).toEqual([1500, 1500]);
  clock.runUntil(2300);
  expect(fresh).toEqual([1500, 1500, -2300]);
  expect(events).toEqual([1500, 1500]);
});

test('a pod whose sandbox is gone keeps its address; a look while it is taken down loses it for good', () => {
  const { clock, pleg, set } = setup();
  const ip = '10.244.0.2';
  set({ sandbox: 'ready', ip, containers: [] });
  clock.runUntil(300);
  set({ sandbox: 'gone', containers: [] });
  clock.runUntil(1300);
  expect(pleg.cached('u')).toEqual({ sandbox: 'gone', ip, containers: [] });
  set({ sandbox: 'ready', ip, containers: [] });
  clock.runUntil(2300);
  set({ sandbox: 'ready', containers: [] });
  clock.runUntil(3300);
  set({ sandbox: 'gone', containers: [] });
  clock.runUntil(4300);
  expect(pleg.cached('u')).not.toHaveProperty('ip');
});

test('a look that a busy process is late with is made before a worker goes by the cache', () => {
  const { clock, pleg, events, set } = setup();
  clock.runUntil(300);
  set({ sandbox: 'ready', containers: [container('a', 'running')] });
  // The next look is due at 1300; the process gets to its timers later than to what asks at 1301.
  clock.now = () => 1301;
  let seen: RuntimePod | undefined;
  pleg.awaitNewerThan('u', 1299, () => {
    seen = pleg.cached('u');
  });
  expect(seen?.containers[0]?.state).toBe('running');
  // Of the sandbox and of the container.
  expect(events).toHaveLength(2);
});

test('a death that is still to be looked at is seen before a worker goes on, by the grid or by itself', () => {
  const { clock, pleg, set } = setup(undefined, true);
  // At the moment of a look of the grid, before it.
  clock.setTimeout(() => set({ sandbox: 'ready', containers: [container('a', 'exited')] }), 1300);
  set({ sandbox: 'ready', containers: [container('a', 'created')] });
  clock.runUntil(1200);
  const seen: (string | undefined)[] = [];
  pleg.awaitNewerThan('u', 1200, () => seen.push(pleg.cached('u').containers[0]?.state));
  clock.runUntil(1300);
  expect(seen).toEqual(['exited']);
  // The process is late: the look at once has not come when the grid's moment has passed.
  set({ sandbox: 'ready', containers: [container('b', 'exited'), container('a', 'exited')] });
  clock.now = () => 2301;
  pleg.awaitNewerThan('u', 2200, () => seen.push(pleg.cached('u').containers[0]?.containerID));
  expect(seen).toEqual(['exited', 'b']);
});
