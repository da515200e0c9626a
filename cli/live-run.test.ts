import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StampedFact } from '../sim/kube/fact.ts';
import { findLiveRun, LiveRunWriter, liveRuns, readLiveWrites } from './live-run.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'probelab-live-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fact = (at: number, name: string): StampedFact =>
  ({ kind: 'object', op: 'ADDED', at, seq: 0, object: { kind: 'Pod', metadata: { name } } }) as unknown as StampedFact;
const CLOCK = { epochMs: 1000 };

it('a run that goes on is found, read as far as it is, and followed to its end', async () => {
  const writer = new LiveRunWriter(folder, 'demo');
  expect(liveRuns(folder)).toEqual([]);
  writer.onFact(fact(1, 'a'), CLOCK);
  writer.onFact({ kind: 'step' } as unknown as StampedFact, CLOCK);
  const live = findLiveRun(folder, undefined);
  expect(live).toMatchObject({ name: 'demo', epochMs: 1000, pid: process.pid });
  expect(findLiveRun(folder, 'demo')).toEqual(live);
  expect(findLiveRun(folder, 'other')).toBeUndefined();
  if (live === undefined) throw new Error('not found');
  const now: string[] = [];
  for await (const { object } of readLiveWrites(live, false)) now.push(object.metadata.name);
  expect(now).toEqual(['a']);
  const followed: string[] = [];
  for await (const { object } of readLiveWrites(live, true)) {
    followed.push(object.metadata.name);
    if (followed.length === 1) writer.onFact(fact(2, 'b'.repeat(100_000)), CLOCK);
    if (followed.length === 2) writer.end();
  }
  expect(followed.map((name) => name.length)).toEqual([1, 100_000]);
  expect(liveRuns(folder)).toEqual([]);
});

it('what a dead process left is removed', () => {
  const left = join(folder, 'live', '1-2');
  mkdirSync(left, { recursive: true });
  // No process has this number: it is above the system's highest.
  writeFileSync(join(left, 'run.json'), JSON.stringify({ name: 'x', pid: 2 ** 30, epochMs: 0 }));
  expect(liveRuns(folder)).toEqual([]);
  expect(existsSync(left)).toBe(false);
});

it('a folder that cannot be written does not end the run', () => {
  writeFileSync(join(folder, 'file'), '');
  const writer = new LiveRunWriter(join(folder, 'file'), 'demo');
  writer.onFact(fact(1, 'a'), CLOCK);
  writer.end();
});
