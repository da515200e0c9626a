import { probeapp as program } from '../probeapp/probeapp.ts';
import type { ImageDescription } from './image.ts';

/** The app of the recordings of a real node. */
export const probeapp: ImageDescription = {
  names: ['registry.local/probeapp'],
  entrypoint: ['/probeapp'],
  sizeBytes: 14_273_710,
  programs: { '/probeapp': { kind: 'program', program } },
  shell: true,
  files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' },
  preloaded: true,
};
