import { describe, expect, it } from 'vitest';
import type { NewObject } from '../../sim/kube/store.ts';
import { combinations, parseSeeds, parseVariation } from './variation.ts';
import { varyObjects, varyText } from './vary.ts';

describe('--set', () => {
  it.each([
    ['livenessProbe.failureThreshold=1,3', { kind: 'container', path: ['livenessProbe', 'failureThreshold'] }, [1, 3]],
    ['app/startupProbe=null', { kind: 'container', container: 'app', path: ['startupProbe'] }, [null]],
    [
      'pod/web:spec.containers[0].image=a,b',
      { kind: 'object', object: 'pod/web', path: ['spec', 'containers', '0', 'image'] },
      ['a', 'b'],
    ],
    [
      'spec.mesh.osm.version="1.0","1.1"',
      { kind: 'scenario', path: ['spec', 'mesh', 'osm', 'version'] },
      ['1.0', '1.1'],
    ],
    ['x.y=0..60/20,true', { kind: 'container', path: ['x', 'y'] }, [0, 20, 40, 60, true]],
    ['x.y=3..5', { kind: 'container', path: ['x', 'y'] }, [3, 4, 5]],
  ])('%s', (text, target, values) => {
    expect(parseVariation(text)).toMatchObject({ target, values });
  });

  it.each(['', 'x', '=1', 'x=5..1', 'x=0..9/0', 'x=0..9999999'])('%j is refused', (text) => {
    expect(() => parseVariation(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('every combination, the last changing fastest', () => {
    const all = combinations([parseVariation('a=1,2'), parseVariation('b=x,y')]);
    expect(all.map((one) => one.map(({ value }) => value).join(''))).toEqual(['1x', '1y', '2x', '2y']);
    expect(combinations([])).toEqual([[]]);
  });

  it('--seeds', () => {
    expect(parseSeeds('1..3,9')).toEqual([1, 2, 3, 9]);
    expect(parseSeeds(undefined)).toBeUndefined();
    expect(() => parseSeeds('x')).toThrow('--seeds needs whole numbers');
  });
});

describe('what is varied', () => {
  const probe = { httpGet: { port: 1 }, failureThreshold: 3 };
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: [{ name: 'app', livenessProbe: probe }, { name: 'side' }] },
  } as unknown as NewObject;
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { template: { spec: { containers: [{ name: 'app', livenessProbe: probe }] } } },
  } as unknown as NewObject;
  const vary = (text: string, objects = [pod, deployment]) =>
    // biome-ignore lint/suspicious/noExplicitAny: the objects' fields are looked at.
    varyObjects(objects, combinations([parseVariation(text)])[0] ?? []) as any[];

  it('a probe of every container that has it, in pods and templates; the given objects stay', () => {
    const [first, second] = vary('livenessProbe.failureThreshold=9');
    expect(first.spec.containers[0].livenessProbe.failureThreshold).toBe(9);
    expect(first.spec.containers[1].livenessProbe).toBeUndefined();
    expect(second.spec.template.spec.containers[0].livenessProbe.failureThreshold).toBe(9);
    expect(probe.failureThreshold).toBe(3);
  });

  it('one container, also a field that it does not have yet', () => {
    const [first] = vary('side/startupProbe.tcpSocket.port=80');
    expect(first.spec.containers[1].startupProbe).toEqual({ tcpSocket: { port: 80 } });
  });

  it('null takes a field away', () => {
    expect(vary('app/livenessProbe=null')[0].spec.containers[0]).toEqual({ name: 'app' });
  });

  it('an object by kind and name', () => {
    const [first, second] = vary('deployment/web:spec.replicas=4');
    expect(first.spec.replicas).toBeUndefined();
    expect(second.spec.replicas).toBe(4);
  });

  it('nothing found says what there is', () => {
    expect(() => vary('startupProbe.periodSeconds=1')).toThrow(
      expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('app (livenessProbe)') }),
    );
  });

  it('the scenario itself', () => {
    const text = 'kind: Scenario\nspec:\n  # kept\n  duration: 1m\n';
    const [combination = []] = combinations([
      parseVariation('spec.duration=2m'),
      parseVariation('spec.mesh.osm.version="1.0"'),
    ]);
    expect(varyText(text, combination)).toBe(
      'kind: Scenario\nspec:\n  # kept\n  duration: 2m\n  mesh:\n    osm:\n      version: "1.0"\n',
    );
    expect(() => varyText('kind: Pod\n', combination)).toThrow('the file is no scenario');
  });
});
