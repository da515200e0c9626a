import { readFileSync, writeFileSync } from 'node:fs';
import { commandReference } from '../../../cli/reference.ts';
import { errorReference } from './error-reference.ts';
import { withStories } from './fidelity-stories.ts';
import { PAGES, refreshed } from './pages.ts';
import { scenarioReference } from './scenario-reference.ts';

/*
 * Writes every generated page, and every block of output in the others, anew: `node test/e2e/docs/write.ts`.
 */
writeFileSync('docs/cli.md', commandReference());
writeFileSync('docs/errors.md', errorReference());
writeFileSync('docs/scenarios.md', scenarioReference());
writeFileSync('docs/FIDELITY.md', withStories(readFileSync('docs/FIDELITY.md', 'utf8')));
for (const file of PAGES) writeFileSync(file, refreshed(file));
