import { describe, expect, test } from 'vitest';
import { decodeObject, decodingMessage } from './decode-object.ts';

function pod(spec: unknown) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec } as Record<string, unknown>;
}

describe('what the API server says of a field it cannot take', () => {
  test.each<[unknown, string]>([
    [{ containers: [{ nmae: 'c' }] }, 'strict decoding error: unknown field "spec.containers[0].nmae"'],
    [
      { a: 1, containers: [{ b: 1 }] },
      'strict decoding error: unknown field "spec.a", unknown field "spec.containers[0].b"',
    ],
    [{ Containers: [] }, 'strict decoding error: unknown field "spec.Containers"'],
    [
      { containers: {} },
      'json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container',
    ],
    [
      { containers: ['c'] },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.containers of type v1.Container',
    ],
    [
      { hostNetwork: 'yes' },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
    [
      { nodeSelector: { a: 1 } },
      'json: cannot unmarshal number into Go struct field PodSpec.spec.nodeSelector of type string',
    ],
    [
      { terminationGracePeriodSeconds: 1.5 },
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [
      { containers: [{ livenessProbe: { periodSeconds: '5' } }] },
      'json: cannot unmarshal string into Go struct field Probe.spec.containers.livenessProbe.periodSeconds of type int32',
    ],
    [
      { containers: [{ livenessProbe: { httpGet: { port: [] } } }] },
      'json: cannot unmarshal array into Go struct field HTTPGetAction.spec.containers.livenessProbe.httpGet.port of type int32',
    ],
    [
      { a: 1, hostNetwork: 'yes' },
      'json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork of type bool',
    ],
  ])('%j', (spec, message) => {
    expect(decodingMessage(decodeObject(pod(spec)))).toBe(message);
  });

  test('kubectl sends fields sorted, so the first error is the first by name', () => {
    const raw = pod({ hostPID: 'x', hostIPC: 'x' });
    expect(decodingMessage(decodeObject(raw))).toContain('hostPID');
    expect(decodingMessage(decodeObject(raw, { sorted: true }))).toContain('hostIPC');
  });

  test('all wrong values are listed, also those that the API server does not get to', () => {
    const { typeErrors } = decodeObject(pod({ hostPID: 'x', hostIPC: 'x' }));
    expect(typeErrors.map(({ path }) => path)).toEqual([
      ['spec', 'hostPID'],
      ['spec', 'hostIPC'],
    ]);
  });
});

describe('what is left of an object', () => {
  test.each<[string, unknown, unknown]>([
    ['null is as if absent', { hostname: null, containers: [] }, { containers: [] }],
    ['zero is as if absent', { hostname: '', hostNetwork: false, initContainers: [] }, { containers: null }],
    ['but a list that is always there', { containers: [] }, { containers: [] }],
    [
      'but not behind a pointer',
      { terminationGracePeriodSeconds: 0, enableServiceLinks: false, containers: [] },
      { terminationGracePeriodSeconds: 0, enableServiceLinks: false, containers: [] },
    ],
    ['an unknown field is dropped', { bogus: 1, containers: [] }, { containers: [] }],
    [
      'an env variable always has its name',
      { containers: [{ env: [{}] }] },
      { containers: [{ name: '', env: [{ name: '' }] }] },
    ],
    [
      'quantities become canonical text',
      { overhead: { cpu: 0.5, memory: '1024Mi' }, containers: [] },
      { overhead: { cpu: '500m', memory: '1Gi' }, containers: [] },
    ],
  ])('%s', (_, spec, left) => {
    expect(decodeObject(pod(spec)).object.spec).toEqual(left);
  });

  test('an object of a kind that is not known stays as it is', () => {
    const raw = { apiVersion: 'example.com/v1', kind: 'Pod', anything: [1, { goes: null }] };
    expect(decodeObject(raw)).toMatchObject({ object: raw, unknownFields: [], typeErrors: [] });
  });
});
