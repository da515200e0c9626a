import { beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { VirtualClock } from '../core/virtual-clock.ts';
import { ApiServer } from './api-server.ts';
import { createHistory } from './fact.ts';
import { Store } from './store.ts';

let api: ApiServer;

beforeEach(() => {
  const clock = new VirtualClock();
  const random = new Random(1);
  api = new ApiServer({ store: new Store({ clock, random, history: createHistory({ clock }) }), random });
});

const pod = (image: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'web', image, ...more }] },
});

const deployment = (spec: object) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
    ...spec,
  },
});

describe('apply', () => {
  it('changes the image of a pod and leaves what the API server added', () => {
    api.apply(pod('web:1'));
    const changed = api.apply(pod('web:2'));
    expect(changed['spec'].containers).toMatchObject([
      { name: 'web', image: 'web:2', volumeMounts: [{ readOnly: true }] },
    ]);
    expect(() => api.apply(pod('web:2', { args: ['x'] }))).toThrow(/pod updates may not change fields other than/);
  });

  it('takes away what the manifest had and has no longer', () => {
    const service = (selector: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { selector, ports: [{ port: 80 }] },
    });
    const { clusterIP } = api.apply(service({ app: 'web', version: 'blue' }))['spec'];
    expect(api.apply(service({ app: 'web' }))['spec']).toMatchObject({ selector: { app: 'web' }, clusterIP });
    expect(api.apply(service({ app: 'web' }))['spec'].selector).toEqual({ app: 'web' });
  });
});

describe('an update', () => {
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };

  it('is validated like a new object', () => {
    api.create(deployment({}));
    const strategy = { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } };
    expect(() => api.patch(object, { spec: { strategy } })).toThrow(
      'Deployment.apps "web" is invalid: spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
    );
  });

  it('cannot change a selector', () => {
    api.create(deployment({}));
    expect(() => api.patch(object, { spec: { selector: { matchLabels: { app: 'web', tier: 'x' } } } })).toThrow(
      'spec.selector: Invalid value: {"matchLabels":{"app":"web","tier":"x"}}: field is immutable',
    );
  });
});
