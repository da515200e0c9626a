import fc from 'fast-check';

/** What a client may send to a webhook. */
export interface WebhookRequest {
  contentType: string;
  body: string;
}

const PROBE = { httpGet: { path: '/', port: 80 }, timeoutSeconds: 1 };
const REVIEW = {
  apiVersion: 'admission.k8s.io/v1',
  kind: 'AdmissionReview',
  request: {
    uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
    namespace: 'shop',
    operation: 'CREATE',
    dryRun: false,
    object: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', labels: { app: 'web' }, annotations: { 'openservicemesh.io/sidecar-injection': 'yes' } },
      spec: {
        initContainers: [{ name: 'first', image: 'a' }],
        containers: [
          { name: 'web', image: 'b', ports: [{ name: 'http', containerPort: 80 }], livenessProbe: PROBE },
          { name: 'two', image: 'c', readinessProbe: { tcpSocket: { port: 'http' } }, startupProbe: PROBE },
        ],
        volumes: [{ name: 'data', emptyDir: {} }],
      },
    },
  },
};

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How many places of a value can be reached. */
function places(value: Json): number {
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + Object.values(value).reduce<number>((sum, item) => sum + places(item), 0);
}

/** `value` with its place number `at` replaced; undefined removes it. */
function replaced(value: Json, at: number, by: Json | undefined): Json | undefined {
  if (at === 0) return by;
  if (typeof value !== 'object' || value === null) return value;
  let left = at - 1;
  const entries: [string, Json][] = [];
  for (const [key, item] of Object.entries(value)) {
    const size = places(item);
    const found = left >= 0 && left < size ? replaced(item, left, by) : item;
    left -= size;
    if (found !== undefined) entries.push([key, found]);
  }
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

const review = REVIEW as unknown as Json;
const odd = fc.option(fc.oneof(fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>, fc.integer(), fc.string()), {
  nil: undefined,
});
/** A review with some places of it replaced by anything. */
const bent = fc
  .array(fc.tuple(fc.integer({ min: 0, max: places(review) - 1 }), odd), { minLength: 1, maxLength: 4 })
  .map((changes) => JSON.stringify(changes.reduce<Json>((value, [at, by]) => replaced(value, at, by) ?? null, review)));

/** Text cut off, or with a character put in. */
const torn = fc
  .tuple(bent, fc.nat(), fc.option(fc.string({ maxLength: 3, unit: 'binary' })))
  .map(([text, at, inserted]) => {
    const place = at % (text.length + 1);
    return inserted === null ? text.slice(0, place) : text.slice(0, place) + inserted + text.slice(place);
  });

const body = fc.oneof(
  { weight: 6, arbitrary: bent },
  { weight: 3, arbitrary: torn },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{', '[]', 'null', 'kind: AdmissionReview\nrequest: {}', '&a [*a]', '---'),
  },
);

/** Requests to the webhook, mostly malformed. */
export const webhookRequest: fc.Arbitrary<WebhookRequest> = fc.record({
  contentType: fc.oneof({ weight: 12, arbitrary: fc.constant('application/json') }, fc.string()),
  body,
});
