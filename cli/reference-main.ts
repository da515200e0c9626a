import { writeFileSync } from 'node:fs';
import { checkReference } from './check-reference.ts';
import { commandReference } from './reference.ts';

writeFileSync(new URL('../docs/cli.md', import.meta.url), commandReference());
writeFileSync(new URL('../docs/checks.md', import.meta.url), checkReference());
