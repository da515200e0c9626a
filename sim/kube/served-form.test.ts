import { expect, it } from 'vitest';
import type { KubeObject } from './objects.ts';
import { servedForm } from './served-form.ts';

const object = (kind: string, more: object) =>
  ({ apiVersion: 'v1', kind, metadata: { name: 'x' }, ...more }) as KubeObject;

it('gives conditions of pods both of their times', () => {
  const pod = object('Pod', { status: { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: 'T' }] } });
  expect(servedForm(pod)).toMatchObject({
    status: { conditions: [{ type: 'Ready', status: 'True', lastProbeTime: null, lastTransitionTime: 'T' }] },
  });
});

it('gives a slice without endpoints null, and a Service a status', () => {
  expect(servedForm(object('EndpointSlice', { endpoints: [], ports: [] }))).toMatchObject({
    endpoints: null,
    ports: null,
  });
  expect(servedForm(object('Service', {}))).toMatchObject({ status: { loadBalancer: {} } });
});
