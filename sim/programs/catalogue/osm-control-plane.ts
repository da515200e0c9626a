import { osmController } from '../osm/osm-controller.ts';
import { osmBootstrap, osmInjector } from '../osm/webhook-servers.ts';
import type { ImageDescription } from './image.ts';

/** OSM's control plane: three images of one binary each, and the one that brings the CRDs. */
export const osmControlPlane: readonly ImageDescription[] = [
  {
    names: ['openservicemesh/osm-controller'],
    entrypoint: ['/osm-controller'],
    sizeBytes: 27_200_000,
    programs: { '/osm-controller': { kind: 'program', program: osmController } },
    shell: false,
  },
  {
    names: ['openservicemesh/osm-injector'],
    entrypoint: ['/osm-injector'],
    sizeBytes: 25_100_000,
    programs: { '/osm-injector': { kind: 'program', program: osmInjector } },
    shell: false,
  },
  {
    names: ['openservicemesh/osm-bootstrap'],
    entrypoint: ['/osm-bootstrap'],
    sizeBytes: 22_800_000,
    programs: { '/osm-bootstrap': { kind: 'program', program: osmBootstrap } },
    shell: false,
  },
  {
    // kubectl and OSM's CRDs. A lab's CRDs are manifests: kubectl finds them there.
    names: ['openservicemesh/osm-crds'],
    entrypoint: [],
    args: ['sh'],
    sizeBytes: 17_500_000,
    programs: { '/usr/local/bin/kubectl': { kind: 'app', describe: () => ({ exit: { after: 500, code: 0 } }) } },
    shell: true,
  },
];
