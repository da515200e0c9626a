import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../sim/core/random.ts';
import { answerAdmissionReview } from '../../sim/mesh/osm/admission-review.ts';
import { createOsmInjector } from '../../sim/mesh/osm/injector.ts';
import { OSM_VERSIONS } from '../../sim/mesh/osm/profiles.ts';
import { osmHealthcheck } from '../../sim/programs/osm-healthcheck.ts';
import { createVirtualPod } from '../conformance/osm/virtual-pod.ts';
import { RUNS, SEED } from './budget.ts';
import { webhookRequest } from './draw/admission-review.ts';

const namespaceOf = (name: string) => ({
  name,
  monitored: true,
  annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
});

test('the webhook answers whatever it is sent', () => {
  const random = new Random(SEED);
  const injectors = new Map(OSM_VERSIONS.map((profile) => [profile, createOsmInjector({ random, profile })]));
  const statuses = new Map<number, number>();
  let denied = 0;
  fc.assert(
    fc.property(webhookRequest, fc.constantFrom(...OSM_VERSIONS), (request, version) => {
      const injector = injectors.get(version) ?? expect.fail();
      const { status, body } = answerAdmissionReview(injector, request, namespaceOf);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status !== 200) {
        expect(body.endsWith('\n')).toBe(true);
        return;
      }
      const { response } = JSON.parse(body);
      expect(response).toMatchObject({ uid: expect.any(String), allowed: expect.any(Boolean) });
      if (!response.allowed) {
        denied++;
        expect(response.status.message).toEqual(expect.any(String));
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Not vacuous: all three ways to answer were seen, and denials among them.
  expect([...statuses.keys()].sort()).toEqual([200, 400, 415]);
  expect(denied).toBeGreaterThan(RUNS / 100);
});

const PORT_HEADER = 'Original-Tcp-Port';
const headerName = fc.oneof(
  fc.constantFrom(PORT_HEADER, PORT_HEADER.toLowerCase(), 'Host', 'Connection'),
  fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}$/),
);
const headerValue = fc.oneof(
  fc.constantFrom('14001', '0', '-1', '70000', '', ' 14001 ', 'abc', '0x50', '1e3', '14001, 14001', '127.0.0.1:80'),
  fc.integer().map(String),
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replace(/[\r\n\0]/g, ' ')),
);

test('osm-healthcheck answers whatever headers a probe has', () => {
  const pod = createVirtualPod();
  pod.runProgram('app', (host) => void host.listenTcp({ port: 14001 }, { onConnection: () => {} }));
  pod.runProgram('osm-healthcheck', osmHealthcheck);
  const statuses = new Set<number>();
  fc.assert(
    fc.property(fc.array(fc.tuple(headerName, headerValue), { maxLength: 5 }), (headers) => {
      const attempt = { scheme: 'http', port: 15904, method: 'GET', target: '/osm-healthcheck', headers } as const;
      const outcome = pod.http(attempt);
      expect(outcome.kind).toBe('response');
      if (outcome.kind === 'response') statuses.add(outcome.status);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect([...statuses].sort()).toEqual([200, 400, 404]);
});
