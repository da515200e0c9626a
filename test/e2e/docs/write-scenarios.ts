import { writeFileSync } from 'node:fs';
import { scenarioReference } from './scenario-reference.ts';

writeFileSync('docs/scenarios.md', scenarioReference());
