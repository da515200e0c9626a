import path from 'node:path';
import { packageRoot } from '../containers/package-root.ts';
import { buildPackage } from './package.ts';

// The first half of `npm run build`; tsc writes the types beside it.
await buildPackage(path.join(packageRoot(), 'dist'));
