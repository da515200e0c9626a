import { beforeEach, expect, test } from 'vitest';
import { ENDPOINT_SLICES, ENDPOINTS, type EndpointSlice, PODS, SERVICES, type Service } from '../kube/objects.ts';
import { ControlPlane } from './control-plane.fixture.ts';

let plane: ControlPlane;

beforeEach(() => {
  plane = new ControlPlane();
});

function slices(service = 'web'): EndpointSlice[] {
  return plane.store
    .list(ENDPOINT_SLICES)
    .filter((slice) => slice.metadata.labels?.['kubernetes.io/service-name'] === service);
}

/** `name ready serving terminating` of each endpoint, as r/s/t or a dash. */
function endpoints(service = 'web'): string[] {
  return slices(service).flatMap((slice) => {
    return slice.endpoints.map(({ targetRef, conditions: c }) => {
      return `${targetRef?.name} ${c?.ready ? 'r' : '-'}${c?.serving ? 's' : '-'}${c?.terminating ? 't' : '-'}`;
    });
  });
}

/** Ready and not ready addresses of the v1 Endpoints, by pod. */
function addresses(service = 'web'): { ready: string[]; notReady: string[] } {
  const subsets = plane.store.get(ENDPOINTS, 'default', service)?.subsets ?? [];
  const names = (list: { targetRef?: { name?: string } }[] | undefined) =>
    (list ?? []).map((one) => one.targetRef?.name ?? '');
  return {
    ready: subsets.flatMap((one) => names(one.addresses)),
    notReady: subsets.flatMap((one) => names(one.notReadyAddresses)),
  };
}

test('a service without pods has one empty slice, labelled and owned', () => {
  plane.service('web');
  plane.run();
  const [slice, ...others] = slices();
  expect(others).toEqual([]);
  expect(slice).toMatchObject({
    addressType: 'IPv4',
    endpoints: [],
    ports: [],
    metadata: {
      generateName: 'web-',
      labels: {
        'kubernetes.io/service-name': 'web',
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', controller: true, blockOwnerDeletion: true }],
    },
  });
  expect(slice?.metadata.name).toMatch(/^web-[a-z0-9]{5}$/);
  expect(plane.store.get(ENDPOINTS, 'default', 'web')?.subsets).toBeUndefined();
});

test('news of its own write that outrun the answer bring the controller back a second later, and with it what else changed', () => {
  let surprised = true;
  plane = new ControlPlane({ endpointSlices: { hearsOwnWriteFirst: () => surprised } });
  plane.service('web');
  for (const name of ['a', 'b']) {
    plane.pod(name);
    plane.run();
    plane.status(name, { ready: false });
    plane.run();
  }
  surprised = false;
  // A pod that ends without having been ready is no news by itself.
  plane.status('b', { ready: false, phase: 'Succeeded' });
  plane.run(400);
  expect(endpoints()).toEqual(['a ---', 'b ---']);
  plane.run(600);
  expect(endpoints()).toEqual(['a ---']);
});

test('a pod appears with its address, becomes ready, terminates, and goes when it has ended', () => {
  plane.service('web');
  plane.pod('a');
  plane.run();
  expect(endpoints()).toEqual([]);
  plane.status('a', { ready: false });
  plane.run();
  expect([endpoints(), addresses()]).toEqual([['a ---'], { ready: [], notReady: ['a'] }]);
  plane.status('a', { ready: true });
  plane.run();
  expect([endpoints(), addresses()]).toEqual([['a rs-'], { ready: ['a'], notReady: [] }]);
  plane.store.delete(PODS, 'default', 'a');
  plane.run();
  expect([endpoints(), addresses()]).toEqual([['a -st'], { ready: [], notReady: [] }]);
  plane.status('a', { ready: false });
  plane.run();
  expect(endpoints()).toEqual(['a --t']);
  plane.status('a', { ready: false, phase: 'Succeeded' });
  plane.run();
  expect(endpoints()).toEqual([]);
  expect(slices()[0]?.ports).toEqual([]);
});

test('what a slice says of a pod', () => {
  plane.service('web');
  const { uid } = plane.pod('a').metadata;
  plane.run();
  plane.status('a', { ready: true });
  plane.run();
  expect(slices()[0]).toMatchObject({
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: ['10.0.0.1'],
        nodeName: 'node',
        targetRef: { kind: 'Pod', namespace: 'default', name: 'a', uid },
      },
    ],
  });
});

test('publishNotReadyAddresses: always ready, truthful in the rest', () => {
  plane.service('web', { selector: { app: 'x' }, ports: [{ port: 80 }], publishNotReadyAddresses: true });
  plane.pod('a');
  plane.run();
  plane.status('a', { ready: false });
  plane.run();
  expect([endpoints(), addresses().ready]).toEqual([['a r--'], ['a']]);
  plane.store.delete(PODS, 'default', 'a');
  plane.run();
  expect([endpoints(), addresses().ready]).toEqual([['a r-t'], ['a']]);
});

test('a named port: one slice per number it resolves to, one without ports for pods that do not name it', () => {
  plane.service('web', { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 'http' }] });
  const container = (port?: number) => ({
    containers: [{ name: 'app', ports: port === undefined ? [] : [{ name: 'http', containerPort: port }] }],
  });
  plane.pod('a', { app: 'x' }, container(8080));
  plane.pod('b', { app: 'x' }, container(9090));
  plane.pod('c', { app: 'x' }, container());
  plane.pod(
    'd',
    { app: 'x' },
    { containers: [{ name: 'app' }], initContainers: [{ ...container(8080).containers[0], restartPolicy: 'Always' }] },
  );
  plane.run();
  for (const name of ['a', 'b', 'c', 'd']) plane.status(name, { ready: true });
  plane.run();
  const found = slices().map(({ ports, endpoints: list }) => [
    ports?.map((port) => port.port),
    list.map((one) => one.targetRef?.name),
  ]);
  expect(found.sort()).toEqual([
    [[], ['c']],
    [[8080], ['a', 'd']],
    [[9090], ['b']],
  ]);
  // The older object leaves out pods without the port.
  expect(addresses().ready.sort()).toEqual(['a', 'b', 'd']);
});

test('labels and selector decide at once, without a termination', () => {
  plane.service('web');
  plane.pod('a');
  plane.pod('b', { app: 'y' });
  plane.run();
  for (const name of ['a', 'b']) plane.status(name, { ready: true });
  plane.run();
  expect(endpoints()).toEqual(['a rs-']);
  plane.store.mutate(PODS, 'default', 'b', (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: 'x' } } }));
  plane.run();
  expect(endpoints()).toEqual(['a rs-', 'b rs-']);
  plane.store.mutate(PODS, 'default', 'a', (pod) => ({ ...pod, metadata: { ...pod.metadata, labels: { app: 'z' } } }));
  plane.run();
  expect(endpoints()).toEqual(['b rs-']);
  plane.store.mutate(SERVICES, 'default', 'web', (service) => ({
    ...service,
    spec: { ...service.spec, selector: { app: 'z' } },
  }));
  plane.run();
  expect([endpoints(), addresses().ready]).toEqual([['a rs-'], ['a']]);
});

test('a change that concerns no endpoint writes nothing', () => {
  plane.service('web');
  plane.pod('a');
  plane.run();
  plane.status('a', { ready: true });
  plane.run();
  const before = slices()[0]?.metadata.resourceVersion;
  plane.store.mutate(PODS, 'default', 'a', (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, annotations: { a: 'b' } },
  }));
  plane.status('a', { ready: true });
  plane.run();
  expect(slices()[0]?.metadata.resourceVersion).toBe(before);
});

test('one pod may stand behind several services', () => {
  plane.service('web');
  plane.service('all', { selector: { app: 'x' }, ports: [{ port: 80 }], publishNotReadyAddresses: true });
  plane.pod('a');
  plane.run();
  plane.status('a', { ready: false });
  plane.run();
  expect([endpoints('web'), endpoints('all')]).toEqual([['a ---'], ['a r--']]);
});

test('more than a hundred endpoints take a second slice', () => {
  plane.service('web');
  for (let i = 0; i < 120; i++) {
    plane.pod(`p${i}`);
    plane.status(`p${i}`, { ready: true });
  }
  plane.run();
  expect(slices().map((slice) => slice.endpoints.length)).toEqual([100, 20]);
});

test('with the service its endpoints go', () => {
  plane.service('web');
  plane.run();
  plane.store.delete(SERVICES, 'default', 'web');
  plane.run();
  expect([slices(), plane.store.list(ENDPOINTS)]).toEqual([[], []]);
});

test('without a selector the endpoints stay as they are and are mirrored', () => {
  plane.service('web');
  plane.pod('a');
  plane.run();
  plane.status('a', { ready: true });
  plane.run();
  plane.store.mutate(SERVICES, 'default', 'web', (service) => {
    const { selector: _, ...spec } = service.spec ?? {};
    return { ...service, spec } as Service;
  });
  plane.run();
  const mirrored = slices().filter(({ metadata }) => {
    return metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === 'endpointslicemirroring-controller.k8s.io';
  });
  expect(slices()).toHaveLength(2);
  expect(mirrored[0]?.endpoints.map((one) => one.conditions)).toEqual([{ ready: true }]);
  expect(mirrored[0]?.metadata.labels).toMatchObject({ 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' });
});

test('the annotation says since when a change is due', () => {
  plane.service('web');
  plane.pod('a');
  plane.run();
  const time = (): string | undefined =>
    slices()[0]?.metadata.annotations?.['endpoints.kubernetes.io/last-change-trigger-time'];
  expect(time()).toBe('2026-01-01T00:00:00Z');
  plane.run(5000);
  plane.status('a', { ready: true });
  plane.run();
  expect(time()).toBe('2026-01-01T00:00:05Z');
  plane.store.delete(PODS, 'default', 'a');
  plane.run();
  // A termination is no transition of Ready.
  expect(time()).toBeUndefined();
});

test('a pod that ends without having been ready stays until something else is written, as recorded', () => {
  plane.service('web');
  plane.pod('a');
  plane.pod('b');
  plane.run();
  plane.status('a', { ready: false });
  plane.status('b', { ready: false });
  plane.run();
  plane.status('a', { ready: false, phase: 'Failed' });
  plane.run();
  expect(endpoints()).toEqual(['a ---', 'b ---']);
  plane.status('b', { ready: true });
  plane.run();
  expect(endpoints()).toEqual(['b rs-']);
});

test('several ports: the Endpoints have a subset per set of addresses that offer the same ones', () => {
  const ports = [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'admin', port: 82, targetPort: 'http' },
    { name: 'metrics', port: 81, targetPort: 'metrics' },
  ];
  plane.service('web', { selector: { app: 'x' }, ports });
  const http = { name: 'http', containerPort: 8080 };
  plane.pod('a', { app: 'x' }, { containers: [{ name: 'app', ports: [http] }] });
  plane.pod(
    'b',
    { app: 'x' },
    { containers: [{ name: 'app', ports: [http, { name: 'metrics', containerPort: 9090 }] }] },
  );
  plane.run();
  for (const name of ['a', 'b']) plane.status(name, { ready: true });
  plane.run();
  const subsets = plane.store.get(ENDPOINTS, 'default', 'web')?.subsets ?? [];
  const shown = subsets.map(({ addresses = [], ports: offered = [] }) => [
    offered.map(({ name }) => name),
    addresses.map(({ targetRef }) => targetRef?.name).sort(),
  ]);
  expect(shown).toEqual([
    [
      ['http', 'admin'],
      ['a', 'b'],
    ],
    [['metrics'], ['b']],
  ]);
});

test('a slice without ports is written anew with every sync, its endpoints in another order', () => {
  plane.service('web', { selector: { app: 'x' }, ports: [{ port: 80, targetPort: 'http' }] });
  const spec = { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 8080 }] }] };
  plane.pod('named', { app: 'x' }, spec);
  for (const name of ['a', 'b']) plane.pod(name);
  plane.run();
  for (const name of ['named', 'a', 'b']) plane.status(name, { ready: true });
  plane.run();
  const versions = () => new Map(slices().map(({ metadata, ports }) => [ports?.length, metadata.resourceVersion]));
  const before = [versions(), endpoints()] as const;
  plane.status('named', { ready: false });
  plane.run();
  expect(versions().get(0)).not.toBe(before[0].get(0));
  expect(endpoints()).not.toEqual(before[1]);
  const after = versions();
  plane.status('a', { ready: false });
  plane.run();
  // The other way round nothing happens.
  expect(versions().get(1)).toBe(after.get(1));
});

test('a wave of changes is answered as the client’s budget allows, and nothing is lost', () => {
  plane.service('web');
  for (let i = 0; i < 60; i++) plane.pod(`p${i}`);
  plane.run(1000);
  let writes = 0;
  plane.store.watch(ENDPOINT_SLICES, () => writes++);
  for (let i = 0; i < 60; i++) {
    plane.status(`p${i}`, { ready: true });
    plane.run(5);
  }
  plane.run(2000);
  expect(writes).toBeGreaterThan(28);
  expect(writes).toBeLessThan(45);
  expect(endpoints()).toHaveLength(60);
});
