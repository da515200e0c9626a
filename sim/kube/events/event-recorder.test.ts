import { beforeEach, expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { VirtualClock } from '../../core/virtual-clock.ts';
import { createHistory, type LabHistory } from '../fact.ts';
import { EVENTS, type Event, type ObjectReference, type Pod } from '../objects.ts';
import { Store } from '../store.ts';
import { EventRecorder } from './event-recorder.ts';
import { fieldPath, objectReference } from './field-path.ts';
import { SchedulerEventRecorder } from './scheduler-event-recorder.ts';

let clock: VirtualClock;
let history: LabHistory;
let store: Store;
let recorder: EventRecorder;

beforeEach(() => {
  clock = new VirtualClock();
  history = createHistory({ clock });
  store = new Store({ clock, random: new Random(1), history });
  recorder = new EventRecorder({ store, clock, random: new Random(1), history, component: 'kubelet', host: 'node' });
});

function ref(name = 'web', path = 'spec.containers{app}'): ObjectReference {
  return { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}`, fieldPath: path };
}

function unhealthy(message = 'Readiness probe failed: boom', about = ref()): void {
  recorder.event(about, 'Warning', 'Unhealthy', message);
}

function events(): Event[] {
  return store.list(EVENTS);
}

test('an event is written a few ms later, with everything the kubelet says', () => {
  clock.runUntil(1700);
  unhealthy();
  clock.runUntil(1704);
  expect(events()).toEqual([]);
  clock.runUntil(1705);
  expect(events()).toMatchObject([
    {
      involvedObject: ref(),
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'Readiness probe failed: boom',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:01Z',
      lastTimestamp: '2026-01-01T00:00:01Z',
      eventTime: null,
      source: { component: 'kubelet', host: 'node' },
      reportingComponent: 'kubelet',
      reportingInstance: 'node',
      metadata: { namespace: 'shop' },
    },
  ]);
  expect(events()[0]?.metadata.name).toMatch(/^web\.[0-9a-f]{16}$/);
});

test('the same again counts and moves the last time only', () => {
  unhealthy();
  clock.runUntil(10_000);
  unhealthy();
  clock.runUntil(20_000);
  expect(events()).toMatchObject([
    { count: 2, firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:10Z' },
  ]);
});

test('each container, message and pod has an event of its own', () => {
  unhealthy();
  unhealthy('other');
  unhealthy(undefined, ref('web', 'spec.containers{side}'));
  unhealthy(undefined, ref('shop'));
  clock.runUntil(100);
  expect(events()).toHaveLength(4);
  expect(new Set(events().map((event) => event.metadata.name)).size).toBe(4);
});

test('the 26th of a type is dropped, but counted; the other type is not concerned', () => {
  for (let i = 0; i < 30; i++) {
    unhealthy();
    clock.runUntil(clock.now() + 1000);
  }
  recorder.event(ref(), 'Normal', 'Killing', 'Stopping container app');
  clock.runUntil(31_000);
  expect(events().map((event) => event.count)).toEqual([25, 1]);
  // One token in five minutes.
  clock.runUntil(330_000);
  unhealthy();
  clock.runUntil(331_000);
  expect(events()[0]?.count).toBe(31);
});

test('from the tenth different message on they are one', () => {
  for (let i = 0; i < 12; i++) {
    unhealthy(`attempt ${i}`);
    clock.runUntil(clock.now() + 1000);
  }
  expect(
    events()
      .map(({ message, count }) => [message, count])
      .slice(8),
  ).toEqual([
    ['attempt 8', 1],
    ['(combined from similar events): attempt 11', 3],
  ]);
});

test('an event that was deleted is made again with its count', () => {
  unhealthy();
  clock.runUntil(1000);
  store.delete(EVENTS, 'shop', events()[0]?.metadata.name ?? '');
  unhealthy();
  clock.runUntil(2000);
  expect(events()).toMatchObject([{ count: 2, firstTimestamp: '2026-01-01T00:00:00Z' }]);
});

test('a burst beyond a hundred is written at fifty a second, in its order', () => {
  for (let i = 0; i < 150; i++) unhealthy(undefined, ref(`p${i}`));
  clock.runUntil(5);
  expect(events()).toHaveLength(100);
  clock.runUntil(505);
  expect(events()).toHaveLength(125);
  clock.runUntil(1100);
  expect(events().map((event) => event.involvedObject.name)).toEqual(Array.from({ length: 150 }, (_, i) => `p${i}`));
});

test('every call is a fact, also one that the filter drops', () => {
  for (let i = 0; i < 30; i++) unhealthy();
  const facts = history.facts.filter((fact) => fact.kind === 'event');
  expect(facts).toHaveLength(30);
  expect(facts[0]).toMatchObject({
    object: { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'uid-web' },
    fieldPath: 'spec.containers{app}',
    component: 'kubelet',
    reason: 'Unhealthy',
  });
});

test('the scheduler’s events have a time and no count, and are written once', () => {
  const scheduler = new SchedulerEventRecorder({ store, clock, random: new Random(1), history });
  const text = ['Normal', 'Scheduled', 'Binding', 'Successfully assigned shop/web to node'] as const;
  scheduler.event(ref(), ...text);
  clock.runUntil(100);
  scheduler.event(ref(), ...text);
  clock.runUntil(200);
  expect(events()).toMatchObject([
    {
      eventTime: '2026-01-01T00:00:00.000000Z',
      firstTimestamp: null,
      action: 'Binding',
      reportingComponent: 'default-scheduler',
    },
  ]);
  expect(events()[0]).not.toHaveProperty('count');
});

test('field paths of a pod’s containers', () => {
  const spec = { containers: [{ name: 'app' }], initContainers: [{ name: 'init' }] };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', uid: 'u', resourceVersion: '7' },
    spec,
  } as unknown as Pod;
  expect(['app', 'init', 'none'].map((name) => fieldPath(pod, name))).toEqual([
    'spec.containers{app}',
    'spec.initContainers{init}',
    undefined,
  ]);
  expect(objectReference(pod, fieldPath(pod, 'app'))).toEqual({
    apiVersion: 'v1',
    kind: 'Pod',
    name: 'web',
    uid: 'u',
    resourceVersion: '7',
    fieldPath: 'spec.containers{app}',
  });
});
