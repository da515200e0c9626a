import type { ImageDescription } from './image.ts';

/** busybox: a shell and its commands. */
export const busybox: ImageDescription = {
  names: [
    'busybox',
    'registry.k8s.io/busybox',
    'k8s.gcr.io/busybox',
    'gcr.io/google_containers/busybox',
    'registry.local/busybox',
    'registry.k8s.io/e2e-test-images/busybox',
    'alpine',
  ],
  entrypoint: [],
  args: ['sh'],
  sizeBytes: 2_159_953,
  programs: {},
  shell: true,
  files: { '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n' },
};
