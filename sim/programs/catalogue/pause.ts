import type { ImageDescription } from './image.ts';

export const pause: ImageDescription = {
  names: [
    'registry.k8s.io/pause',
    'k8s.gcr.io/pause',
    'gcr.io/google_containers/pause',
    'mcr.microsoft.com/oss/kubernetes/pause',
  ],
  entrypoint: ['/pause'],
  sizeBytes: 320_448,
  programs: { '/pause': { kind: 'native', name: 'pause' } },
  shell: false,
  preloaded: true,
};
