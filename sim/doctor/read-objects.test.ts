import { describe, expect, it } from 'vitest';
import { readObjects } from './read-objects.ts';

const pod = (more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'n' },
  ...more,
});

describe('what is read', () => {
  it('an object, a List, and the lists of the API, whose items do not say what they are', () => {
    const { metadata } = pod();
    const lists = [
      pod(),
      { kind: 'List', apiVersion: 'v1', items: [pod()] },
      { kind: 'PodList', apiVersion: 'v1', items: [{ metadata }] },
      { kind: 'List', items: [{ kind: 'PodList', apiVersion: 'v1', items: [{ metadata }] }] },
    ];
    for (const list of lists) {
      const { objects, errors } = readObjects(list);
      expect(errors).toEqual([]);
      expect(objects).toMatchObject([{ kind: 'Pod', metadata, spec: { containers: [] }, status: {} }]);
    }
  });

  it('fields that are newer than this program are no error', () => {
    const { objects, errors } = readObjects(pod({ spec: { containers: [], brandNew: 1 }, status: { alsoNew: {} } }));
    expect(errors).toEqual([]);
    expect(objects[0]?.spec).toEqual({ containers: [] });
  });

  it('a kind of the same name in another group is another kind', () => {
    const knative = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { ports: 7 },
    };
    const { objects, errors } = readObjects(knative);
    expect(errors).toEqual([]);
    expect(objects[0]?.kind).toBe('Service.serving.knative.dev');
  });

  it('events of both APIs', () => {
    const old = {
      kind: 'Event',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      involvedObject: { kind: 'Pod', name: 'p' },
      message: 'm',
    };
    const recent = {
      kind: 'Event',
      apiVersion: 'events.k8s.io/v1',
      metadata: { name: 'b' },
      regarding: { kind: 'Pod', name: 'p' },
      note: 'm',
    };
    const { events, objects } = readObjects({ kind: 'List', items: [old, recent, { ...old, involvedObject: 7 }] });
    expect(objects).toEqual([]);
    expect(events.map(({ message, involvedObject }) => [message, involvedObject.name])).toEqual([
      ['m', 'p'],
      ['m', 'p'],
    ]);
  });
});

describe('what is refused, with its place', () => {
  const locate = (path: readonly (string | number)[]) => ({ file: path.join('.'), line: 1, column: 1 });
  it.each([
    [7, 'MANIFEST_NO_KIND', ''],
    [{ kind: 'Pod' }, 'MANIFEST_NO_KIND', ''],
    [{ kind: 'List', items: [pod(), 'x'] }, 'MANIFEST_NO_KIND', 'items.1'],
    [
      { kind: 'List', items: [pod({ spec: { containers: [{ name: 7 }] } })] },
      'MANIFEST_INVALID_TYPE',
      'items.0.spec.containers.0.name',
    ],
  ])('%j', (raw, code, file) => {
    expect(readObjects(raw, locate).errors).toMatchObject([{ code, location: { file } }]);
  });
});
