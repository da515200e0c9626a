import { bookstoreMesh } from '../../containers/demo/bookstore-mesh.ts';
import type { ContainerCommand } from '../../sim/runtime/port.ts';

type Spec = Pick<ContainerCommand, 'container' | 'image'> & Partial<ContainerCommand>;

const NONE = { addCapabilities: [], dropCapabilities: [] };

/** The containers that OSM 1.1's injector makes of the bookstore pod, in the order in which the kubelet starts them. */
export function meshedBookstore(): { init: Spec; bookstore: Spec; healthcheck: Spec; envoy: Spec } {
  const { iptables, bootstrap } = bookstoreMesh();
  return {
    init: {
      container: 'osm-init',
      role: 'init',
      image: 'openservicemesh/init:v1.1.4',
      command: ['/bin/sh'],
      args: ['-c', iptables],
      security: { ...NONE, runAsUser: 0, addCapabilities: ['NET_ADMIN'] },
    },
    bookstore: { container: 'bookstore', image: 'openservicemesh/bookstore:v0.8.0' },
    healthcheck: {
      container: 'osm-healthcheck',
      image: 'openservicemesh/osm-healthcheck:v1.1.4',
      command: ['/osm-healthcheck'],
      args: ['--verbosity', 'info'],
    },
    envoy: {
      container: 'envoy',
      image: 'envoyproxy/envoy-alpine:v1.19.3',
      command: ['envoy'],
      args: ['--log-level', 'error', '--config-path', '/etc/envoy/bootstrap.yaml', '--service-cluster', 'bookstore.'],
      security: { ...NONE, runAsUser: 1500 },
      mounts: [
        {
          mountPath: '/etc/envoy',
          readOnly: true,
          source: {
            type: 'files',
            volume: 'envoy-bootstrap-config-volume',
            files: { 'bootstrap.yaml': new TextEncoder().encode(bootstrap) },
            mode: 0o644,
          },
        },
      ],
    },
  };
}
