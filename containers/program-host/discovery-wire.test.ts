import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nextMessage } from '../grpc/frame.ts';
import { envoyProtos } from '../osm/envoy-protos.ts';
import { decodeRequest, encodeResponse } from './discovery-wire.ts';

const protos = () => envoyProtos();
const REQUEST = 'envoy.service.discovery.v3.DiscoveryRequest';
const RESPONSE = 'envoy.service.discovery.v3.DiscoveryResponse';

const request = fc.record({
  version_info: fc.string(),
  resource_names: fc.array(fc.string({ minLength: 1 })),
  type_url: fc.string(),
  response_nonce: fc.string(),
  node: fc.record({ id: fc.string() }),
  error_detail: fc.record({ code: fc.nat(16), message: fc.string() }),
});

it('reads requests as Envoy’s own protos write them', () => {
  const type = protos().lookupType(REQUEST);
  fc.assert(
    fc.property(request, (one) => {
      // Fields that are no concern of a server's stand between the others.
      const node = { ...one.node, cluster: 'bookbuyer.', user_agent_name: 'envoy', extensions: [{ name: 'a' }] };
      const bytes = Buffer.from(type.encode(type.create({ ...one, node })).finish());
      expect(decodeRequest(bytes)).toEqual(one);
    }),
  );
});

it('writes responses that Envoy’s own protos read', () => {
  const type = protos().lookupType(RESPONSE);
  const resource = fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('base64'));
  const response = fc.record({
    version_info: fc.string(),
    type_url: fc.string({ minLength: 1 }),
    nonce: fc.string(),
    resources: fc.array(fc.record({ name: fc.string(), resource })),
  });
  fc.assert(
    fc.property(response, (one) => {
      const read = type.toObject(type.decode(encodeResponse(one)), { bytes: String, defaults: true });
      expect(read).toMatchObject({ version_info: one.version_info, type_url: one.type_url, nonce: one.nonce });
      expect(read.resources).toEqual(one.resources.map(({ resource: value }) => ({ type_url: one.type_url, value })));
    }),
  );
});

it('whatever comes, it is read or refused with a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const data = Buffer.from(bytes);
      for (const read of [() => decodeRequest(data), () => nextMessage(data)]) {
        try {
          read();
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect(error).not.toBeInstanceOf(RangeError);
          expect(error).not.toBeInstanceOf(TypeError);
        }
      }
    }),
    { numRuns: 10_000 },
  );
});
