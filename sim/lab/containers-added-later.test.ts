import { expect, it } from 'vitest';
import type { AdmissionAnswer, AdmissionRequest } from '../kube/admission.ts';
import { withContainersAddedLater } from './containers-added-later.ts';

const request = (...names: string[]): AdmissionRequest => ({
  uid: '1',
  operation: 'CREATE',
  namespace: 'shop',
  namespaceObject: undefined,
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', uid: '', resourceVersion: '', creationTimestamp: '' },
    spec: { containers: names.map((name) => ({ name })) },
  },
  dryRun: false,
});

/** A webhook that puts a sidecar behind what it sees, in upper case. */
const mesh = {
  name: 'mesh',
  admit({ object }: AdmissionRequest): AdmissionAnswer {
    const seen = (object.spec as { containers: { name: string }[] }).containers;
    if (seen.some(({ name }) => name === 'bad')) return { allowed: false, message: 'no' };
    const containers = [...seen.map(({ name }) => ({ name: name.toUpperCase() })), { name: 'sidecar' }];
    return { allowed: true, object: { ...object, spec: { containers } } };
  },
};

const names = (answer: AdmissionAnswer) =>
  answer.allowed && (answer.object.spec as { containers: { name: string }[] }).containers.map(({ name }) => name);

it('adds them as they were, behind what the mesh made of the others', () => {
  const webhook = withContainersAddedLater(mesh, ['agent']);
  expect(names(webhook.admit(request('agent', 'web')))).toEqual(['WEB', 'sidecar', 'agent']);
  expect(names(webhook.admit(request('web')))).toEqual(['WEB', 'sidecar']);
  expect(webhook.admit(request('bad', 'agent'))).toEqual({ allowed: false, message: 'no' });
});
