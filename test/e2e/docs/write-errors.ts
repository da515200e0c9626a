import { writeFileSync } from 'node:fs';
import { errorReference } from './error-reference.ts';

writeFileSync('docs/errors.md', errorReference());
