import { bird } from '../calico/bird/bird.ts';
import { birdcl } from '../calico/bird/birdcl.ts';
import { calicoNode } from '../calico/calico-node.ts';
import { calicoDatastore } from '../calico/node/datastore.ts';
import { CALICO_MODES } from '../calico/node/modes.ts';
import { runScripts } from '../calico/node/services.ts';
import { startRunit } from '../calico/node/start-runit.ts';
import { CALICO_PROFILES, type CalicoProfile, calicoProfile } from '../calico/profiles.ts';
import { runsvdir } from '../calico/runit/runsvdir.ts';
import { sv } from '../calico/runit/sv.ts';
import type { Program } from '../host.ts';
import type { ImageDescription } from './image.ts';

const program = (made: Program) => ({ kind: 'program', program: made }) as const;

/** calico/node of one profile: the documented DaemonSet's image. */
function calicoNodeImage(names: readonly string[], profile: CalicoProfile): ImageDescription {
  const node = program(calicoNode(profile, CALICO_MODES));
  const clients = Object.fromEntries(
    (profile.birdcl === undefined ? ['/bin/birdcl'] : [profile.birdcl]).map((path) => [path, program(birdcl)]),
  );
  return {
    names,
    entrypoint: ['/usr/sbin/start_runit'],
    env: { SVDIR: '/etc/service/enabled' },
    sizeBytes: 84_000_000,
    shell: true,
    programs: {
      '/usr/sbin/start_runit': program(startRunit(profile)),
      '/usr/sbin/iptables': { kind: 'native', name: 'iptables' },
      '/usr/bin/runsvdir': program(runsvdir),
      '/usr/bin/sv': program(sv),
      '/usr/bin/bird': program(bird),
      '/usr/bin/bird6': program(bird),
      '/bin/calico-node': node,
      ...(profile.cli === 'cobra' ? { '/usr/bin/calico': node } : {}),
      ...clients,
    },
    files: { ...runScripts(profile), ...Object.fromEntries(Object.keys(clients).map((path) => [path, ''])) },
  };
}

/** Every tag of a release has its profile; a name without a tag, and tags of other words, have the default. */
function tags(repository: string, profile: CalicoProfile): string[] {
  const versions: string[] = profile.name === 'master' ? ['master'] : [];
  for (let minor = 8; minor <= 32; minor++) {
    if (profile.name === 'master' || calicoProfile(`v3.${minor}.0`) !== profile) continue;
    for (let patch = 0; patch <= 9; patch++) versions.push(`v3.${minor}.${patch}`);
  }
  return versions.map((version) => `${repository}:${version}`);
}

const REPOSITORIES = ['calico/node', 'quay.io/calico/node', 'registry.local/calico/node'];

/** What is copied to the node and done with. */
const done = (path: string) =>
  ({ [path]: { kind: 'app', describe: () => ({ exit: { after: 300, code: 0 } }) } }) as const;

/** The images of Calico's manifests, and a datastore for labs. */
export const calico: readonly ImageDescription[] = [
  // The default first: what asks for `calico-node` by that name alone gets it.
  ...[CALICO_PROFILES['v3.23'], ...Object.values(CALICO_PROFILES).filter(({ name }) => name !== 'v3.23')].map(
    (profile) =>
      calicoNodeImage(
        REPOSITORIES.flatMap((repository) => [
          ...(profile.name === 'v3.23' ? [repository] : []),
          ...tags(repository, profile),
        ]),
        profile,
      ),
  ),
  {
    names: ['calico/cni', 'quay.io/calico/cni'],
    entrypoint: ['/opt/cni/bin/install'],
    sizeBytes: 110_000_000,
    programs: { ...done('/opt/cni/bin/install'), ...done('/opt/cni/bin/calico-ipam') },
    shell: false,
  },
  {
    names: ['calico/pod2daemon-flexvol', 'quay.io/calico/pod2daemon-flexvol'],
    entrypoint: ['/usr/local/bin/flexvol.sh'],
    sizeBytes: 21_000_000,
    programs: done('/usr/local/bin/flexvol.sh'),
    shell: true,
  },
  {
    names: ['probelab/calico-datastore'],
    entrypoint: ['/calico-datastore'],
    sizeBytes: 20_000_000,
    programs: { '/calico-datastore': program(calicoDatastore) },
    shell: true,
  },
];
