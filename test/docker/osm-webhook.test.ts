import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dockerRuntime } from '../../containers/docker/factory.ts';
import { PODS } from '../../sim/kube/objects.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { createLab } from '../../sim/lab.ts';
import { readCases } from '../conformance/golden.ts';
import { ask, playOverHttps, startInjector } from '../conformance/suites/osm-admission.ts';
import { webhookRequest } from '../fuzz/draw/admission-review.ts';
import { describeDocker, ensureImages } from './engine.ts';
import { PodDriver } from './pod-driver.ts';

const GOLDEN = new URL('../golden/osm/admission-http.jsonl', import.meta.url).pathname;
const MALFORMED = 300;

function namespace(name: string, mesh?: string, injection = 'enabled'): NewObject {
  const labels: Record<string, string> = mesh === undefined ? {} : { 'openservicemesh.io/monitored-by': mesh };
  const annotations = { 'openservicemesh.io/sidecar-injection': injection };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels, annotations } };
}

const CLUSTER: NewObject[] = [
  namespace('shop', 'osm'),
  namespace('plain'),
  namespace('other-mesh', 'osm2'),
  {
    apiVersion: 'config.openservicemesh.io/v1alpha2',
    kind: 'MeshConfig',
    metadata: { name: 'osm-mesh-config', namespace: 'osm-system' },
    spec: { sidecar: { envoyImage: 'example/envoy:1' } },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'osm-injector', namespace: 'osm-system' },
    spec: {
      containers: [
        {
          name: 'osm-injector',
          image: 'openservicemesh/osm-injector:v1.1.4',
          command: ['/osm-injector'],
          args: ['--mesh-name', 'osm'],
          readinessProbe: { httpGet: { scheme: 'HTTPS', path: '/healthz', port: 9090 }, periodSeconds: 1 },
        },
      ],
    },
  },
];

/** The patch that the webhook at `host` makes for a pod of a namespace, as text; undefined if it changes nothing. */
async function patchFor(host: string, inNamespace: string): Promise<string | undefined> {
  const object = { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'a' }] } };
  const request = { uid: '1', namespace: inNamespace, operation: 'CREATE', object };
  const body = JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request });
  const path = '/mutate-pod-creation';
  const answer = await ask(host, { method: 'POST', path, contentType: 'application/json', body });
  const { response } = JSON.parse(answer.body);
  return response.patch && Buffer.from(response.patch, 'base64').toString();
}

describeDocker("osm-injector's webhook over HTTPS", () => {
  beforeAll(() => ensureImages(['pause', 'app']));

  it('answers as recorded', async () => {
    let count = 0;
    for await (const result of playOverHttps([GOLDEN], { sideBySide: false })) {
      count++;
      expect(result, result.difference).toMatchObject({ status: 'passed' });
    }
    expect(count).toBe(readCases(GOLDEN).length);
  });

  it('of a lab knows its namespaces and MeshConfig', async () => {
    const lab = await createLab({ runtime: dockerRuntime() });
    try {
      lab.start();
      lab.apply(CLUSTER);
      const pod = () => lab.store.get(PODS, 'osm-system', 'osm-injector');
      for (let i = 0; i < 60 && pod()?.status.containerStatuses?.[0]?.ready !== true; i++) await lab.advance(500);
      const ip = pod()?.status.podIP ?? '';
      // What it is told it reads when it comes to it.
      const soon = { timeout: 20_000 };
      await expect.poll(() => patchFor(ip, 'shop'), soon).toContain('example/envoy:1');
      expect(await patchFor(ip, 'plain')).toBeUndefined();
      expect(await patchFor(ip, 'other-mesh')).toBeUndefined();
      lab.apply([namespace('shop', 'osm', 'disabled')]);
      await expect.poll(() => patchFor(ip, 'shop'), soon).toBeUndefined();
    } finally {
      await lab.dispose();
    }
  });

  describe('a pod of osm-injector', () => {
    let driver: PodDriver;
    let host: string;
    beforeAll(async () => {
      driver = await PodDriver.open();
      host = await startInjector(driver);
    });
    afterAll(() => driver?.dispose());

    it('patches a pod: the init container, Envoy, rewritten probes', async () => {
      const livenessProbe = { httpGet: { path: '/liveness', port: 14001 } };
      const object = { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'a', livenessProbe }] } };
      const request = { uid: '705ab4f5', namespace: 'shop', operation: 'CREATE', object };
      const review = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', request };
      const { status, body } = await ask(host, {
        method: 'POST',
        path: '/mutate-pod-creation',
        contentType: 'application/json',
        body: JSON.stringify(review),
      });
      expect(status).toBe(200);
      const { response } = JSON.parse(body);
      expect(response).toMatchObject({ uid: '705ab4f5', allowed: true, patchType: 'JSONPatch' });
      const patch = Buffer.from(response.patch, 'base64').toString();
      for (const part of ['osm-init', '/osm-liveness-probe', '15901', 'envoy-bootstrap-config-']) {
        expect(patch).toContain(part);
      }
    });

    it('serves its health and nothing else', async () => {
      expect(await ask(host, { method: 'GET', path: '/healthz' })).toMatchObject({ status: 200, body: 'Health OK' });
      expect(await ask(host, { method: 'GET', path: '/' })).toMatchObject({
        status: 404,
        body: '404 page not found\n',
      });
    });

    it('survives malformed reviews', async () => {
      const printable = webhookRequest.filter(({ contentType }) => /^[ -~]*$/.test(contentType));
      for (const { contentType, body } of fc.sample(printable, { numRuns: MALFORMED, seed: 5 })) {
        const answer = await ask(host, { method: 'POST', path: '/mutate-pod-creation', contentType, body });
        expect([200, 400, 415]).toContain(answer.status);
      }
      expect(await ask(host, { method: 'GET', path: '/healthz' })).toMatchObject({ status: 200 });
      expect(driver.events.some(({ type }) => type === 'container-exited')).toBe(false);
    });
  });
});
