import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Not looked into: what others wrote, and what earlier runs left. */
const IGNORED: ReadonlySet<string> = new Set(['node_modules', '.git', '.probelab']);

/** What is below a folder, paths that begin with it. */
export interface FolderTree {
  /** The folder itself and all below it. */
  folders: string[];
  files: string[];
}

/**
 * Reads what is below a folder now. Links are followed, a folder is visited once; what cannot be read, or leads nowhere,
 * is left out.
 */
export function folderTree(root: string): FolderTree {
  const tree: FolderTree = { folders: [], files: [] };
  const visited = new Set<string>();
  const visit = (folder: string): void => {
    const real = realpathSync(folder);
    if (visited.has(real)) return;
    visited.add(real);
    const names = readdirSync(folder);
    tree.folders.push(folder);
    for (const name of names) if (!IGNORED.has(name)) add(join(folder, name));
  };
  const add = (path: string): void => {
    try {
      const entry = statSync(path);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile()) tree.files.push(path);
    } catch {
      // No right to read it, or it has just gone.
    }
  };
  add(root);
  return tree;
}
