import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../core/random.ts';
import { answerAdmissionReview } from './admission-review.ts';
import { createOsmInjector } from './injector.ts';

const JSON_TYPE = 'application/json';
const namespaceOf = (name: string) => ({
  name,
  monitored: true,
  annotations: { 'openservicemesh.io/sidecar-injection': 'enabled' },
});

function answer(body: string, contentType = JSON_TYPE) {
  return answerAdmissionReview(createOsmInjector({ random: new Random(1) }), { contentType, body }, namespaceOf);
}

const KIND =
  'Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

// Texts as Go 1.26.8 and apimachinery v0.26.3 printed them.
test.each([
  ['{', "couldn't get version/kind; json parse error: unexpected end of JSON input"],
  ['not json', `couldn't get version/kind; json parse error: json: cannot unmarshal string into ${KIND}`],
  ['[]', `couldn't get version/kind; json parse error: json: cannot unmarshal array into ${KIND}`],
  ['1', `couldn't get version/kind; json parse error: json: cannot unmarshal number into ${KIND}`],
  [
    '{"kind":1}',
    "couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
  ],
])('a body %s is denied without a kind', (body, message) => {
  const { status, body: text } = answer(body);
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({ response: { uid: '', allowed: false, status: { metadata: {}, message } } });
});

test('a request of the wrong type is denied with the kind', () => {
  expect(
    JSON.parse(answer('{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":"x"}').body),
  ).toMatchObject({
    kind: 'AdmissionReview',
    response: {
      allowed: false,
      status: {
        message:
          'json: cannot unmarshal string into Go struct field AdmissionReview.request of type v1.AdmissionRequest',
      },
    },
  });
});

// Texts as apimachinery v0.26.3 printed them.
test.each([
  ['{"userInfo":{"groups":{}}}', 'object', 'UserInfo.request.userInfo.groups', '[]string'],
  ['{"userInfo":{"extra":{"x":"y"}}}', 'string', 'UserInfo.request.userInfo.extra', 'v1.ExtraValue'],
  ['{"userInfo":{"extra":1}}', 'number', 'UserInfo.request.userInfo.extra', 'map[string]v1.ExtraValue'],
  ['{"kind":{"version":1}}', 'number', 'GroupVersionKind.request.kind.version', 'string'],
  ['{"requestResource":[]}', 'array', 'AdmissionRequest.request.requestResource', 'v1.GroupVersionResource'],
])('the request %s is denied', (request, what, field, type) => {
  expect(JSON.parse(answer(`{"request":${request}}`).body).response.status.message).toBe(
    `json: cannot unmarshal ${what} into Go struct field ${field} of type ${type}`,
  );
});

test('keys of a review match exactly, those of the pod in any case', () => {
  const pod = '{"Spec":{"HostNetwork":true}}';
  expect(JSON.parse(answer(`{"Kind":"AdmissionReview","Request":{"uid":"u","object":${pod}}}`).body).response).toEqual({
    uid: '',
    allowed: false,
    status: { metadata: {}, message: 'nil admission request' },
  });
  expect(JSON.parse(answer(`{"request":{"uid":"u","UID":"x","object":${pod}}}`).body)).toEqual({
    response: { uid: 'u', allowed: true },
  });
});

test.each(['{}', 'null', 'a: b', '{"kind":"Foo","apiVersion":"v1"}'])('%s holds no request', (body) => {
  expect(JSON.parse(answer(body).body).response.status.message).toBe('nil admission request');
});

test('a request without an object has nothing to decode', () => {
  expect(JSON.parse(answer('{"request":{"uid":"a"}}').body).response.status.message).toBe(
    'unexpected end of JSON input',
  );
});

test('an injected pod: the uid, and a JSON Patch in base64', () => {
  const object = { metadata: { name: 'p' }, spec: { containers: [{ name: 'a&b' }] } };
  const { response } = JSON.parse(answer(JSON.stringify({ request: { uid: 'u1', namespace: 'shop', object } })).body);
  expect(response).toMatchObject({ uid: 'u1', allowed: true, patchType: 'JSONPatch' });
  const patch = JSON.parse(Buffer.from(response.patch, 'base64').toString());
  expect(patch).toContainEqual({ op: 'add', path: '/spec/containers/0/resources', value: {} });
});

test('whatever a client sends, there is an answer', () => {
  const review = fc.record(
    {
      kind: fc.jsonValue(),
      request: fc.record(
        { uid: fc.jsonValue(), object: fc.record({ spec: fc.jsonValue(), metadata: fc.jsonValue() }) },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    review.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(body, fc.constantFrom(JSON_TYPE, 'text/plain'), (text, contentType) => {
      expect([200, 400, 415]).toContain(answer(text, contentType).status);
    }),
    { numRuns: 1000 },
  );
});
