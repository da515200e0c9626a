import type { Kind } from '../kube/objects.ts';
import type { MeshConfig } from '../mesh/osm/mesh-config.ts';

/** OSM's configuration as an object of the lab. */
export const MESH_CONFIGS: Kind<MeshConfig> = {
  apiVersion: 'config.openservicemesh.io/v1alpha2',
  kind: 'MeshConfig',
  plural: 'meshconfigs',
  namespaced: true,
};

/** The one that OSM reads, in the namespace of its control plane. */
export const MESH_CONFIG = 'osm-mesh-config';
