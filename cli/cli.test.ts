import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LabError, LabErrors } from '../sim/core/errors.ts';
import type { Report } from '../sim/report/report.ts';
import { paint, wantsColor } from './color.ts';
import { errorJson, errorText } from './errors.ts';
import { EXIT, exitCodeOf, worst } from './exit-codes.ts';
import { parseTargets } from './output/targets.ts';
import { loadRun, runIds, saveRun } from './run-store.ts';

describe('exit codes', () => {
  it.each([
    ['SCENARIO_UNKNOWN_FIELD', 65],
    ['MANIFEST_INVALID', 65],
    ['YAML_SYNTAX', 65],
    ['USAGE', 64],
    ['NO_RUN', 64],
    ['NOT_FOUND', 1],
    ['DOCKER_UNAVAILABLE', 69],
    ['RUNTIME_LOST', 69],
    ['IMAGE_BUILD_FAILED', 69],
    ['WALL_CLOCK_LIMIT', 124],
    ['INTERRUPTED', 130],
  ])('%s is %i', (code, exit) => {
    expect(exitCodeOf(new LabError(code, 'x'))).toBe(exit);
  });

  it('takes what is not a LabError, and our own faults, for a defect', () => {
    expect(exitCodeOf(new TypeError('x'))).toBe(EXIT.broken);
    expect(exitCodeOf(new LabError('X', 'x', { fault: 'system' }))).toBe(EXIT.broken);
  });

  it('lets the first of the documented order decide', () => {
    expect(worst([1, 130, 2])).toBe(130);
    expect(worst([1, 69, 2])).toBe(2);
    expect(worst([1, 124, 69])).toBe(69);
    expect(worst([0, 1, 124])).toBe(124);
    expect(worst([0, 1, 0])).toBe(1);
    expect(worst([])).toBe(0);
    const both = new LabErrors([new LabError('USAGE', 'x'), new LabError('DOCKER_UNAVAILABLE', 'y')]);
    expect(exitCodeOf(both)).toBe(69);
  });
});

describe('errors', () => {
  const plain = paint(false);

  it('have code, place, hint and where to read on, but no stack', () => {
    const location = { file: 'no/such.yaml', line: 3, column: 5 };
    const error = new LabError('SCENARIO_UNKNOWN_FIELD', '"x" is not a field of y', {
      location,
      hint: 'Did you mean z?',
    });
    expect(errorText(error, plain)).toBe(
      'error[SCENARIO_UNKNOWN_FIELD]: "x" is not a field of y (no/such.yaml:3:5). Did you mean z?\n' +
        '  docs: docs/errors.md#scenario_unknown_field\n',
    );
    expect(errorJson(new LabErrors([error]))).toEqual([
      { code: 'SCENARIO_UNKNOWN_FIELD', message: '"x" is not a field of y', hint: 'Did you mean z?', location },
    ]);
  });

  it('show the stack and the versions of a defect', () => {
    const text = errorText(new TypeError('boom'), plain);
    expect(text).toMatch(/^error\[INTERNAL\]: boom\n/);
    expect(text).toMatch(/\n {4}at /);
    expect(text).toContain(process.version);
  });
});

describe('output targets', () => {
  it('are the table unless something else goes to stdout', () => {
    expect(parseTargets([])).toEqual([{ format: 'table', file: undefined }]);
    expect(parseTargets(['junit=a=b.xml'])).toEqual([
      { format: 'table', file: undefined },
      { format: 'junit', file: 'a=b.xml' },
    ]);
    expect(parseTargets(['json'])).toEqual([{ format: 'json', file: undefined }]);
  });

  it.each([[['jsn']], [['json', 'yaml']], [['junit=']]])('refuse %j', (values) => {
    expect(() => parseTargets(values)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('colour', () => {
  const tty = { isTTY: true };
  it.each([
    ['auto', tty, {}, true],
    ['auto', {}, {}, false],
    ['auto', tty, { NO_COLOR: '1' }, false],
    ['auto', tty, { TERM: 'dumb' }, false],
    ['auto', {}, { FORCE_COLOR: '1' }, true],
    ['auto', {}, { FORCE_COLOR: '0' }, false],
    ['always', {}, { NO_COLOR: '1' }, true],
    ['never', tty, { FORCE_COLOR: '1' }, false],
  ] as const)('%s on %j with %j is %s', (mode, stream, env, on) => {
    expect(wantsColor(mode, stream, env)).toBe(on);
  });
});

describe('finished runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'probelab-runs-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const report = (name: string) => ({ metadata: { name }, seed: 1 }) as unknown as Report;
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second));

  it('are found by id, by scenario and as the last one', () => {
    const id = saveRun(folder, report('a b/c'), at(1));
    saveRun(folder, report('other'), at(2));
    expect(id).toBe('20260101-000001.000-a-b-c');
    expect(loadRun(folder, undefined).metadata.name).toBe('other');
    expect(loadRun(folder, 'last').metadata.name).toBe('other');
    expect(loadRun(folder, id).metadata.name).toBe('a b/c');
    expect(loadRun(folder, 'a-b-c').metadata.name).toBe('a b/c');
    expect(() => loadRun(folder, 'nosuch')).toThrow(expect.objectContaining({ code: 'NO_RUN' }));
  });

  it('are the newest twenty, and nothing half-written', () => {
    for (let second = 0; second < 25; second++) saveRun(folder, report(`run-${second}`), at(second));
    expect(runIds(folder)).toHaveLength(20);
    expect(loadRun(folder, undefined).metadata.name).toBe('run-24');
    expect(readdirSync(folder)).toHaveLength(20);
  });
});
