import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bookstoreMesh } from './bookstore-mesh.ts';

/* The compose demo's first step: writes what the injector would have put into the pod to the folder given. */

const [directory = '.'] = process.argv.slice(2);
const { iptables, bootstrap } = bookstoreMesh();
writeFileSync(join(directory, 'osm-init.sh'), iptables);
// Envoy runs as user 1500.
writeFileSync(join(directory, 'bootstrap.yaml'), bootstrap, { mode: 0o644 });
