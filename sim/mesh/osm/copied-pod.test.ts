import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { type BootstrapSecret, bootstrapOf } from './bootstrap-secret.ts';
import { createOsmInjector } from './injector.ts';
import type { OsmVersion } from './profiles.ts';

const NAMESPACE = { name: 'shop', monitored: true, annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' } };

/** Injects a pod and then, as `kubectl debug --copy-to` does, a copy of what came out. */
function injectTwice(profile: OsmVersion, keepSecret = true) {
  const secrets = new Map<string, BootstrapSecret>();
  const injector = createOsmInjector({
    profile,
    random: new Random(1),
    createSecret: (secret) => secrets.set(secret.metadata.name, secret),
    getSecret: (_namespace, name) => (keepSecret ? secrets.get(name) : undefined),
  });
  const container = { name: 'app', livenessProbe: { httpGet: { path: '/live', port: 8080 } } };
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { serviceAccountName: 'sa', containers: [container] },
  };
  const first = injector.mutate({ object, namespace: NAMESPACE });
  if (!first.allowed || first.object === undefined) throw new Error('not injected');
  return { secrets, first: first.object, second: injector.mutate({ object: first.object, namespace: NAMESPACE }) };
}

test.each(['1.2', 'main'] as const)('v%s gives a copy a Secret of its own and adds no second sidecar', (profile) => {
  const { secrets, first, second } = injectTwice(profile);
  if (!second.allowed || second.object === undefined) throw new Error('not injected');
  expect(second.object.spec.containers).toEqual(first.spec.containers);
  expect(second.object.spec.volumes).toHaveLength(1);
  const uuid = second.object.metadata.labels?.['osm-proxy-uuid'];
  expect(uuid).not.toBe(first.metadata.labels?.['osm-proxy-uuid']);
  const [original, copy] = [...secrets.values()].map((secret) => bootstrapOf(secret));
  expect(copy?.static_resources).toEqual(original?.static_resources);
  expect(copy?.node?.id).toContain(uuid);
});

test('v1.2 denies a copy whose Secret is gone', () => {
  const { first, second } = injectTwice('1.2', false);
  const name = first.spec.volumes?.[0]?.secret?.secretName;
  expect(second).toEqual({ allowed: false, message: `secrets "${name}" not found` });
});

test('v1.1 injects a copy once more; its probe then leads Envoy to itself', () => {
  const { secrets, second } = injectTwice('1.1');
  if (!second.allowed || second.object === undefined) throw new Error('not injected');
  expect(second.object.spec.containers?.map((container) => container.name)).toEqual(['app', 'envoy', 'envoy']);
  expect(second.object.spec.volumes?.map((volume) => volume.name)).toEqual([
    'envoy-bootstrap-config-volume',
    'envoy-bootstrap-config-volume',
  ]);
  const bootstrap = bootstrapOf([...secrets.values()].at(-1) ?? {});
  expect(JSON.stringify(bootstrap?.static_resources.clusters.at(-1))).toContain('"port_value":15901');
});
