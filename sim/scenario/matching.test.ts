import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { badPattern, mismatch } from './matching.ts';

const POD = {
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 80 }] }] },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
    containerStatuses: [
      { name: 'envoy', restartCount: 0 },
      { name: 'app', restartCount: 2, lastState: { terminated: { exitCode: 137 } } },
    ],
  },
};

describe('an expected part holds', () => {
  test.each<[string, unknown]>([
    ['nothing named', {}],
    ['fields by value', { status: { phase: 'Running' } }],
    ['conditions by type, in any order', { status: { conditions: [{ type: 'Ready', status: 'False' }] } }],
    ['container statuses by name', { status: { containerStatuses: [{ name: 'app', restartCount: 2 }] } }],
    ['ports by name', { spec: { containers: [{ name: 'app', ports: [{ name: 'http', containerPort: 80 }] }] } }],
    ['a regular expression', { metadata: { name: '/^w/' } }],
    ['a comparison', { status: { containerStatuses: [{ name: 'app', restartCount: '>= 2' }] } }],
    ['null: not there', { metadata: { deletionTimestamp: null } }],
    ['without a key, item by item', { status: { containerStatuses: [{ restartCount: 0 }] } }],
  ])('%s', (_, expected) => {
    expect(mismatch(expected, POD)).toBeUndefined();
  });
});

describe('the first difference has its path', () => {
  test.each<[unknown, string, unknown]>([
    [{ status: { phase: 'Pending' } }, 'status.phase', 'Running'],
    [
      { status: { containerStatuses: [{ name: 'app', restartCount: 1 }] } },
      'status.containerStatuses[app].restartCount',
      2,
    ],
    [{ status: { containerStatuses: [{ name: 'none' }] } }, 'status.containerStatuses[none]', undefined],
    [
      { status: { containerStatuses: [{ name: 'app', restartCount: '> 2' }] } },
      'status.containerStatuses[app].restartCount',
      2,
    ],
    [{ metadata: { labels: { app: '/^x/' } } }, 'metadata.labels.app', 'web'],
    [{ metadata: { name: null } }, 'metadata.name', 'web'],
    [{ spec: { replicas: 1 } }, 'spec.replicas', undefined],
  ])('%j', (expected, path, actual) => {
    expect(mismatch(expected, POD)).toMatchObject({ path, actual });
  });
});

test('durations compare as durations', () => {
  expect(mismatch('< 5s', '4.9s')).toBeUndefined();
  expect(mismatch('< 5s', '1m')).toBeDefined();
  expect(mismatch('< 5s', 'soon')).toBeDefined();
});

test('what is no regular expression is found, with its path', () => {
  expect(badPattern({ a: [{ b: '/(/' }] }, ['event'])).toMatchObject({ path: ['event', 'a', 0, 'b'], text: '/(/' });
  expect(badPattern({ a: '/ok/' }, [])).toBeUndefined();
});

test('anything is part of itself', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(mismatch(withoutPatterns(value), withoutPatterns(value))).toBeUndefined();
    }),
  );
});

/** Patterns, comparisons and null stand for something else than themselves. */
function withoutPatterns(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? {}).replaceAll(/[/<>]/g, '_'), (key, inner) => {
    if (inner === null || key === 'name' || key === 'type' || key === 'mountPath') return undefined;
    return Array.isArray(inner) ? inner.filter((item) => item !== undefined && item !== null) : inner;
  });
}
