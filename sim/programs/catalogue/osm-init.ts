import type { ImageDescription } from './image.ts';

/** OSM's init image: a shell and iptables. */
export const osmInit: ImageDescription = {
  names: ['openservicemesh/init'],
  entrypoint: [],
  args: ['sh'],
  sizeBytes: 8_900_000,
  programs: {
    '/usr/sbin/iptables': { kind: 'native', name: 'iptables' },
    '/usr/sbin/iptables-restore': { kind: 'native', name: 'iptables-restore' },
    '/usr/sbin/iptables-legacy-restore': { kind: 'native', name: 'iptables-restore' },
  },
  shell: true,
};
