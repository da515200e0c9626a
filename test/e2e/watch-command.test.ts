import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { temporaryFolder } from './probelab.ts';

const folder = temporaryFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  folder.remove();
});

/** `probelab watch` in a process of its own; `until` waits for its output. */
function watching(path: string) {
  const child = spawn(process.execPath, [resolve('cli/main.ts'), 'watch', path], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  const waiting: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part) => {
      text += part;
      for (const wake of waiting.splice(0)) wake();
    });
  }
  return {
    until: async (pattern: RegExp): Promise<string> => {
      while (!pattern.test(text)) await new Promise<void>((wake) => waiting.push(wake));
      const found = text;
      text = '';
      return found;
    },
    end: (): Promise<number | null> => {
      child.kill('SIGINT');
      return new Promise((done) => child.on('close', (code) => done(code)));
    },
  };
}

it('runs again after a save, says what is different, and outlives a broken file', async () => {
  cpSync('scenarios/osm', folder.path, { recursive: true });
  const file = join(folder.path, 'liveness-restart.yaml');
  const text = readFileSync(file, 'utf8');
  const session = watching(file);
  expect(await session.until(/Waiting for a save/)).toContain('✓ PASS liveness-restart');
  writeFileSync(file, text.replace('periodSeconds: 6', 'periodSeconds: 6\n              failureThreshold: 5'));
  const second = await session.until(/Waiting for a save/);
  expect(second).toContain(`${file} changed`);
  expect(second).toContain('✗ FAIL liveness-restart');
  expect(second).toMatch(/--- before\n\+\+\+ now\n@@ .+ @@/);
  writeFileSync(file, 'kind: Scenario\nspec: [\n');
  expect(await session.until(/Waiting for a save/)).toContain('error[YAML_SYNTAX]');
  writeFileSync(file, text);
  expect(await session.until(/Waiting for a save/)).toContain('✓ PASS liveness-restart');
  // A manifest that it names.
  const manifest = join(folder.path, 'manifests/bookstore.yaml');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('port: 14001', 'port: 80\n    targetPort: 14001'));
  expect(await session.until(/Waiting for a save/)).toContain(`${manifest} changed`);
  expect(await session.end()).toBe(130);
});
