import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findFiles } from './find-files.ts';
import { folderTree } from './folder-tree.ts';

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'probelab-folders-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function put(path: string, text = POD): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

it('finds what is below, but not what packages and earlier runs left', () => {
  for (const path of ['a.yaml', 'b/c/d.yaml', 'node_modules/x/y.yaml', '.probelab/runs/z/report.json', '.git/e.yaml']) {
    put(path);
  }
  const { folders, files } = folderTree(root);
  const shown = (paths: string[]) => paths.map((path) => relative(root, path).replaceAll('\\', '/')).sort();
  expect(shown(folders)).toEqual(['', 'b', 'b/c']);
  expect(shown(files)).toEqual(['a.yaml', 'b/c/d.yaml']);
});

it('follows links, once, and leaves out those that lead nowhere', () => {
  put('real/a.yaml');
  symlinkSync(root, join(root, 'real', 'round'));
  symlinkSync(join(root, 'nowhere.yaml'), join(root, 'dangling.yaml'));
  symlinkSync(join(root, 'real', 'a.yaml'), join(root, 'linked.yaml'));
  const files = findFiles([root], { manifests: true }).map(({ file }) => relative(root, file).replaceAll('\\', '/'));
  expect(files).toEqual(['linked.yaml', 'real/a.yaml']);
});

it('a folder that is not there is empty', () => {
  expect(folderTree(join(root, 'nowhere'))).toEqual({ folders: [], files: [] });
});
