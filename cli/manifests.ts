import { LabError } from '../sim/core/errors.ts';
import type { NewObject } from '../sim/kube/store.ts';
import { readInput, STDIN } from './input.ts';

/**
 * The objects in a file of manifests, in order; documents without content are skipped, a List is unpacked.
 * @throws LabError FILE_NOT_FOUND, FILE_UNREADABLE, YAML_SYNTAX, NOT_AN_OBJECT with its place.
 */
export async function readManifests(file: string): Promise<NewObject[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(readInput(file), {
    lineCounter,
    version: '1.1',
    schema: 'core',
    uniqueKeys: false,
  });
  const objects: NewObject[] = [];
  const name = file === STDIN ? '<stdin>' : file;
  for (const document of 'empty' in documents ? [] : documents) {
    const [broken] = document.errors;
    if (broken !== undefined) {
      const { line, col } = lineCounter.linePos(broken.pos[0]);
      throw new LabError('YAML_SYNTAX', broken.message.split('\n')[0]?.replace(/ at line.*/, '') ?? 'not YAML', {
        location: { file: name, line, column: col },
      });
    }
    const value: unknown = document.toJS();
    if (value === null || value === undefined) continue;
    const { line, col } = lineCounter.linePos(document.range?.[0] ?? 0);
    const object = value as NewObject & { items?: NewObject[] };
    if (typeof object !== 'object' || typeof object.kind !== 'string' || typeof object.apiVersion !== 'string') {
      throw new LabError('NOT_AN_OBJECT', 'a manifest needs apiVersion and kind', {
        location: { file: name, line, column: col },
      });
    }
    objects.push(...(object.kind === 'List' && Array.isArray(object.items) ? object.items : [object]));
  }
  return objects;
}
