import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LabError } from '../sim/core/errors.ts';
import type { Report } from '../sim/report/report.ts';
import { loadScenario } from '../sim/scenario/load.ts';
import { isDefect, writeBundle } from './bundle.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: web:1}]}\n';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'probelab-bundle-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function scenario() {
  const file = join(folder, 'pod.yaml');
  writeFileSync(file, POD);
  return loadScenario(POD, { file, readFile: () => undefined });
}

it('tells defects from what a user can mend', () => {
  expect(isDefect({ report: { verdict: { result: 'broken', text: '' } } as Report })).toBe(true);
  expect(isDefect({ report: { verdict: { result: 'fail', text: '' } } as Report })).toBe(false);
  expect(isDefect({ error: new TypeError('x is undefined') })).toBe(true);
  expect(isDefect({ error: new LabError('Invalid', 'a pod is invalid') })).toBe(false);
});

it('keeps files, versions, report and error, and says where', () => {
  const report = { profiles: { kubelet: '1.34' }, verdict: { result: 'broken' } } as unknown as Report;
  const now = new Date('2026-11-21T12:00:00Z');
  const defect = { scenario: scenario(), seed: 7, runtime: 'virtual', report, error: new Error('why') };
  const said = writeBundle(folder, defect, now);
  const bundle = join(folder, 'bundles', '20261121-120000.000-pod');
  expect(readdirSync(bundle).sort()).toEqual(['error.txt', 'pod.yaml', 'report.json', 'versions.json']);
  expect(readFileSync(join(bundle, 'pod.yaml'), 'utf8')).toBe(POD);
  const versions = JSON.parse(readFileSync(join(bundle, 'versions.json'), 'utf8'));
  expect(versions).toMatchObject({ seed: 7, node: process.version, replay: 'probelab run pod.yaml --seed 7' });
  expect(readFileSync(join(bundle, 'error.txt'), 'utf8')).toMatch(/^Error: why\n/);
  expect(said).toContain(bundle);
});

it('says so where it cannot be written', () => {
  writeFileSync(join(folder, 'taken'), '');
  const said = writeBundle(join(folder, 'taken'), { scenario: scenario(), runtime: 'virtual' });
  expect(said).toMatch(/^warning: the bundle was not written/);
});
