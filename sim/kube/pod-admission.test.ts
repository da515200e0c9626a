import { expect, test } from 'vitest';
import { Random } from '../core/random.ts';
import { admitPod } from './pod-admission.ts';

const pod = (spec: object) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec });
const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

test('every container gets the token of the default service account', () => {
  const { spec } = admitPod(pod({ containers: [{ name: 'a' }], initContainers: [{ name: 'b' }] }), new Random(1));
  expect(spec.serviceAccountName).toBe('default');
  const [volume] = spec.volumes;
  expect(volume.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
  for (const container of [...spec.containers, ...spec.initContainers]) {
    expect(container.volumeMounts).toEqual([{ name: volume.name, readOnly: true, mountPath: TOKEN }]);
  }
});

test('a second time, only containers that came later change', () => {
  const once = admitPod(pod({ containers: [{ name: 'a' }] }), new Random(1));
  const containers = [...once['spec'].containers, { name: 'envoy' }];
  const twice = admitPod({ ...once, spec: { ...once['spec'], containers } }, new Random(2));
  expect(twice['spec'].volumes).toEqual(once['spec'].volumes);
  expect(twice['spec'].containers[1].volumeMounts[0].name).toBe(once['spec'].volumes[0].name);
  expect(twice['spec'].tolerations).toHaveLength(2);
});

test('automountServiceAccountToken: false and a mount of its own are respected', () => {
  expect(
    admitPod(pod({ automountServiceAccountToken: false, containers: [{ name: 'a' }] }), new Random(1))['spec'],
  ).not.toHaveProperty('volumes');
  const own = { name: 'a', volumeMounts: [{ name: 'mine', mountPath: TOKEN }] };
  expect(admitPod(pod({ containers: [own] }), new Random(1))['spec'].containers).toEqual([own]);
});

test('tolerations of the user stay', () => {
  const own = { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 };
  const { tolerations } = admitPod(pod({ containers: [], tolerations: [own] }), new Random(1))['spec'];
  expect(tolerations.map(({ tolerationSeconds }: { tolerationSeconds: number }) => tolerationSeconds)).toEqual([
    5, 300,
  ]);
});
