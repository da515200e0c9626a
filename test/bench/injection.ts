import { createCertificateAuthority } from '../../containers/osm/certificate-authority.ts';
import { Random } from '../../sim/core/random.ts';
import type { KubeObject, Namespace } from '../../sim/kube/objects.ts';
import { createOsmInjector } from '../../sim/mesh/osm/injector.ts';
import { type Figure, medianOf } from './figure.ts';

const ROUNDS = 500;
const metadata = { name: 'bookstore', uid: '1', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
const NAMESPACE = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    ...metadata,
    labels: { 'openservicemesh.io/monitored-by': 'osm' },
    annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
  },
} as Namespace;
const probe = (path: string) => ({ httpGet: { path, port: 14001 } });
const POD: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { ...metadata, namespace: 'bookstore' },
  spec: {
    serviceAccountName: 'bookstore',
    containers: [
      {
        name: 'bookstore',
        image: 'openservicemesh/bookstore:v1.1.4',
        ports: [{ containerPort: 14001 }],
        livenessProbe: probe('/liveness'),
        readinessProbe: probe('/readiness'),
        startupProbe: { tcpSocket: { port: 14001 } },
      },
    ],
  },
};

/** ms for a pod to be admitted by OSM's injector: the patch, the Secret, a real certificate for the proxy. */
export async function injectionFigures(): Promise<Figure[]> {
  const authority = createCertificateAuthority();
  const injector = createOsmInjector({
    random: new Random(1),
    issueCertificate: (name) => authority.issue(name, Date.now() + 3_600_000),
  });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now();
    const { allowed } = injector.admit({
      uid: String(round),
      operation: 'CREATE',
      namespace: 'bookstore',
      namespaceObject: NAMESPACE,
      object: POD,
      dryRun: false,
    });
    times.push(performance.now() - startedAt);
    if (!allowed) throw new Error('the pod was denied');
  }
  return [{ name: 'A pod injected by OSM, certificate included', ...medianOf(times), unit: 'ms', budget: 2 }];
}
