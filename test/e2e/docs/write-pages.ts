import { writeFileSync } from 'node:fs';
import { PAGES, refreshed } from './pages.ts';

for (const file of PAGES) writeFileSync(file, refreshed(file));
