import { expect, it } from 'vitest';
import type { KubeObject } from '../../kube/objects.ts';
import { getText, select } from './get.ts';

const NOW = Date.UTC(2026, 0, 1, 0, 1);
const object = (kind: string, apiVersion: string, name: string, namespace?: string): KubeObject => ({
  apiVersion,
  kind,
  metadata: {
    name,
    uid: name,
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(namespace === undefined ? {} : { namespace }),
  },
});

const get = (objects: KubeObject[], ...words: string[]) =>
  getText(select({ objects, events: [] }, { words }), { now: NOW });

it('shows no column of namespaces for objects of one namespace and objects of none', () => {
  const objects = [object('ConfigMap', 'v1', 'settings', 'shop'), object('Job', 'batch/v1', 'migrate')];
  expect(get(objects, 'cm,jobs')).toBe(
    'NAME                 DATA   AGE\nconfigmap/settings   0      60s\n\nNAME                AGE\njob.batch/migrate   60s\n',
  );
});

it('shows the column if asked for', () => {
  const objects = [object('ConfigMap', 'v1', 'settings', 'shop')];
  const text = getText(select({ objects, events: [] }, { words: ['cm'] }), { now: NOW, allNamespaces: true });
  expect(text).toBe('NAMESPACE   NAME       DATA   AGE\nshop        settings   0      60s\n');
});

it('shows the column if there are objects of several', () => {
  const objects = [object('ConfigMap', 'v1', 'settings', 'shop'), object('ConfigMap', 'v1', 'settings', 'bank')];
  expect(get(objects, 'cm')).toBe(
    'NAMESPACE   NAME       DATA   AGE\nbank        settings   0      60s\nshop        settings   0      60s\n',
  );
});
