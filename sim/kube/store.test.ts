import { beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../core/random.ts';
import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory } from './fact.ts';
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  type Kind,
  kindOf,
  PODS,
  type Pod,
  REPLICA_SETS,
  SERVICES,
} from './objects.ts';
import { Store, type WatchEvent } from './store.ts';

let clock: VirtualClock;
let store: Store;

beforeEach(() => {
  clock = new VirtualClock();
  store = new Store({ clock, random: new Random(1), history: createHistory({ clock }) });
});

function pod(name: string, spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): Pod {
  return store.create(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [], nodeName: 'node', terminationGracePeriodSeconds: 30, ...spec },
    status: { phase: 'Running' },
  });
}

function owned(kind: Kind<unknown>, name: string, ...uids: string[]): void {
  const ownerReferences = uids.map((uid) => ({
    apiVersion: 'v1',
    kind: 'X',
    name: 'x',
    uid,
    controller: uid === uids[0],
  }));
  store.create(kind, { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name, ownerReferences }, spec: {} });
}

/** Watches pods; each event as `TYPE name`. */
function heard(): string[] {
  const list: string[] = [];
  store.watch(PODS, ({ type, object }) => list.push(`${type} ${object.metadata.name} ${clock.now()}`));
  return list;
}

function thrown(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error('nothing was thrown');
}

describe('create', () => {
  test('fills in the metadata', () => {
    clock.runUntil(1500);
    const { metadata } = pod('web');
    expect(metadata).toMatchObject({ name: 'web', namespace: 'default', generation: 1 });
    expect(metadata.creationTimestamp).toBe('2026-01-01T00:00:01Z');
    expect(metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(0);
  });

  test('makes a name of generateName and five safe characters', () => {
    const created = store.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'web-5f7-' },
      spec: { containers: [] },
    });
    expect(created.metadata.name).toMatch(/^web-5f7-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  test('services have no generation', () => {
    const service = store.create(SERVICES, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } });
    expect(service.metadata).not.toHaveProperty('generation');
  });

  test('refuses a name that is taken', () => {
    pod('web');
    expect(thrown(() => pod('web'))).toMatchObject({ code: 'AlreadyExists', message: 'pods "web" already exists' });
    owned(DEPLOYMENTS, 'web');
    expect(thrown(() => owned(DEPLOYMENTS, 'web')).message).toBe('deployments.apps "web" already exists');
  });

  test('the same name may stand in two namespaces', () => {
    pod('web');
    pod('web', {}, { namespace: 'other' });
    expect(store.list(PODS).map((one) => one.metadata.namespace)).toEqual(['default', 'other']);
    expect(store.list(PODS, 'other')).toHaveLength(1);
  });
});

describe('update', () => {
  test('an old resourceVersion is a conflict, in the words of the API server', () => {
    const old = pod('web');
    store.updateStatus(PODS, { ...old, status: { phase: 'Pending' } });
    expect(thrown(() => store.update(PODS, old))).toMatchObject({
      code: 'Conflict',
      message:
        'Operation cannot be fulfilled on pods "web": the object has been modified; please apply your changes to the latest version and try again',
    });
  });

  test('without a resourceVersion it is unconditional', () => {
    const old = pod('web');
    store.updateStatus(PODS, { ...old, status: { phase: 'Pending' } });
    const labelled = { ...old, metadata: { ...old.metadata, resourceVersion: '', labels: { a: 'b' } } };
    expect(store.update(PODS, labelled).metadata.labels).toEqual({ a: 'b' });
  });

  test('status and spec have writers of their own', () => {
    const first = pod('web');
    const second = store.update(PODS, {
      ...first,
      status: { phase: 'Failed' },
      spec: { ...first.spec, hostname: 'h' },
    });
    expect(second).toMatchObject({
      status: { phase: 'Running' },
      spec: { hostname: 'h' },
      metadata: { generation: 2 },
    });
    const third = store.updateStatus(PODS, { ...second, spec: { containers: [] }, status: { phase: 'Failed' } });
    expect(third).toMatchObject({ status: { phase: 'Failed' }, spec: { hostname: 'h' }, metadata: { generation: 2 } });
  });

  test('writing what is there already is no write', () => {
    const list = heard();
    const first = pod('web');
    expect(store.update(PODS, { ...first }).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    clock.runUntil(100);
    expect(list).toEqual(['ADDED web 2']);
  });

  test('uid, creation and deletion are not the client’s to change', () => {
    const first = pod('web');
    const metadata = {
      ...first.metadata,
      labels: { a: 'b' },
      creationTimestamp: 'x',
      deletionTimestamp: 'y',
      generation: 9,
    };
    const { metadata: written } = store.update(PODS, { ...first, metadata });
    expect(written).toMatchObject({ creationTimestamp: first.metadata.creationTimestamp, generation: 1 });
    expect(written.deletionTimestamp).toBeUndefined();
  });

  test('what raises the generation depends on the kind', () => {
    owned(DEPLOYMENTS, 'web');
    const change = (annotations: Record<string, string>, subresource?: 'status') =>
      store.mutate(
        DEPLOYMENTS,
        'default',
        'web',
        (current) => ({ ...current, metadata: { ...current.metadata, annotations } }),
        subresource === undefined ? {} : { subresource },
      ).metadata.generation;
    expect(change({ a: '1' })).toBe(2);
    expect(change({ a: '2' }, 'status')).toBe(2);
    const slice = store.create(ENDPOINT_SLICES, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name: 's' },
      addressType: 'IPv4',
      endpoints: [],
    });
    expect(
      store.update(ENDPOINT_SLICES, { ...slice, endpoints: [{ addresses: ['1.2.3.4'] }] }).metadata.generation,
    ).toBe(2);
  });

  test('mutate works on what is in force', () => {
    pod('web');
    store.mutate(PODS, 'default', 'web', (current) => ({ ...current, status: { phase: 'Failed' } }));
    expect(store.get(PODS, 'default', 'web')?.status.phase).toBe('Failed');
    expect(thrown(() => store.mutate(PODS, 'default', 'no', (current) => current)).message).toBe('pods "no" not found');
  });
});

describe('delete', () => {
  test('a pod on a node waits for its kubelet', () => {
    const list = heard();
    pod('web');
    clock.runUntil(1000);
    store.delete(PODS, 'default', 'web');
    expect(store.get(PODS, 'default', 'web')?.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:31Z',
      deletionGracePeriodSeconds: 30,
      generation: 2,
    });
    clock.runUntil(2000);
    store.delete(PODS, 'default', 'web', { gracePeriodSeconds: 0 });
    clock.runUntil(3000);
    expect(store.get(PODS, 'default', 'web')).toBeUndefined();
    // The grace of 0 is written before the object goes.
    expect(list).toEqual(['ADDED web 2', 'MODIFIED web 1002', 'MODIFIED web 2002', 'DELETED web 2007']);
  });

  test('a second delete shortens the grace, counted from the first, and never lengthens it', () => {
    pod('web');
    store.delete(PODS, 'default', 'web');
    clock.runUntil(4000);
    store.delete(PODS, 'default', 'web', { gracePeriodSeconds: 60 });
    store.delete(PODS, 'default', 'web');
    expect(store.get(PODS, 'default', 'web')?.metadata.deletionGracePeriodSeconds).toBe(30);
    store.delete(PODS, 'default', 'web', { gracePeriodSeconds: 2 });
    expect(store.get(PODS, 'default', 'web')?.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:02Z',
      deletionGracePeriodSeconds: 2,
      generation: 2,
    });
  });

  test('an explicit grace beats the pod’s own also when it is longer', () => {
    pod('web', { terminationGracePeriodSeconds: 5 });
    store.delete(PODS, 'default', 'web', { gracePeriodSeconds: 40 });
    store.delete(PODS, 'default', 'web');
    expect(store.get(PODS, 'default', 'web')?.metadata.deletionGracePeriodSeconds).toBe(40);
  });

  test.each([
    ['has no node', { nodeName: undefined }, 'Running', undefined],
    ['is done', {}, 'Succeeded', undefined],
    ['has failed', {}, 'Failed', undefined],
    ['is deleted by force', {}, 'Running', 0],
    ['has a grace of 0', { terminationGracePeriodSeconds: 0 }, 'Running', undefined],
  ])('a pod that %s goes at once', (_, spec, phase, gracePeriodSeconds) => {
    const created = pod('web', spec);
    store.updateStatus(PODS, { ...created, status: { phase } });
    const list = heard();
    store.delete(PODS, 'default', 'web', gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds });
    expect(store.get(PODS, 'default', 'web')?.metadata).toMatchObject({
      deletionTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
    });
    clock.runUntil(1000);
    expect(store.get(PODS, 'default', 'web')).toBeUndefined();
    expect(list.slice(-2)).toEqual(['MODIFIED web 2', 'DELETED web 7']);
  });

  test('a removal under way meets neither another pod of the name nor a store that is closed', () => {
    pod('web', { nodeName: undefined });
    store.delete(PODS, 'default', 'web');
    store.delete(PODS, 'default', 'web');
    expect(store.get(PODS, 'default', 'web')).toBeUndefined();
    const { uid } = pod('web', { nodeName: undefined }).metadata;
    clock.runUntil(1000);
    expect(store.get(PODS, 'default', 'web')?.metadata.uid).toBe(uid);
    store.delete(PODS, 'default', 'web');
    store.close();
    clock.runUntil(2000);
    expect(store.get(PODS, 'default', 'web')?.metadata.uid).toBe(uid);
  });

  test('a negative grace counts as 1', () => {
    pod('web', { terminationGracePeriodSeconds: -5 });
    store.delete(PODS, 'default', 'web');
    expect(store.get(PODS, 'default', 'web')?.metadata.deletionGracePeriodSeconds).toBe(1);
  });

  test('finalizers hold an object until the last is taken', () => {
    const kind = kindOf({ apiVersion: 'example.com/v1', kind: 'Thing', metadata: { namespace: 'default' } });
    store.create(kind, {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 'x', finalizers: ['a', 'b'] },
    });
    const finalizers = (list: string[]): void => {
      store.mutate(kind, 'default', 'x', (current) => {
        const object = current as Pod;
        return { ...object, metadata: { ...object.metadata, finalizers: list } };
      });
    };
    store.delete(kind, 'default', 'x');
    store.delete(kind, 'default', 'x');
    expect(store.get<Pod>(kind as Kind<Pod>, 'default', 'x')?.metadata.deletionTimestamp).toBe('2026-01-01T00:00:00Z');
    finalizers(['b']);
    expect(store.get(kind, 'default', 'x')).toBeDefined();
    finalizers([]);
    expect(store.get(kind, 'default', 'x')).toBeUndefined();
  });

  test('a finalizer keeps a pod whose grace is over', () => {
    const created = pod('web', {}, { finalizers: ['example.com/keep'] });
    store.delete(PODS, 'default', 'web', { gracePeriodSeconds: 0 });
    expect(store.get(PODS, 'default', 'web')?.metadata.deletionGracePeriodSeconds).toBe(0);
    store.mutate(PODS, 'default', 'web', (current) => ({
      ...current,
      metadata: { ...current.metadata, finalizers: [] },
    }));
    expect(store.get(PODS, 'default', 'web')).toBeUndefined();
    expect(created.metadata.finalizers).toEqual(['example.com/keep']);
  });

  test('the uid in the request must be the object’s', () => {
    const { uid } = pod('web').metadata;
    expect(thrown(() => store.delete(PODS, 'default', 'web', { uid: 'other' }))).toMatchObject({
      code: 'Conflict',
      message: `Operation cannot be fulfilled on pods "web": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    });
    store.delete(PODS, 'default', 'web', { uid });
    expect(thrown(() => store.delete(PODS, 'default', 'gone')).code).toBe('NotFound');
  });
});

describe('owners', () => {
  test('a deployment takes its sets and their pods with it', () => {
    owned(DEPLOYMENTS, 'web');
    owned(REPLICA_SETS, 'web-1', store.get(DEPLOYMENTS, 'default', 'web')?.metadata.uid ?? '');
    owned(PODS, 'web-1-a', store.get(REPLICA_SETS, 'default', 'web-1')?.metadata.uid ?? '');
    store.delete(DEPLOYMENTS, 'default', 'web');
    clock.runUntil(1000);
    expect([store.list(REPLICA_SETS), store.list(PODS)]).toEqual([[], []]);
  });

  test('an owned pod that runs is deleted gracefully', () => {
    owned(REPLICA_SETS, 'set');
    const uid = store.get(REPLICA_SETS, 'default', 'set')?.metadata.uid ?? '';
    pod('web', {}, { ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'set', uid }] });
    store.delete(REPLICA_SETS, 'default', 'set');
    expect(store.get(PODS, 'default', 'web')?.metadata.deletionGracePeriodSeconds).toBe(30);
  });

  test('an object with another owner stays, without the one that is gone', () => {
    const one = pod('one', { nodeName: undefined }).metadata.uid;
    const two = pod('two', { nodeName: undefined }).metadata.uid;
    owned(CONFIG_MAPS, 'shared', one, two);
    store.delete(PODS, 'default', 'one');
    clock.runUntil(1000);
    const left = store.get(CONFIG_MAPS, 'default', 'shared')?.metadata.ownerReferences;
    expect(left?.map((owner) => owner.uid)).toEqual([two]);
    store.delete(PODS, 'default', 'two');
    clock.runUntil(2000);
    expect(store.get(CONFIG_MAPS, 'default', 'shared')).toBeUndefined();
  });

  test('orphans stay', () => {
    const { uid } = pod('one', { nodeName: undefined }).metadata;
    owned(CONFIG_MAPS, 'left', uid);
    store.delete(PODS, 'default', 'one', { propagationPolicy: 'Orphan' });
    expect(store.get(CONFIG_MAPS, 'default', 'left')?.metadata).not.toHaveProperty('ownerReferences');
  });
});

describe('watch', () => {
  test('tells of writes in their order, a little later, with what was before', () => {
    const events: WatchEvent<Pod>[] = [];
    store.watch(PODS, (event) => events.push(event));
    const first = pod('a');
    const second = store.updateStatus(PODS, { ...first, status: { phase: 'Failed' } });
    pod('b');
    expect(events).toEqual([]);
    clock.runUntil(1);
    expect(events).toEqual([]);
    clock.runUntil(2);
    expect(events.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual([
      'ADDED a',
      'MODIFIED a',
      'ADDED b',
    ]);
    expect(events[1]).toEqual({ type: 'MODIFIED', object: second, previous: first });
    expect(events[0]?.previous).toBeUndefined();
  });

  test('begins with the writes after it, and ends at once', () => {
    pod('before');
    const list: string[] = [];
    const stop = store.watch(PODS, ({ object }) => list.push(object.metadata.name));
    pod('after');
    clock.runUntil(10);
    expect(list).toEqual(['after']);
    pod('last');
    stop();
    clock.runUntil(20);
    expect(list).toEqual(['after']);
  });

  test('other kinds are not heard', () => {
    const list = heard();
    owned(CONFIG_MAPS, 'c');
    clock.runUntil(10);
    expect(list).toEqual([]);
  });
});
