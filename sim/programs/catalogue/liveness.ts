import { livenessServer } from './agnhost.ts';
import type { ImageDescription } from './image.ts';

/** The image of the documentation's liveness example: `/server` on 8080. */
export const liveness: ImageDescription = {
  names: ['registry.k8s.io/liveness', 'k8s.gcr.io/liveness', 'gcr.io/google_containers/liveness'],
  entrypoint: [],
  args: ['/server'],
  sizeBytes: 4_960_000,
  programs: { '/server': { kind: 'app', describe: () => livenessServer() } },
  shell: false,
};
