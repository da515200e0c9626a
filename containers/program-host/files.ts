import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProgramFiles } from '../../sim/programs/host.ts';

/** The container's own files. What cannot be read does not exist, as for the virtual runtime. */
export const nodeFiles: ProgramFiles = {
  read: (path) => attempt(() => new Uint8Array(readFileSync(path))),
  write: (path, content) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  },
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  exists: existsSync,
  list: (directory) => attempt(() => readdirSync(directory).sort()) ?? [],
  modifiedAt: (path) => attempt(() => statSync(path).mtimeMs),
  isDirectory: (path) => attempt(() => statSync(path).isDirectory()) ?? false,
  setModifiedAt: (path, epochMs) => void attempt(() => utimesSync(path, epochMs / 1000, epochMs / 1000)),
};

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
