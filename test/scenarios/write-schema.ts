import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../../sim/scenario/schema.ts';

/** Writes scenario.schema.json from the schema that scenarios are checked with: `node test/scenarios/write-schema.ts`. */
const file = new URL('../../scenario.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`);
