import { describe, expect, test } from 'vitest';
import { defaultObject } from './defaulting.ts';
import type { NewObject } from './store.ts';

function object(kind: string, fields: Record<string, unknown> = {}, apiVersion = 'v1'): NewObject {
  return { apiVersion, kind, metadata: { name: 'x' }, ...fields };
}

function container(fields: Record<string, unknown>) {
  const pod = defaultObject(object('Pod', { spec: { containers: [{ name: 'c', image: 'i', ...fields }] } }));
  return pod.spec.containers[0];
}

describe('images are pulled by their tag', () => {
  test.each([
    ['nginx', 'Always'],
    ['nginx:latest', 'Always'],
    ['nginx:1.27', 'IfNotPresent'],
    ['localhost:5000/app', 'Always'],
    ['localhost:5000/app:v1', 'IfNotPresent'],
    ['registry.k8s.io/e2e-test-images/agnhost:2.40', 'IfNotPresent'],
    [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
    [`nginx:latest@sha256:${'a'.repeat(64)}`, 'Always'],
    ['Not An Image', 'IfNotPresent'],
    ['', 'IfNotPresent'],
  ])('%s: %s', (image, policy) => {
    expect(container({ image }).imagePullPolicy).toBe(policy);
  });
});

test('a request that is not given is as large as the limit', () => {
  const { resources } = container({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } } });
  expect(resources.requests).toEqual({ cpu: '500m', memory: '1Gi' });
});

test('zero means the default in a probe', () => {
  const { livenessProbe } = container({ livenessProbe: { grpc: { port: 1 }, periodSeconds: 0, failureThreshold: 5 } });
  expect(livenessProbe).toEqual({
    grpc: { port: 1, service: '' },
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 5,
  });
});

test('hooks get their HTTP defaults, too', () => {
  expect(container({ lifecycle: { preStop: { httpGet: { port: 80 } } } }).lifecycle.preStop.httpGet).toEqual({
    port: 80,
    path: '/',
    scheme: 'HTTP',
  });
});

test('volumes have their modes, one without a source is an emptyDir', () => {
  const volumes = [{ name: 'a' }, { name: 'b', secret: { secretName: 's' } }, { name: 'c', hostPath: { path: '/' } }];
  expect(defaultObject(object('Pod', { spec: { containers: [], volumes } })).spec.volumes).toEqual([
    { name: 'a', emptyDir: {} },
    { name: 'b', secret: { secretName: 's', defaultMode: 420 } },
    { name: 'c', hostPath: { path: '/', type: '' } },
  ]);
});

test('a Deployment rolls by a quarter, its template is a pod', () => {
  const { spec } = defaultObject(object('Deployment', { spec: { template: { spec: { containers: [] } } } }, 'apps/v1'));
  expect(spec).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    template: { spec: { restartPolicy: 'Always', terminationGracePeriodSeconds: 30 } },
  });
});

test('a Service sends to the port it listens on', () => {
  const { spec } = defaultObject(
    object('Service', { spec: { ports: [{ port: 80 }, { port: 81, targetPort: 'web' }] } }),
  );
  expect(spec).toMatchObject({
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ports: [
      { port: 80, protocol: 'TCP', targetPort: 80 },
      { port: 81, protocol: 'TCP', targetPort: 'web' },
    ],
  });
});

test("a Secret's text ends up in its data", () => {
  const secret = defaultObject(object('Secret', { data: { a: 'YQ==' }, stringData: { b: 'ä', c: '', d: 'abc' } }));
  expect(secret).toMatchObject({ type: 'Opaque', data: { a: 'YQ==', b: 'w6Q=', c: '', d: 'YWJj' } });
  expect(secret).not.toHaveProperty('stringData');
});

test('a Namespace is active and labelled with its name', () => {
  expect(defaultObject(object('Namespace'))).toMatchObject({
    metadata: { labels: { 'kubernetes.io/metadata.name': 'x' } },
    status: { phase: 'Active' },
  });
});

test.each([
  object('Pod', { spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1 }] }] } }),
  object('Service', { spec: { ports: [{ port: 80 }] } }),
  object('Deployment', { spec: { template: { spec: { containers: [] } } } }, 'apps/v1'),
  object(
    'ReplicaSet',
    { spec: { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [] } } } },
    'apps/v1',
  ),
  object('Secret', { stringData: { a: 'b' } }),
  object('Namespace'),
  object('Widget', { spec: {} }),
])('defaults of defaults of a $kind change nothing, and the object given is not touched', (given) => {
  const before = JSON.stringify(given);
  const once = defaultObject(given);
  expect(defaultObject(once)).toEqual(once);
  expect(JSON.stringify(given)).toBe(before);
});
