import { readFileSync } from 'node:fs';
import { LabError } from '../sim/core/errors.ts';

/** The name by which standard input is called in messages. */
export const STDIN = '-';

/**
 * Reads a file, or standard input if it is called `-`.
 * @throws LabError FILE_NOT_FOUND, FILE_UNREADABLE.
 */
export function readInput(file: string): string {
  try {
    return readFileSync(file === STDIN ? 0 : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A terminal or a closed stdin has nothing to say.
    if (file === STDIN && (code === 'EAGAIN' || code === 'EOF' || code === 'EISDIR')) return '';
    if (code === 'ENOENT') throw new LabError('FILE_NOT_FOUND', `there is no file "${file}"`);
    if (code === 'EISDIR') throw new LabError('FILE_UNREADABLE', `"${file}" is a folder, not a file`);
    throw new LabError('FILE_UNREADABLE', `"${file}" cannot be read: ${(error as Error).message}`, { cause: error });
  }
}
