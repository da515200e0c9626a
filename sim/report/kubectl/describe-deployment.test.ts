import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../test/conformance/golden.ts';
import { parseDescribedEvents } from '../../../test/kubectl/parse-events.ts';
import type { Deployment, EndpointSlice, Pod, ReplicaSet, Service } from '../../kube/objects.ts';
import { describeDeployment, describeReplicaSet } from './describe-deployment.ts';
import { describeEndpointSlice, describeService } from './describe-service.ts';

const ROOT = 'test/golden/cluster/42-gates-rollout-services';
const NOW = Date.parse('2026-11-21T11:08:32.672Z');

function recorded(file: string, name: string): string {
  const texts = readGolden(`${ROOT}/${file}`)
    .replace(/^#.*\n/, '')
    .split('\n\n\n');
  const text = texts.find((candidate) => new RegExp(`^Name: +${name}\\n`).test(candidate));
  if (text === undefined) throw new Error(`no ${name} in ${file}`);
  return text.replace(/\n*$/, '\n');
}

const metadata = (name: string, more: object = {}) => ({
  name,
  namespace: 's42',
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '2026-11-21T11:08:01Z',
  ...more,
});
const template = (labels: object, annotations?: object) => ({
  metadata: { labels, annotations },
  spec: {
    containers: [
      {
        name: 'app',
        image: 'registry.local/probeapp:2',
        ports: [{ containerPort: 8080, name: 'web', protocol: 'TCP' }],
        args: ['--term-delay=1s'],
        readinessProbe: {
          httpGet: { path: '/readyz', port: 'web', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 2,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
    ],
  },
});
const restarted = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T11:08:15Z' };
const replicaSet = (hash: string, revision: string, replicas: number, annotations?: object) =>
  ({
    metadata: metadata(`gated-${hash}`, {
      labels: { app: 'gated', 'pod-template-hash': hash },
      annotations: {
        'deployment.kubernetes.io/desired-replicas': '2',
        'deployment.kubernetes.io/max-replicas': '3',
        'deployment.kubernetes.io/revision': revision,
      },
      ownerReferences: [{ kind: 'Deployment', name: 'gated', controller: true }],
    }),
    spec: {
      replicas,
      selector: { matchLabels: { app: 'gated', 'pod-template-hash': hash } },
      template: template({ app: 'gated', 'pod-template-hash': hash }, annotations),
    },
    status: { replicas, readyReplicas: replicas },
  }) as unknown as ReplicaSet;

describe('describe of workloads', () => {
  const sets = [replicaSet('5478f78588', '1', 0), replicaSet('76c97fccb6', '2', 2, restarted)];

  it('prints a deployment as kubectl did', () => {
    const text = recorded('describe-deployment-5-rollout.txt', 'gated');
    const deployment = {
      metadata: metadata('gated', { annotations: { 'deployment.kubernetes.io/revision': '2' } }),
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'gated' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        template: template({ app: 'gated' }, restarted),
      },
      status: {
        replicas: 2,
        updatedReplicas: 2,
        availableReplicas: 2,
        conditions: [
          { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
          { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
        ],
      },
    } as unknown as Deployment;
    expect(describeDeployment(deployment, sets, parseDescribedEvents(text, NOW), NOW)).toBe(text);
  });

  it('prints its replica sets as kubectl did', () => {
    const pods = [{ status: { phase: 'Running' } }, { status: { phase: 'Running' } }] as Pod[];
    for (const [index, set] of sets.entries()) {
      const text = recorded('describe-deployment-5-rollout.txt', set.metadata.name);
      expect(describeReplicaSet(set, index === 0 ? [] : pods, parseDescribedEvents(text, NOW), NOW)).toBe(text);
    }
  });
});

describe('describe of services', () => {
  const endpoints = ['gated-76c97fccb6-9n2t9', 'gated-76c97fccb6-czn7f'].map((name, index) => ({
    addresses: [`10.244.0.${14 + index}`],
    conditions: { ready: true },
    targetRef: { kind: 'Pod', name },
    nodeName: 'gt-node',
  }));
  const slice = {
    metadata: metadata('gated-86t9m', {
      labels: {
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': 'gated',
      },
      annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': '2026-11-21T11:08:26Z' },
    }),
    addressType: 'IPv4',
    ports: [{ name: '', port: 8080, protocol: 'TCP' }],
    endpoints,
  } as unknown as EndpointSlice;

  it('prints a service as kubectl did', () => {
    const service = {
      metadata: metadata('gated'),
      spec: {
        selector: { app: 'gated' },
        type: 'ClusterIP',
        ipFamilyPolicy: 'SingleStack',
        ipFamilies: ['IPv4'],
        clusterIP: '10.96.153.181',
        clusterIPs: ['10.96.153.181'],
        ports: [{ port: 80, protocol: 'TCP', targetPort: 'web' }],
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      },
    } as unknown as Service;
    expect(describeService(service, [slice], [], NOW)).toBe(recorded('describe-svc-5-rollout.txt', 'gated'));
  });

  it('prints an endpoint slice as kubectl did', () => {
    expect(describeEndpointSlice(slice, [], NOW)).toBe(recorded('describe-svc-5-rollout.txt', 'gated-86t9m'));
  });
});
