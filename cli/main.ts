#!/usr/bin/env node
// No names out of node:module: where an older Node lacks one, it would say so instead of what is needed.
import module from 'node:module';
import { tooOld } from './node-version.ts';

const complaint = tooOld(process.versions.node);
if (complaint !== undefined) {
  console.error(complaint);
  process.exit(69); // EXIT.unavailable, whose file loads too much for an old Node
}
// Compiled code is kept between runs: it halves the time of a short command.
module.enableCompileCache();
const { main } = await import('./program.ts');
await main(process.argv);
