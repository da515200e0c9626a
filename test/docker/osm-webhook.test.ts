import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCases } from '../conformance/golden.ts';
import { ask, playOverHttps, startInjector } from '../conformance/suites/osm-admission.ts';
import { webhookRequest } from '../fuzz/draw/admission-review.ts';
import { describeDocker, ensureImages } from './engine.ts';
import { PodDriver } from './pod-driver.ts';

const GOLDEN = new URL('../golden/osm/admission-http.jsonl', import.meta.url).pathname;
const MALFORMED = 300;

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
