import { mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { probelab, temporaryFolder } from './probelab.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: app, image: busybox, command: [sleep, "9"]}]}\n';

/** A folder with a pod and a configuration file. */
function project(files: Record<string, string>): string {
  const path = mkdtempSync(join(folder.path, 'p-'));
  for (const [name, text] of Object.entries({ 'pod.yaml': POD, ...files })) writeFileSync(join(path, name), text);
  return path;
}

describe('where the value of a flag comes from', () => {
  const seedOf = async (cwd: string, args: string[] = [], env: NodeJS.ProcessEnv = {}) => {
    const result = await probelab(['run', 'pod.yaml', '-o', 'json', ...args], { cwd, env });
    expect(result.stderr).not.toContain('error[');
    return JSON.parse(result.stdout).seed;
  };

  it('flag, variable, section of the file, file, default: the first that says', async () => {
    const cwd = project({ 'probelab.config.yaml': 'seed: 3\nrun: {seed: 4, quiet: true}\n' });
    expect(await seedOf(cwd, ['--seed', '9'], { PROBELAB_SEED: '5' })).toBe(9);
    expect(await seedOf(cwd, [], { PROBELAB_SEED: '5' })).toBe(5);
    expect(await seedOf(cwd)).toBe(4);
    expect(await seedOf(project({ 'probelab.config.yaml': 'seed: 3\n' }))).toBe(3);
    expect(await seedOf(project({}))).toBe(1);
  });

  it('a TypeScript file', async () => {
    const text = 'const seed: number = 8;\nexport default { seed };\n';
    expect(await seedOf(project({ 'probelab.config.ts': text }))).toBe(8);
  });

  it('config view shows each value with its source', async () => {
    const cwd = project({ 'probelab.config.yaml': 'run:\n  seed: 4\n' });
    const table = await probelab(['config', 'view'], { cwd, env: { PROBELAB_RUNTIME: 'virtual' } });
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toBe(
      [
        'COMMAND   FLAG        VALUE     SOURCE',
        'run       --runtime   virtual   PROBELAB_RUNTIME',
        'run       --seed      4         probelab.config.yaml',
        'watch     --runtime   virtual   PROBELAB_RUNTIME',
        '',
      ].join('\n'),
    );
    const all = JSON.parse((await probelab(['config', 'view', '--all', '-o', 'json'], { cwd })).stdout);
    expect(all).toContainEqual({ command: 'run', flag: '--runtime', value: 'virtual', source: 'default' });
    expect((await probelab(['config', 'view'], { cwd: project({}) })).stderr).toContain('Every flag has its default');
  });
});

describe('a wrong file', () => {
  it('every wrong key and value at its place', async () => {
    const cwd = project({ 'probelab.config.yaml': 'sed: 3\nrun:\n  runtime: dokker\n  quiet: 7\n' });
    const result = await probelab(['run', 'pod.yaml'], { cwd });
    expect(result).toMatchObject({ code: 65, stdout: '' });
    expect(result.stderr).toContain(
      'error[CONFIG_INVALID]: "sed" is not a flag (probelab.config.yaml) (probelab.config.yaml:1:1). Did you mean seed?',
    );
    expect(result.stderr).toContain('runtime: must be one of virtual, docker, not "dokker" (probelab.config.yaml:3:3)');
    expect(result.stderr).toContain('quiet: must be true or false, not 7 (probelab.config.yaml:4:3)');
  });

  it.each([
    ['a list', 'probelab.config.yaml', '[1]', 'does not hold an object'],
    ['no YAML', 'probelab.config.yaml', 'a: [', 'error[YAML_SYNTAX]'],
    ['a module that throws', 'probelab.config.ts', 'throw new Error("no");', 'cannot be loaded: no'],
  ])('%s', async (_, name, text, message) => {
    const result = await probelab(['run', 'pod.yaml'], { cwd: project({ [name]: text }) });
    expect(result.code).toBe(65);
    expect(result.stderr).toContain(message);
  });

  it('a wrong variable', async () => {
    const result = await probelab(['run', 'pod.yaml'], { cwd: project({}), env: { PROBELAB_RUNTIME: 'x' } });
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('PROBELAB_RUNTIME: must be one of virtual, docker');
  });
});

it('FILE:LINE, --grep and --tag choose what is run', async () => {
  const cwd = resolve('.');
  const out = ['--output-dir', folder.path, '-o', 'json', '-q'];
  const one = await probelab(['run', 'scenarios/osm/liveness-restart.yaml:60', ...out], { cwd });
  expect(JSON.parse(one.stdout).expectations).toHaveLength(1);
  const none = await probelab(['run', 'scenarios/osm', '--tag', 'topic=none', ...out], { cwd });
  expect(none.code).toBe(64);
  expect(none.stderr).toContain('none of');
});

it('a pattern that no shell expanded', async () => {
  const cwd = project({ 'a.yaml': POD, 'b.yaml': POD.replace('name: p', 'name: q') });
  const result = await probelab(['validate', '[ab].yaml', '-o', 'json'], { cwd });
  expect(result.code).toBe(0);
  expect(result.stdout).toContain('"a.yaml"');
  expect(result.stdout).toContain('"b.yaml"');
  const none = await probelab(['validate', 'x*.yaml'], { cwd });
  expect(none.code).toBe(65);
  expect(none.stderr).toContain('no file matches "x*.yaml"');
});
