import { calicoNode } from '../../sim/programs/calico/calico-node.ts';
import { CALICO_MODES } from '../../sim/programs/calico/node/modes.ts';
import { calicoProfile } from '../../sim/programs/calico/profiles.ts';
import { createNodeHost, HANDLED_SIGNALS } from './node-host.ts';

/*
 * `calico-node` in a container with real BIRD and runit: started for each probe, so it loads nothing that it does not
 * need. CALICO_NODE_VERSION says which release it is.
 */

const { CALICO_NODE_VERSION: version = 'v3.23.5', ...env } = process.env as Record<string, string>;
const host = createNodeHost({ args: process.argv.slice(2), env });
for (const name of HANDLED_SIGNALS) process.on(name, () => host.signal(name));
// A reader of our output that went away must not end us.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
// Felix waits for its datastore with nothing open; it is no reason to end.
setInterval(() => {}, 2 ** 31 - 1);
calicoNode(calicoProfile(version), CALICO_MODES)(host);
