import type { XdsResource } from '../../sim/mesh/osm/xds/resource.ts';
import { envoyProtos } from './envoy-protos.ts';
import { encodeJson } from './proto-json.ts';

/**
 * A resource as an osm-controller in docker sends it on: the bytes of its message, base64. Done here, where Envoy's
 * protos are; the image of our programs has no packages.
 * Throws an Error if the resource does not fit Envoy's API.
 */
export function encodeResource({ '@type': url, ...rest }: XdsResource): string {
  const type = envoyProtos().lookupType(url.slice(url.lastIndexOf('/') + 1));
  return Buffer.from(encodeJson(type, rest)).toString('base64');
}
