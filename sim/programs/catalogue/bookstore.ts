import type { ImageDescription } from './image.ts';

/** OSM's demo apps: each serves every path on its port; a flag moves it. */
function demo(port: number) {
  return (args: readonly string[]) => {
    const at = args.findIndex((argument) => argument === '--port' || argument === '-port');
    const chosen = Number(args[at + 1]);
    return {
      servers: [{ port: at >= 0 && Number.isInteger(chosen) ? chosen : port, protocol: 'http' as const }],
      termination: { exitCode: 2 },
    };
  };
}

export const bookstore: ImageDescription = {
  names: [
    'openservicemesh/bookstore',
    'openservicemesh/bookbuyer',
    'openservicemesh/bookthief',
    'openservicemesh/bookwarehouse',
  ],
  entrypoint: ['/bookstore'],
  sizeBytes: 14_273_710,
  programs: {
    '/bookstore': { kind: 'app', describe: demo(14_001) },
    '/bookbuyer': { kind: 'app', describe: demo(14_001) },
    '/bookthief': { kind: 'app', describe: demo(14_001) },
    '/bookwarehouse': { kind: 'app', describe: demo(14_001) },
  },
  shell: true,
};
