import { scenarioJsonSchema } from '../../sim/scenario/schema.ts';
import { EXIT } from '../exit-codes.ts';
import { out } from '../streams.ts';

/** `probelab schema`: the JSON Schema of scenario files, for editors. */
export function schemaCommand(): number {
  out(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
  return EXIT.ok;
}
