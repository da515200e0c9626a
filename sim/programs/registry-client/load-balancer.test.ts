import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import { CachedList, type ListCache } from './load-balancer.ts';

function list(cache: ListCache) {
  const clock = new VirtualClock();
  const source = { now: ['a', 'b'] };
  const taken: (readonly string[])[] = [];
  const cached = new CachedList(
    clock,
    cache,
    () => source.now,
    (one) => taken.push(one),
  );
  return { clock, source, taken, cached };
}

describe('the list of a caller', () => {
  it('without a cache is what the registry says now, in turn', () => {
    const { source, cached } = list({});
    expect([cached.next(), cached.next(), cached.next()]).toEqual(['a', 'b', 'a']);
    source.now = ['c'];
    expect(cached.next()).toBe('c');
  });

  it('with a ttl lives so long from the moment it was taken, whatever the registry says', () => {
    const { clock, source, cached, taken } = list({ ttl: 35_000 });
    clock.runUntil(1000);
    expect(cached.next()).toBe('a');
    source.now = ['b'];
    clock.runUntil(35_999);
    expect([cached.next(), cached.next()].sort()).toEqual(['a', 'b']);
    clock.runUntil(36_000);
    expect([cached.next(), cached.next()]).toEqual(['b', 'b']);
    expect(taken).toEqual([['a', 'b'], ['b']]);
  });

  it('with a refresh is taken again at that interval, asked for or not', () => {
    const { clock, source, cached, taken } = list({ refresh: 30_000 });
    expect(cached.next()).toBe('a');
    source.now = ['b'];
    clock.runUntil(29_999);
    expect(taken).toHaveLength(1);
    clock.runUntil(30_000);
    expect(taken).toEqual([['a', 'b'], ['b']]);
  });

  it('an empty one is not kept', () => {
    const { source, cached } = list({ ttl: 35_000 });
    source.now = [];
    expect(cached.next()).toBeUndefined();
    source.now = ['a'];
    expect(cached.next()).toBe('a');
  });
});
