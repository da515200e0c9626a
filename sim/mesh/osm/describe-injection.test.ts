import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { describeInjection } from './describe-injection.ts';
import { iptablesRestoreInput, osmNetwork } from './pod-network.ts';

const pod = (annotations = {}, spec = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'bookstore', uid: '', resourceVersion: '', creationTimestamp: '', annotations },
  spec: {
    containers: [
      {
        name: 'app',
        ports: [{ containerPort: 14001 }, { containerPort: 53, protocol: 'UDP' }],
        livenessProbe: { tcpSocket: { port: 14001 } },
      },
    ],
    ...spec,
  },
});

test('the pod, the bootstrap and the rules of an injected pod', () => {
  const result = describeInjection(pod(), { random: new Random(1) });
  if (result.outcome !== 'injected') throw new Error(result.outcome);
  expect(result.pod.metadata.namespace).toBe('default');
  expect(result.pod.spec.containers.map((container) => container.name)).toEqual(['app', 'osm-healthcheck', 'envoy']);
  expect(result.iptables).toBe(result.pod.spec.initContainers?.[0]?.args?.[1]);
  expect(result.bootstrap.static_resources.clusters[0]?.name).toBe('osm-controller');
  expect(Buffer.from(result.secret.data['bootstrap.yaml'] ?? '', 'base64').toString()).toBe(result.bootstrapYaml);
});

test('a denied pod: what the user reads, what OSM logged, what it left behind', () => {
  const result = describeInjection(pod({ 'openservicemesh.io/outbound-port-exclusion-list': 'x' }), {
    random: new Random(1),
  });
  if (result.outcome !== 'denied') throw new Error(result.outcome);
  expect(result.message).toContain('received invalid webhook response');
  expect(result.log[0]?.error).toBe(
    "Invalid port value 'x' specified for annotation 'openservicemesh.io/outbound-port-exclusion-list'",
  );
  expect(result.orphanedSecrets).toHaveLength(1);
});

test('a pod that says no is not injected', () => {
  const result = describeInjection(pod({ 'openservicemesh.io/sidecar-injection': 'disabled' }), {
    random: new Random(1),
  });
  expect(result.outcome).toBe('not-injected');
});

test('the network of a pod is read from the pod and its Secret', () => {
  const result = describeInjection(pod(), {
    random: new Random(1),
    meshConfig: { spec: { sidecar: { localProxyMode: 'PodIP' } } },
  });
  if (result.outcome !== 'injected') throw new Error(result.outcome);
  const { pod: injected, secret } = result;
  const asked: string[] = [];
  const network = osmNetwork(injected, (namespace, name) => {
    asked.push(`${namespace}/${name}`);
    return secret;
  });
  expect(asked).toEqual([`default/${secret.metadata.name}`]);
  expect(network).toMatchObject({ bootstrap: result.bootstrap, envoyUid: 1500, appPorts: [14001] });
  const rules = iptablesRestoreInput(network?.iptablesScript ?? '', '10.244.0.5')?.split('\n') ?? [];
  expect([rules[0], rules[1], rules.at(-2)]).toEqual(['# OSM sidecar interception rules', '*nat', 'COMMIT']);
  expect(rules).toContain(
    '-I OUTPUT -p tcp -o lo -d 127.0.0.1/32 -m owner --uid-owner 1500 -j DNAT --to-destination 10.244.0.5',
  );
});

test('a user who rewrites the init container gets the user’s rules, a Secret that is gone gives no bootstrap', () => {
  const result = describeInjection(pod(), { random: new Random(1) });
  if (result.outcome !== 'injected') throw new Error(result.outcome);
  const init = { name: 'osm-init', command: ['sh', '-c', 'true'] };
  const changed = { ...result.pod, spec: { ...result.pod.spec, initContainers: [init] } };
  const network = osmNetwork(changed, () => undefined);
  expect(network).toMatchObject({ iptablesScript: 'true', bootstrap: undefined });
  expect(iptablesRestoreInput('true', '10.0.0.1')).toBeUndefined();
});

test('a pod without a sidecar has no such network', () => {
  const plain = { ...pod(), metadata: { ...pod().metadata, namespace: 'default' } };
  expect(osmNetwork(plain as never, () => undefined)).toBeUndefined();
});
