import { readFileSync } from 'node:fs';
import { LabError } from '../../sim/core/errors.ts';
import { EXIT } from '../exit-codes.ts';
import { out } from '../streams.ts';

/** `probelab schema`: the JSON Schema of scenario files, as it lies in the package. */
export function schemaCommand(): number {
  for (const path of ['../../scenario.schema.json', '../../../scenario.schema.json']) {
    try {
      out(readFileSync(new URL(path, import.meta.url), 'utf8'));
      return EXIT.ok;
    } catch {
      // Sources and dist/ lie at different depths.
    }
  }
  throw new LabError('SCHEMA_MISSING', 'scenario.schema.json is not part of this installation', { fault: 'system' });
}
