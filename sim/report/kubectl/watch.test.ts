import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/objects.ts';
import type { ObjectWrite } from '../object-writes.ts';
import { findResource, type Resource } from './resources.ts';
import { eventsCommandRow, WatchPrinter, WatchSelection } from './watch.ts';

const ROOT = 'test/golden/cluster';
const PODS = findResource('pods', []) as Resource;
const EPOCH = Date.UTC(2026, 0, 1);

/** The lines of a recorded `kubectl get pods -w -o wide`, without the seconds in front. */
function recorded(story: string): string[] {
  const text = readFileSync(`${ROOT}/${story}/pod-watch-table.txt`, 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(11));
}

const cellsOf = (line: string) => line.split(/ {3,}/);

describe('kubectl get pods -w', () => {
  const stories = readdirSync(ROOT).filter((story) => {
    try {
      return recorded(story).length > 0;
    } catch {
      return false;
    }
  });

  it('there are recordings', () => expect(stories.length).toBeGreaterThan(25));

  it.each(stories)('%s: columns grow as recorded, to the byte', (story) => {
    const lines = recorded(story);
    const headers = cellsOf(lines[0] ?? '');
    const printer = new WatchPrinter(PODS, { epochMs: EPOCH });
    const printed = lines.slice(1).map((line) => printer.print({ headers, rows: [cellsOf(line)] }));
    expect(printed.join('')).toBe(`${lines.join('\n')}\n`);
  });
});

const pod = (name: string, more: object = {}): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', uid: name, creationTimestamp: new Date(EPOCH).toISOString(), ...more },
    spec: { containers: [{ name: 'app' }] },
    status: { phase: 'Pending' },
  }) as unknown as KubeObject;
const write = (at: number, op: ObjectWrite['op'], object: KubeObject): ObjectWrite => ({ at, op, object });

describe('a watch of a run', () => {
  it('ages are those of the moment of each write', () => {
    const printer = new WatchPrinter(PODS, { epochMs: EPOCH, watchEvents: true });
    const text = [write(0, 'ADDED', pod('a')), write(61_000, 'MODIFIED', pod('long-name'))].map((w) => printer.row(w));
    expect(text.join('')).toBe(
      [
        'EVENT   NAME   READY   STATUS    RESTARTS   AGE\n',
        'ADDED   a      0/1     Pending   0          0s\n',
        'MODIFIED   long-name   0/1     Pending   0          61s\n',
      ].join(''),
    );
  });

  it('sees the objects it asks for; one that loses its label is deleted for it', () => {
    const selection = new WatchSelection({ words: ['pods'], namespace: 'shop', selector: 'app=web' });
    const labelled = (value: string) => pod('a', { labels: { app: value } });
    const seen = [
      write(0, 'ADDED', pod('b')),
      write(0, 'ADDED', labelled('web')),
      write(1, 'MODIFIED', labelled('web')),
      write(2, 'MODIFIED', labelled('db')),
      write(3, 'MODIFIED', labelled('web')),
      write(4, 'DELETED', labelled('web')),
    ].map((one) => selection.see(one)?.op);
    expect(seen).toEqual([undefined, 'ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
    const other = new WatchSelection({ words: ['pod/b'], namespace: 'shop' });
    expect(other.see(write(0, 'ADDED', pod('a')))).toBeUndefined();
    expect(other.see(write(0, 'ADDED', pod('b')))?.op).toBe('ADDED');
  });

  it('watches one kind only', () => {
    expect(() => new WatchSelection({ words: ['pods,svc'] })).toThrow('you may only specify a single resource type');
    expect(() => new WatchSelection({ words: ['nothing'] })).toThrow(
      'the server doesn\'t have a resource type "nothing"',
    );
  });

  it('events: the row of kubectl events, and none for a deletion', () => {
    const event = {
      kind: 'Event',
      metadata: { name: 'e', namespace: 'shop', creationTimestamp: new Date(EPOCH).toISOString() },
      involvedObject: { kind: 'Pod', name: 'a' },
      type: 'Warning',
      reason: 'Unhealthy',
      message: 'no',
      source: { component: 'kubelet' },
      count: 1,
      firstTimestamp: new Date(EPOCH).toISOString(),
      lastTimestamp: new Date(EPOCH).toISOString(),
      eventTime: null,
    } as unknown as KubeObject;
    expect(eventsCommandRow(write(5000, 'ADDED', event), EPOCH)?.rows).toEqual([
      ['5s', 'Warning', 'Unhealthy', 'Pod/a', 'no'],
    ]);
    expect(eventsCommandRow(write(5000, 'DELETED', event), EPOCH)).toBeUndefined();
  });
});
