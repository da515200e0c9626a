import { expect, test } from 'vitest';
import { OSM_PROFILES } from './profiles.ts';
import { OsmDenial } from './sidecar-injection.ts';
import { isCIDR, trafficExclusions } from './traffic-exclusions.ts';

const key = (name: string) => `openservicemesh.io/${name}-list`;
const V1_1 = OSM_PROFILES['1.1'];

test("ports: the mesh's first; ranges: the pod's first; each once", () => {
  const annotations = {
    [key('outbound-port-exclusion')]: '443, 6379,+443',
    [key('outbound-ip-range-exclusion')]: '10.0.0.0/8 ',
  };
  const traffic = { outboundPortExclusionList: [6379], outboundIPRangeExclusionList: ['1.1.1.1/32', '10.0.0.0/8'] };
  expect(trafficExclusions(annotations, traffic, V1_1)).toMatchObject({
    outboundPorts: [6379, 443],
    outboundIPRanges: ['10.0.0.0/8', '1.1.1.1/32'],
  });
});

test.each(['', '0', '-1', '80 80', 'x', '8_0', '9223372036854775808'])(
  'the port list %j denies; v1.0 ignores it',
  (list) => {
    const annotations = { [key('inbound-port-exclusion')]: `22,${list}` };
    const message = `Invalid port value '${list}' specified for annotation '${key('inbound-port-exclusion')}'`;
    expect(() => trafficExclusions(annotations, {}, V1_1)).toThrow(new OsmDenial(message));
    expect(trafficExclusions(annotations, { inboundPortExclusionList: [1] }, OSM_PROFILES['1.0']).inboundPorts).toEqual(
      [1],
    );
  },
);

test('a port beyond 65535 passes, as in OSM', () => {
  expect(trafficExclusions({ [key('outbound-port-exclusion')]: '70000' }, {}, V1_1).outboundPorts).toEqual([70000]);
});

test('the first bad list is reported', () => {
  const annotations = { [key('outbound-ip-range-inclusion')]: 'foo', [key('outbound-ip-range-exclusion')]: '10.0.0.0' };
  expect(() => trafficExclusions(annotations, {}, V1_1)).toThrow(
    "Invalid IP range '10.0.0.0' specified for annotation",
  );
});

test.each([
  '10.0.0.10/24',
  '10.0.0.0/08',
  '0.0.0.0/000',
  '::/0',
  'fd00::1/128',
  '::ffff:1.2.3.4/96',
  '1:2:3:4:5:6:7:8/64',
])('%s is a range', (text) => {
  expect(isCIDR(text)).toBe(true);
});

test.each([
  '10.0.0.0',
  '10.0.0.0/33',
  '10.0.0/8',
  '010.0.0.0/8',
  '10.0.0.256/8',
  '::1/129',
  '1::2::3/8',
  ':::/8',
  'foo',
  '/8',
  '1.2.3.4::/8',
])('%s is none', (text) => {
  expect(isCIDR(text)).toBe(false);
});
