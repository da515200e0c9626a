import type { LabHistory } from '../kube/fact.ts';
import type { Kind, KubeObject } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { ControllerPatch } from '../programs/osm/osm-controller.ts';
import { SMI_KINDS } from '../programs/osm/smi-resources.ts';
import type { RuntimePort } from '../runtime/port.ts';
import { MESH_CONFIG, MESH_CONFIGS } from './osm-mesh-config.ts';

export const CUSTOM_RESOURCE_DEFINITIONS: Kind<KubeObject> = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

const CONTAINER = 'osm-controller';

interface Controller {
  podUID: string;
  namespace: string;
}

export interface OsmDiscoveryParts {
  store: Store;
  history: LabHistory;
  runtime: Pick<RuntimePort, 'steer'>;
}

/**
 * What osm-controller learns from the API server: which SMI kinds there are, and whether its MeshConfig wants the debug
 * server. Of a lab that has never held a CustomResourceDefinition, or a MeshConfig, nothing is said: its controller goes
 * by what it has after an installation.
 */
export class OsmDiscovery {
  readonly #parts: OsmDiscoveryParts;
  readonly #running = new Map<string, Controller>();
  #kinds: readonly string[] | undefined;
  #stops: (() => void)[] = [];

  constructor(parts: OsmDiscoveryParts) {
    this.#parts = parts;
  }

  start(): void {
    const { store, history } = this.#parts;
    this.#stops = [
      store.watch(CUSTOM_RESOURCE_DEFINITIONS, () => this.#definitionsChanged()),
      store.watch(MESH_CONFIGS, () => this.#tellAll()),
      history.subscribe((fact) => {
        if (fact.kind !== 'container' || fact.container !== CONTAINER) return;
        if (fact.op === 'exited') this.#running.delete(fact.containerID);
        if (fact.op !== 'started') return;
        const controller = { podUID: fact.pod.uid, namespace: fact.pod.namespace };
        this.#running.set(fact.containerID, controller);
        this.#tell(controller);
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #definitionsChanged(): void {
    const kinds = discoverableKinds(this.#parts.store.list(CUSTOM_RESOURCE_DEFINITIONS));
    if (kinds.join() === (this.#kinds ?? Object.keys(SMI_KINDS)).join()) return;
    this.#kinds = kinds;
    this.#tellAll();
  }

  #tellAll(): void {
    for (const controller of this.#running.values()) this.#tell(controller);
  }

  #tell({ podUID, namespace }: Controller): void {
    const { store, runtime } = this.#parts;
    const debugServer = store.get(MESH_CONFIGS, namespace, MESH_CONFIG)?.spec?.observability?.enableDebugServer;
    const patch: ControllerPatch = {
      ...(this.#kinds === undefined ? {} : { discoverable: this.#kinds }),
      ...(debugServer === undefined ? {} : { debugServer }),
    };
    if (Object.keys(patch).length === 0) return;
    runtime.steer({ target: 'app', podUID, container: CONTAINER, patch: { ...patch, instanceOnly: true } });
  }
}

/** The SMI kinds that definitions serve in the version that OSM asks for. */
export function discoverableKinds(definitions: readonly KubeObject[]): string[] {
  return Object.entries(SMI_KINDS).flatMap(([kind, groupVersion]) => {
    const [group, version] = groupVersion.split('/');
    const served = definitions.some(
      ({ spec }) =>
        spec?.names?.kind === kind &&
        spec.group === group &&
        (spec.versions ?? []).some((one: { name: string; served?: boolean }) => one.name === version && one.served),
    );
    return served ? [kind] : [];
  });
}
