#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Compiled code is kept between runs: it halves the time of a short command.
enableCompileCache();
const { main } = await import('./program.ts');
await main(process.argv);
