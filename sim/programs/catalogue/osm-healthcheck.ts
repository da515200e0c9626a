import { osmHealthcheck as program } from '../osm-healthcheck.ts';
import type { ImageDescription } from './image.ts';

/** OSM's answer to tcpSocket probes, since v1.1. */
export const osmHealthcheck: ImageDescription = {
  names: ['openservicemesh/osm-healthcheck'],
  entrypoint: ['/osm-healthcheck'],
  sizeBytes: 19_000_000,
  programs: { '/osm-healthcheck': { kind: 'program', program } },
  shell: false,
};
