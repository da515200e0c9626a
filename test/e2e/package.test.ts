import { execFile, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPackage } from '../../build/package.ts';
import { programSources } from '../../containers/images/program-sources.ts';
import { packageRoot } from '../../containers/package-root.ts';

const run = promisify(execFile);
const root = packageRoot();
const SCENARIO = 'scenarios/osm/liveness-restart.yaml';

/** The package as npm would install it, built anew, somewhere else. */
describe('the built package', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'probelab-package-'));
  const built = path.join(home, 'node_modules/probelab');
  const cli = path.join(built, 'dist/cli/main.js');

  beforeAll(async () => {
    await buildPackage(path.join(built, 'dist'));
    cpSync(path.join(root, 'package.json'), path.join(built, 'package.json'));
    symlinkSync(path.join(root, 'node_modules'), path.join(built, 'node_modules'));
  }, 60_000);
  afterAll(() => rmSync(home, { recursive: true }));

  test('knows its version', async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
    expect((await run(process.execPath, [cli, '--version'])).stdout).toBe(`${version}\n`);
  });

  test('tells an older Node what it needs', async ({ skip }) => {
    const older = olderNode();
    if (older === undefined) return skip(`no Node older than 24 among ${OLDER_NODES.join(', ')}`);
    const ended = await run(older.path, [cli, '--version']).catch((error) => error);
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 69, stdout: '' });
    expect(ended.stderr).toMatch(/^probelab needs Node 24 or newer, this is [^\n]+\.\n$/);
    expect(ended.stderr).toContain(`this is ${older.version}: install it`);
  });

  test('runs a scenario to the same report as the sources', async () => {
    const report = async (main: string) => {
      const args = [main, 'run', SCENARIO, '--no-save', '-o', 'json'];
      return (await run(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 })).stdout;
    };
    const [ofPackage, ofSources] = await Promise.all([report(cli), report(path.join(root, 'cli/main.ts'))]);
    expect(JSON.parse(ofPackage).verdict.result).toBe('pass');
    expect(ofPackage).toBe(ofSources);
  });

  test('throws one kind of error, whichever entry it is taken from', async () => {
    const entry = (file: string) => import(pathToFileURL(path.join(built, 'dist', file)).href);
    const [library, helpers] = await Promise.all([entry('index.js'), entry('testing/vitest.js')]);
    expect(() => helpers.readScenario(path.join(root, 'package.json'))).toThrow(library.LabErrors);
  });

  test('has the programs that images are built of as the sources make them', () => {
    const programs = programSources();
    expect(programs.size).toBeGreaterThan(0);
    for (const [name, text] of programs) {
      expect(readFileSync(path.join(built, 'dist/programs', name), 'utf8'), name).toBe(text);
    }
  });

  test('names the licences of what is in it', () => {
    const licences = readFileSync(path.join(built, 'dist/LICENSES.txt'), 'utf8');
    for (const name of ['commander', 'pino', 'xstate', 'yaml', 'zod']) expect(licences).toContain(`--- ${name} `);
  });
});

const OLDER_NODES = ['/usr/bin/node', '/usr/local/bin/node', '/opt/node/bin/node'];

/** A Node on this machine that is too old for probelab. */
function olderNode(): { path: string; version: string } | undefined {
  for (const path of OLDER_NODES.filter((file) => existsSync(file))) {
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim();
    if (Number(/^v(\d+)/.exec(version)?.[1]) < 24) return { path, version };
  }
  return undefined;
}
