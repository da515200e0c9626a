import fc from 'fast-check';
import { envoyProtos } from '../../../containers/osm/envoy-protos.ts';

export const XDS_KINDS = {
  clusters: 'type.googleapis.com/envoy.config.cluster.v3.Cluster',
  endpoints: 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment',
  listeners: 'type.googleapis.com/envoy.config.listener.v3.Listener',
} as const;

const some = fc.string({ unit: 'binary', maxLength: 12 });
const names = fc.oneof(fc.constantFrom('a', 'b', 'inbound-listener', '', '__proto__', '*'), some);
const request = fc.record(
  {
    type_url: fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...Object.values(XDS_KINDS)) },
      fc.constantFrom('constructor', ''),
      some,
    ),
    version_info: fc.oneof(fc.constantFrom('', '0', '7', '-1', '9'.repeat(40), 'NaN'), some),
    response_nonce: fc.oneof(fc.constant(''), some),
    resource_names: fc.array(names, { maxLength: 6 }),
    node: fc.record({ id: some, cluster: some }),
    error_detail: fc.record({ code: fc.nat(20), message: some }),
  },
  { requiredKeys: ['type_url'] },
);

/** What may befall bytes: another byte, a byte more, or the end; mostly nothing does. */
const hit = fc.record({ kind: fc.constantFrom('change', 'insert', 'cut'), at: fc.nat(400), byte: fc.nat(255) });
const damage = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(hit, { minLength: 1, maxLength: 3 }));

/** The bytes of a DiscoveryRequest: as Envoy writes them, damaged, or of chance. */
export const discoveryRequest: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(request, damage).map(([fields, hits]) => damaged(encoded(fields), hits)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)) },
);

function encoded(fields: object): Buffer {
  const type = envoyProtos().lookupType('envoy.service.discovery.v3.DiscoveryRequest');
  return Buffer.from(type.encode(type.create(fields as Record<string, unknown>)).finish());
}

function damaged(bytes: Buffer, hits: readonly { kind: string; at: number; byte: number }[]): Buffer {
  const out = [...bytes];
  for (const { kind, at, byte } of hits) {
    const place = out.length === 0 ? 0 : at % out.length;
    if (kind === 'cut') out.length = place;
    else out.splice(place, kind === 'change' ? 1 : 0, byte);
  }
  return Buffer.from(out);
}
