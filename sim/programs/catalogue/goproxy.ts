import type { ImageDescription } from './image.ts';

/** The documentation's TCP example: a proxy that listens on 8080. */
export const goproxy: ImageDescription = {
  names: ['registry.k8s.io/goproxy', 'k8s.gcr.io/goproxy', 'gcr.io/google_containers/goproxy'],
  entrypoint: ['/goproxy'],
  sizeBytes: 1_698_862,
  programs: {
    '/goproxy': {
      kind: 'app',
      describe: () => ({ servers: [{ port: 8080, protocol: 'tcp' }], termination: { exitCode: 2 } }),
    },
  },
  shell: false,
};
