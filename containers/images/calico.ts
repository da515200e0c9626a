import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  AVAILABLE,
  commonServices,
  ENABLED,
  runScripts,
  startupCommands,
} from '../../sim/programs/calico/node/services.ts';
import { CALICO_PROFILES, type CalicoProfile } from '../../sim/programs/calico/profiles.ts';
import type { CatalogueImage, CatalogueTag } from './catalogue.ts';
import { install } from './install.ts';

/** Debian bookworm's; BIRD 1.6 is what calico/node's fork is made from. */
const BIRD = 'bird=1.6.8-2.1+b1';
const RUNIT = 'runit=2.1.2-54';

const DEFAULT = 'calico/node:v3.23.5';

/**
 * A node as calico/node lays it out: real BIRD and real runit; calico-node (start-up, felix, confd, probes) is our program.
 * birdcl is Debian's birdc, which prints the same without a terminal.
 */
const CALICO_NODE = `FROM probelab/base:bookworm
${install(BIRD, RUNIT, 'iproute2', 'iptables')}
RUN rm -rf /etc/service /etc/bird /var/run/bird && mkdir -p /etc/service /var/lib/calico /var/run/calico /etc/calico/confd/config \\
 && ln -s /usr/sbin/birdc /bin/birdcl
COPY node /opt/probelab/bin/node
COPY programs/ /opt/probelab/programs/
COPY calico/ /
ENV SVDIR=${ENABLED} NODE_COMPILE_CACHE=/var/cache/node
RUN /bin/calico-node -v && (/bin/calico-node -felix-ready -bird-ready || true)
ENTRYPOINT ["/usr/sbin/start_runit"]
`;

/** Another release: the same files, another profile of our program. */
function release(version: string): string {
  return `FROM probelab/calico-node:bookworm\nENV CALICO_NODE_VERSION=${version}\n`;
}

// The parts whose work no probe sees cost nothing: they only have to run.
const COMMAND = `#!/bin/sh
case "$*" in
  -monitor-addresses|-allocate-tunnel-addrs|-status-reporter|-monitor-token|*" node-services") exec sleep infinity ;;
  *-run-once|-init*|-hostpath-init|-shutdown|-complete-startup) exit 0 ;;
esac
exec /opt/probelab/bin/node /opt/probelab/programs/containers/program-host/calico-main.js "$@"
`;

// As projectcalico/calico node/filesystem: what is set up before services run, then PID 1 is runsvdir.
const START_RUNIT = `#!/bin/sh
env > /etc/envvars
# PID 1 sees only the signals that it asks for.
/etc/rc.local &
child=$!
trap 'kill $child; exit 143' TERM INT
wait $child
status=$?
trap - TERM INT
if [ $status -ne 0 ]; then
  echo "Calico node failed to start"
  exit $status
fi
NODENAME=$(cat /var/lib/calico/nodename)
export NODENAME
exec /usr/bin/runsvdir -P ${ENABLED}
`;

/** Models projectcalico/calico node/filesystem/etc/rc.local. */
function rcLocal(profile: CalicoProfile): string {
  const [startup = [], ...others] = startupCommands(profile);
  const run = (command: readonly string[]) => `${command.join(' ')} || exit 1\n`;
  return `#!/bin/sh
${run(startup)}[ -f /var/lib/calico/nodename ] || exit 1
${others.map(run).join('')}mkdir -p ${ENABLED}
services="${commonServices(profile).join(' ')}"
[ "$CALICO_DISABLE_FELIX" = true ] || services="$services felix"
case "$CALICO_NETWORKING_BACKEND" in
  none|vxlan) ;;
  *) services="$services bird bird6 confd" ;;
esac
[ "$CALICO_MANAGE_CNI" = false ] || [ ! -d ${AVAILABLE}/cni ] || services="$services cni"
for service in $services; do
  cp -a ${AVAILABLE}/$service ${ENABLED}/
done
echo "Calico node started successfully"
`;
}

const NOTE = 'real BIRD 1.6.8 and runit; calico-node and felix are ours, made to answer as the real ones';

function tags(...names: string[]): CatalogueTag[] {
  return names.map((name) => ({ name, kind: 'stand-in', note: NOTE }));
}

/** calico/node of four releases. */
export const CALICO_IMAGES: readonly CatalogueImage[] = [
  {
    id: 'calico-node',
    dockerfile: CALICO_NODE,
    needs: [],
    context: ['node', 'programs', 'calico'],
    tags: [{ name: 'probelab/calico-node:bookworm', kind: 'ours' }, ...tags(DEFAULT)],
  },
  {
    id: 'calico-node-v3.8',
    dockerfile: release('v3.8.9'),
    needs: ['calico-node'],
    context: [],
    tags: [{ name: 'probelab/calico-node:v3.8', kind: 'ours' }, ...tags('calico/node:v3.8.9')],
  },
  {
    id: 'calico-node-v3.31',
    dockerfile: release('v3.31.7'),
    needs: ['calico-node'],
    context: [],
    tags: [{ name: 'probelab/calico-node:v3.31', kind: 'ours' }, ...tags('calico/node:v3.31.7')],
  },
  {
    id: 'calico-node-master',
    dockerfile: `${release('master')}RUN ln -s /bin/calico-node /usr/bin/calico && rm -rf ${AVAILABLE}\nCOPY calico-master/ /\n`,
    needs: ['calico-node'],
    context: ['calico'],
    tags: [{ name: 'probelab/calico-node:master', kind: 'ours' }, ...tags('calico/node:master')],
  },
];

/** Names of Calico's other images, which our program host stands in for. */
export const CALICO_HOSTED: readonly CatalogueTag[] = [
  { name: 'probelab/calico-datastore:1', kind: 'ours' },
  ...['calico/cni:v3.23.5', 'calico/pod2daemon-flexvol:v3.23.5'].map((name): CatalogueTag => {
    const note = 'copies nothing to the node and ends well, as far as a pod can tell like the real one';
    return { name, kind: 'stand-in', note };
  }),
];

/** The images' own files, below `calico/` of a build context, and below `calico-master/` what master has otherwise. */
export async function stageCalico(directory: string): Promise<void> {
  const flag = CALICO_PROFILES['v3.23'];
  await stage(join(directory, 'calico'), {
    ...runScripts(flag),
    '/usr/sbin/start_runit': START_RUNIT,
    '/etc/rc.local': rcLocal(flag),
    '/bin/calico-node': COMMAND,
  });
  const { master } = CALICO_PROFILES;
  await stage(join(directory, 'calico-master'), { ...runScripts(master), '/etc/rc.local': rcLocal(master) });
}

async function stage(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    // /bin is a link in Debian: a folder of that name in the context would take its place.
    const target = join(root, path.replace(/^\/bin\//, '/usr/bin/'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { mode: 0o755 });
  }
}
