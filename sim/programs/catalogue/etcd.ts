import type { ImageDescription } from './image.ts';

/** etcd of the documentation's gRPC example: health service and HTTP on the client port, which a flag may move. */
export const etcd: ImageDescription = {
  names: ['registry.k8s.io/etcd', 'k8s.gcr.io/etcd', 'quay.io/coreos/etcd'],
  entrypoint: [],
  args: ['etcd'],
  sizeBytes: 98_888_614,
  programs: {
    '/usr/local/bin/etcd': {
      kind: 'app',
      describe: (args) => ({
        startup: 300,
        servers: [{ port: clientPort(args), protocol: 'grpc', health: { '': {} } }],
        termination: { exitCode: 0, delay: 20 },
      }),
    },
  },
  shell: false,
};

function clientPort(args: readonly string[]): number {
  const at = args.findIndex((argument) => argument.startsWith('--listen-client-urls'));
  const value = at < 0 ? undefined : (args[at]?.split('=')[1] ?? args[at + 1]);
  const match = /:(\d+)(?:,|$)/.exec(value ?? '');
  return match === null ? 2379 : Number(match[1]);
}
