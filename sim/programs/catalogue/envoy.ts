import type { ImageDescription } from './image.ts';

/** Envoy: where containers are modelled, an interpreter of its bootstrap. */
export const envoy: ImageDescription = {
  names: ['envoyproxy/envoy', 'envoyproxy/envoy-alpine', 'envoyproxy/envoy-distroless', 'envoyproxy/envoy-dev'],
  entrypoint: ['/usr/local/bin/envoy'],
  args: ['-c', '/etc/envoy/envoy.yaml'],
  sizeBytes: 44_700_000,
  programs: {
    '/usr/local/bin/envoy': { kind: 'native', name: 'envoy' },
    // The distribution's script steps down from root and starts the same program.
    '/docker-entrypoint.sh': { kind: 'native', name: 'envoy' },
  },
  shell: true,
};
