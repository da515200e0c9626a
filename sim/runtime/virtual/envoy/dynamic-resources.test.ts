import { expect, it } from 'vitest';
import { DynamicResources, LDS } from './dynamic-resources.ts';
import type { Raw } from './raw.ts';

function listener(name: string, port: number, filter = 'envoy.filters.network.tcp_proxy'): Raw {
  const filters = [{ name: filter, typed_config: { cluster: 'app' } }];
  const address = { socket_address: { address: '0.0.0.0', port_value: port } };
  return { '@type': LDS, name, address, filter_chains: [{ filters }] } as unknown as Raw;
}

it('what has not changed stays the object it was', () => {
  const resources = new DynamicResources();
  resources.apply(LDS, [listener('in', 1), listener('out', 2)]);
  const before = resources.listeners.get('in');
  resources.apply(LDS, [listener('in', 1), listener('out', 3)]);
  expect(resources.listeners.get('in')).toBe(before);
  expect(resources.listeners.get('out')?.port).toBe(3);
  resources.apply(LDS, [listener('in', 1)]);
  expect([...resources.listeners.keys()]).toEqual(['in']);
});

it('an update that was refused changes nothing, and is looked at again when it comes again', () => {
  const resources = new DynamicResources();
  resources.apply(LDS, [listener('in', 1), listener('out', 2)]);
  const refused = [listener('in', 7), listener('out', 2, 'nobody.knows')];
  for (let i = 0; i < 2; i++) {
    expect(() => resources.apply(LDS, refused)).toThrow("Didn't find a registered implementation for 'nobody.knows'");
    expect([...resources.listeners.values()].map(({ port }) => port)).toEqual([1, 2]);
  }
  resources.apply(LDS, [listener('in', 7), listener('out', 2)]);
  expect([...resources.listeners.values()].map(({ port }) => port)).toEqual([7, 2]);
});
