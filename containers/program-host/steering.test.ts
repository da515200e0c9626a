import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { readSteering } from './steering.ts';

test('one object a line, however the bytes arrive; what is none is told and skipped', async () => {
  const input = new PassThrough();
  const patches: unknown[] = [];
  const bad: string[] = [];
  readSteering(
    input,
    (patch) => patches.push(patch),
    (text) => bad.push(text),
  );
  for (const part of ['{"a":', '1}\n{"b":2}\n\nno', 'nsense\n[1]\n', '{"c":3}']) {
    input.write(part);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(patches).toEqual([{ a: 1 }, { b: 2 }]);
  expect(bad).toHaveLength(2);
});
