import { expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { VirtualClock } from '../core/virtual-clock.ts';
import { createHistory } from '../kube/fact.ts';
import { PODS, type Pod } from '../kube/objects.ts';
import { Store } from '../kube/store.ts';
import { StatusWriter } from './status-writer.ts';

function world(options: { writes?: (uid: string) => number[]; couldRun?: boolean } = {}) {
  const clock = new VirtualClock();
  const history = createHistory({ clock });
  const store = new Store({ clock, random: new Random(1), history });
  const writer = new StatusWriter({
    clock,
    store,
    writeMs: 10,
    couldHaveRunningContainers: () => options.couldRun === true,
    ...(options.writes === undefined ? {} : { writes: options.writes }),
  });
  const create = (name: string): Pod =>
    store.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: { containers: [{ name: 'app' }] },
      status: {},
    });
  const written: string[] = [];
  history.subscribe((fact) => {
    if (fact.kind === 'object' && fact.op === 'MODIFIED') {
      written.push(`${fact.at} ${fact.object.metadata.name} ${fact.object.status.message}`);
    }
  });
  const change = (pod: Pod, message: string) => writer.changed(pod, { phase: 'Running', message });
  return { clock, store, writer, create, written, change };
}

it('writes a burst of one pod twice: what began it, and what it came to', () => {
  const { clock, create, change, written } = world();
  const web = create('web');
  for (const message of ['a', 'b', 'c']) change(web, message);
  clock.runUntil(1000);
  expect(written).toEqual(['10 web a', '21 web c']);
});

it('writes one pod after the other, each with its status when the batch began', () => {
  const { clock, create, change, written } = world();
  const [web, api, db] = [create('web'), create('api'), create('db')];
  change(web, 'a');
  change(api, 'a');
  change(db, 'a');
  clock.runUntil(15);
  change(api, 'b');
  clock.runUntil(1000);
  expect(written).toEqual(['10 web a', '21 api a', '31 db a', '42 api b']);
});

it('keeps to the moments of a repeated run and leaves out changes that had no write', () => {
  const recorded = [40, 60];
  const { clock, create, change, written } = world({
    writes: () => recorded.filter((at) => at > clock.now()).map((at) => at - clock.now()),
  });
  const web = create('web');
  for (const message of ['a', 'b', 'c']) change(web, message);
  clock.runUntil(1000);
  expect(written).toEqual(['40 web a', '60 web c']);
});

it('says when a pod has nothing left to write', () => {
  const { clock, create, change, writer } = world();
  const web = create('web');
  const done: number[] = [];
  change(web, 'a');
  change(web, 'b');
  writer.afterWrites(web.metadata.uid, () => done.push(clock.now()));
  clock.runUntil(1000);
  expect(done).toEqual([21]);
  writer.afterWrites(web.metadata.uid, () => done.push(clock.now()));
  expect(done).toEqual([21, 1000]);
});

it('does not write the status of a pod that is gone, nor to another one of its name', () => {
  const { clock, store, create, change, written } = world();
  const web = create('web');
  store.delete(PODS, 'shop', 'web');
  clock.runUntil(100);
  create('web');
  change(web, 'old');
  clock.runUntil(1000);
  expect(written.filter((line) => line.endsWith('old'))).toEqual([]);
});
