import type { DiscoveryRequest, DiscoveryResponse } from '../../sim/programs/ads.ts';

/*
 * The two messages of Envoy's discovery in protobuf's wire format, as far as a server needs them. Written out because
 * the image of our programs has no packages; what responses carry is encoded elsewhere, with Envoy's own protos.
 */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

interface Field {
  number: number;
  value: number | Buffer;
}

/** envoy.service.discovery.v3.DiscoveryRequest. Throws an Error for bytes that are no message. */
export function decodeRequest(message: Buffer): DiscoveryRequest {
  const request: DiscoveryRequest & { resource_names: string[] } = {
    version_info: '',
    resource_names: [],
    type_url: '',
    response_nonce: '',
  };
  for (const { number, value } of fields(message)) {
    if (!Buffer.isBuffer(value)) continue;
    if (number === 1) request.version_info = value.toString();
    else if (number === 2) request.node = { id: stringField(value, 1) };
    else if (number === 3) request.resource_names.push(value.toString());
    else if (number === 4) request.type_url = value.toString();
    else if (number === 5) request.response_nonce = value.toString();
    else if (number === 6) request.error_detail = { code: numberField(value, 1), message: stringField(value, 2) };
  }
  return request;
}

/** envoy.service.discovery.v3.DiscoveryResponse; each resource is the base64 of its message. */
export function encodeResponse(response: DiscoveryResponse): Buffer {
  const resources = response.resources.map(({ resource }) => {
    const value = Buffer.from(String(resource), 'base64');
    return bytes(2, Buffer.concat([text(1, response.type_url), bytes(2, value)]));
  });
  return Buffer.concat([
    text(1, response.version_info),
    ...resources,
    text(4, response.type_url),
    text(5, response.nonce),
  ]);
}

function* fields(message: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++];
      if (byte === undefined) throw new Error('the message ends within a number');
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new Error('a number of more than ten bytes');
  };
  const take = (length: number): Buffer => {
    if (length > message.length - at) throw new Error('the message ends within a field');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    if (number === 0) throw new Error('field 0');
    const wire = tag % 8;
    if (wire === VARINT) yield { number, value: varint() };
    else if (wire === BYTES) yield { number, value: take(varint()) };
    else if (wire === FIXED64) take(8);
    else if (wire === FIXED32) take(4);
    else throw new Error(`wire type ${wire}`);
  }
}

function stringField(message: Buffer, wanted: number): string {
  let found = '';
  for (const { number, value } of fields(message))
    if (number === wanted && Buffer.isBuffer(value)) found = value.toString();
  return found;
}

function numberField(message: Buffer, wanted: number): number {
  let found = 0;
  for (const { number, value } of fields(message)) if (number === wanted && typeof value === 'number') found = value;
  return found;
}

function text(number: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : bytes(number, Buffer.from(value));
}

function bytes(number: number, value: Buffer): Buffer {
  return Buffer.concat([varintOf(number * 8 + BYTES), varintOf(value.length), value]);
}

function varintOf(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    out.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  out.push(rest);
  return Buffer.from(out);
}
