import { expect, test } from 'vitest';
import { OSM_PROFILES } from './profiles.ts';
import { metricsEnabled, mustInject, OsmDenial, webhookSelects } from './sidecar-injection.ts';

const INJECTION = 'openservicemesh.io/sidecar-injection';
const annotated = (value?: string): Record<string, string> => (value === undefined ? {} : { [INJECTION]: value });
const namespace = (value?: string) => ({ name: 'shop', monitored: true, annotations: annotated(value) });
const pod = (value?: string, hostNetwork = false) => ({
  metadata: { annotations: annotated(value) },
  spec: { hostNetwork },
});

test.each([
  [undefined, undefined, false],
  [undefined, 'enabled', true],
  [undefined, 'No', false],
  ['disabled', undefined, false],
  ['disabled', 'yes', true],
  ['Enabled', undefined, true],
  ['TRUE', 'true', true],
  ['enabled', 'false', false],
])('namespace %s, pod %s: %s', (onNamespace, onPod, injected) => {
  expect(mustInject(pod(onPod), namespace(onNamespace), 'osm-system')).toBe(injected);
});

test.each(['', ' enabled', 'on', '1', 'Maybe'])('an annotation that says %j denies, in its own spelling', (value) => {
  const message = `Invalid annotation value for key "${INJECTION}": ${value}`;
  expect(() => mustInject(pod(value), namespace('enabled'), 'osm-system')).toThrow(new OsmDenial(message));
  expect(() => mustInject(pod('enabled'), namespace(value), 'osm-system')).toThrow(new OsmDenial(message));
});

test('what is looked at first decides', () => {
  expect(mustInject(pod('bad', true), namespace('bad'), 'osm-system')).toBe(false);
  expect(mustInject(pod('bad'), { ...namespace('bad'), name: 'kube-system' }, 'osm-system')).toBe(false);
  expect(mustInject(pod('bad'), { ...namespace('bad'), name: 'mesh' }, 'mesh')).toBe(false);
  expect(mustInject(pod('bad'), { ...namespace('bad'), monitored: false }, 'osm-system')).toBe(false);
  expect(mustInject(pod(), { ...namespace('enabled'), name: 'kube-node-lease' }, 'osm-system')).toBe(true);
  const missing = { ...namespace(), annotations: undefined };
  expect(() => mustInject(pod('bad'), missing, 'osm-system')).toThrow('Invalid annotation value');
  expect(() => mustInject(pod('enabled'), missing, 'osm-system')).toThrow(new OsmDenial('namespace not found'));
});

test('metrics: empty is off, the error is lower case', () => {
  const metrics = (value: string) =>
    metricsEnabled({ name: 'shop', monitored: true, annotations: { 'openservicemesh.io/metrics': value } });
  expect(metrics('')).toBe(false);
  expect(metrics('Yes')).toBe(true);
  expect(metrics('disabled')).toBe(false);
  expect(() => metrics('Bad')).toThrow(
    new OsmDenial('Invalid value specified for annotation "openservicemesh.io/metrics": bad'),
  );
});

test('the API server asks for monitored namespaces only', () => {
  const selects = (labels: Record<string, string>, version: '1.1' | 'main' = '1.1') =>
    webhookSelects(
      { metadata: { labels } },
      { profile: OSM_PROFILES[version], meshName: 'osm', osmNamespace: 'osm-system' },
    );
  const monitored = { 'openservicemesh.io/monitored-by': 'osm' };
  expect(selects(monitored)).toBe(true);
  expect(selects({})).toBe(false);
  expect(selects({ 'openservicemesh.io/monitored-by': 'other' })).toBe(false);
  expect(selects({ ...monitored, 'openservicemesh.io/ignore': 'true' })).toBe(false);
  expect(selects({ ...monitored, 'control-plane': 'x' })).toBe(false);
  expect(selects({ ...monitored, name: 'osm-system' })).toBe(false);
  // Without that label OSM's own namespace is not excluded: the trap of v1.1.
  expect(selects({ ...monitored, 'kubernetes.io/metadata.name': 'osm-system' })).toBe(true);
  expect(selects({ ...monitored, 'kubernetes.io/metadata.name': 'osm-system' }, 'main')).toBe(false);
});
