import { describe, expect, test } from 'vitest';
import { decodeManifests } from './manifests.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: app\n    image: nginx\n';

function errorsOf(text: string) {
  return decodeManifests(text, 'pod.yaml').errors.map(({ code, message, hint, location }) => ({
    code,
    message,
    hint,
    place: `${location?.file}:${location?.line}:${location?.column}`,
  }));
}

test('several documents and lists give their objects in order', () => {
  const list =
    'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: a1}}\n- {apiVersion: v1, kind: Secret, metadata: {name: b1}}\n';
  const { manifests, errors } = decodeManifests(`${POD}---\n${list}`, 'x.yaml');
  expect(errors).toEqual([]);
  expect(manifests.map(({ object }) => `${object.kind}/${object.metadata.name}`)).toEqual([
    'Pod/web',
    'Namespace/a1',
    'Secret/b1',
  ]);
});

test('the place of a field in a list item', () => {
  const { manifests } = decodeManifests(
    'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Namespace\n  metadata: {name: a1}\n',
    'x.yaml',
  );
  expect(manifests[0]?.locate(['metadata', 'name'])).toEqual({ file: 'x.yaml', line: 6, column: 14 });
});

describe('errors', () => {
  test('an unknown field is named at its key, with the one that was meant', () => {
    expect(errorsOf(`${POD}    livenessProbe:\n      tcpSocket: {port: 80}\n      failureTreshold: 3\n`)).toEqual([
      {
        code: 'MANIFEST_UNKNOWN_FIELD',
        message: '"failureTreshold" is not a field of livenessProbe',
        hint: 'Did you mean failureThreshold?',
        place: 'pod.yaml:10:7',
      },
    ]);
  });

  test('a wrong type is told in the words of the API server, at the value', () => {
    expect(errorsOf(`${POD}    livenessProbe: {tcpSocket: {port: 80}, periodSeconds: "5"}\n`)).toEqual([
      {
        code: 'MANIFEST_INVALID_TYPE',
        message:
          'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal string into Go struct field Probe.spec.containers.livenessProbe.periodSeconds of type int32',
        hint: 'Write a whole number, without quotes or unit.',
        place: 'pod.yaml:8:59',
      },
    ]);
  });

  test('a word that YAML 1.1 takes for a boolean gets a hint', () => {
    expect(errorsOf(POD.replace('web', 'n'))[0]?.hint).toMatch(/y, yes, no, on and off are booleans/);
  });

  test('two handlers are refused at the second', () => {
    const text = `${POD}    livenessProbe:\n      httpGet: {port: 80}\n      tcpSocket: {port: 80}\n`;
    expect(errorsOf(text)).toMatchObject([
      {
        code: 'MANIFEST_INVALID',
        message:
          'The Pod "web" is invalid: spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
        place: 'pod.yaml:10:7',
      },
    ]);
  });

  test('a field that is missing is told at what lacks it', () => {
    expect(errorsOf(POD.replace('    image: nginx\n', ''))).toMatchObject([
      { message: 'The Pod "web" is invalid: spec.containers[0].image: Required value', place: 'pod.yaml:6:5' },
    ]);
  });

  test('an unknown field does not hide what else the API server would refuse, but for what it was meant to be', () => {
    const misspelt = `${POD}    imagePullPolice: Never\n    livenessProbe:\n      httpGet: {port: 80}\n      tcpSocket: {port: 80}\n`;
    expect(errorsOf(misspelt).map(({ message }) => message)).toEqual([
      '"imagePullPolice" is not a field of containers',
      'The Pod "web" is invalid: spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    ]);
    expect(errorsOf(`${POD}    livenessProbe:\n      httpget: {port: 80}\n`)).toHaveLength(1);
  });

  test('one wrong object does not hide the errors of the next', () => {
    expect(errorsOf(`${POD.replace('image', 'imgae')}---\n${POD.replace('name: app', 'nmae: app')}`)).toHaveLength(2);
  });

  test('without validation only decoding counts', () => {
    const { errors } = decodeManifests(POD.replace('nginx', '""'), 'x', { validate: false });
    expect(errors).toEqual([]);
  });

  test('a namespace is not asked for', () => {
    expect(errorsOf(POD)).toEqual([]);
  });
});

test('the place of a resource, whose name may have dots', () => {
  const text = `${POD}    resources:\n      limits:\n        cpu: 1\n        example.com/gpu: -1\n`;
  const found = errorsOf(text).find(({ message }) => message.includes('limits[example.com/gpu]'));
  expect(found?.place).toBe('pod.yaml:11:9');
});
