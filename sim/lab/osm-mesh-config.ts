import type { Kind } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { MeshConfig } from '../mesh/osm/mesh-config.ts';

/** OSM's configuration as an object of the lab, in each version that a release has served; the later one first. */
export const MESH_CONFIGS: readonly Kind<MeshConfig>[] = ['v1alpha2', 'v1alpha1'].map((version) => ({
  apiVersion: `config.openservicemesh.io/${version}`,
  kind: 'MeshConfig',
  plural: 'meshconfigs',
  namespaced: true,
}));

/** The one that OSM reads, in the namespace of its control plane. */
const MESH_CONFIG = 'osm-mesh-config';

/** The MeshConfig of a control plane; undefined if there is none. */
export function meshConfigIn(store: Store, namespace: string): MeshConfig | undefined {
  for (const kind of MESH_CONFIGS) {
    const found = store.get(kind, namespace, MESH_CONFIG);
    if (found !== undefined) return found;
  }
  return undefined;
}
