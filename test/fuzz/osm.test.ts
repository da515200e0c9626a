import fc from 'fast-check';
import { expect, test } from 'vitest';
import { framed, nextMessage } from '../../containers/grpc/frame.ts';
import { decodeRequest } from '../../containers/program-host/discovery-wire.ts';
import { Random } from '../../sim/core/random.ts';
import { VirtualClock } from '../../sim/core/virtual-clock.ts';
import { answerAdmissionReview } from '../../sim/mesh/osm/admission-review.ts';
import { createOsmInjector } from '../../sim/mesh/osm/injector.ts';
import { OSM_VERSIONS } from '../../sim/mesh/osm/profiles.ts';
import type { AdsStream, DiscoveryRequest, DiscoveryResponse } from '../../sim/programs/ads.ts';
import { AdsServer } from '../../sim/programs/osm/ads-server.ts';
import { osmHealthcheck } from '../../sim/programs/osm-healthcheck.ts';
import { createVirtualPod } from '../conformance/osm/virtual-pod.ts';
import { RUNS, SEED } from './budget.ts';
import { webhookRequest } from './draw/admission-review.ts';
import { discoveryRequest, XDS_KINDS } from './draw/discovery-request.ts';

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

/** A proxy's end of a stream: hands over requests, keeps the answers. */
function proxyOf(server: AdsServer): { ask: (request: DiscoveryRequest) => void; answers: DiscoveryResponse[] } {
  const answers: DiscoveryResponse[] = [];
  let ask: (request: DiscoveryRequest) => void = () => {};
  const stream: AdsStream = {
    commonName: 'proxy',
    remoteAddress: '10.244.0.9',
    onRequest: (handler) => {
      ask = handler;
    },
    onClose: () => {},
    send: (response) => void answers.push(response),
    fail: (code, message) => expect.fail(`${code}: ${message}`),
  };
  server.accept(stream);
  return { ask: (request) => ask(request), answers };
}

test('osm-controller answers whatever requests a proxy sends, and the next proxy as if nothing had been', () => {
  const server = new AdsServer({ clock: new VirtualClock() }, () => {});
  const resources = (...names: string[]) => names.map((name) => ({ name, resource: { name } }));
  server.update({
    proxy: { [XDS_KINDS.clusters]: resources('a', 'b'), [XDS_KINDS.listeners]: resources('inbound-listener') },
  });
  const seen = { read: 0, refused: 0, answered: 0 };
  fc.assert(
    fc.property(fc.array(discoveryRequest, { minLength: 1, maxLength: 4 }), (messages) => {
      const { ask, answers } = proxyOf(server);
      for (const bytes of messages) {
        const frame = nextMessage(framed(bytes)) ?? expect.fail();
        let request: DiscoveryRequest;
        try {
          request = decodeRequest(frame.message);
        } catch (error) {
          // In words of ours, not those of a slip.
          expect((error as Error).constructor).toBe(Error);
          seen.refused++;
          continue;
        }
        seen.read++;
        ask(request);
      }
      seen.answered += answers.length;
      for (const { version_info } of answers) expect(version_info).toMatch(/^\d+$/);
      const next = proxyOf(server);
      next.ask({ type_url: XDS_KINDS.clusters, version_info: '', resource_names: [], response_nonce: '' });
      expect(next.answers.map(({ resources: sent }) => sent.length)).toEqual([2]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(RUNS / 20);
});
