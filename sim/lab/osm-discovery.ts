import type { LabHistory } from '../kube/fact.ts';
import { type Kind, type KubeObject, NAMESPACES } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { ControllerPatch } from '../programs/osm/osm-controller.ts';
import { SMI_KINDS } from '../programs/osm/smi-resources.ts';
import type { InjectorPatch } from '../programs/osm/webhook-servers.ts';
import type { RuntimePort } from '../runtime/port.ts';
import { MESH_CONFIGS, meshConfigIn } from './osm-mesh-config.ts';

export const CUSTOM_RESOURCE_DEFINITIONS: Kind<KubeObject> = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

const CONTROLLER = 'osm-controller';
const INJECTOR = 'osm-injector';

/** A container of OSM's control plane. */
interface Program {
  name: string;
  podUID: string;
  namespace: string;
}

export interface OsmDiscoveryParts {
  store: Store;
  history: LabHistory;
  runtime: Pick<RuntimePort, 'steer' | 'name'>;
}

/**
 * What OSM's control plane learns from the API server. osm-controller: which SMI kinds there are, and whether its
 * MeshConfig wants the debug server. Of a lab that has never held a CustomResourceDefinition, or a MeshConfig, nothing is
 * said: its controller goes by what it has after an installation. osm-injector, where it serves its webhook: namespaces
 * and MeshConfig.
 */
export class OsmDiscovery {
  readonly #parts: OsmDiscoveryParts;
  readonly #running = new Map<string, Program>();
  #kinds: readonly string[] | undefined;
  #stops: (() => void)[] = [];

  constructor(parts: OsmDiscoveryParts) {
    this.#parts = parts;
  }

  start(): void {
    const { store, history } = this.#parts;
    this.#stops = [
      store.watch(CUSTOM_RESOURCE_DEFINITIONS, () => this.#definitionsChanged()),
      ...MESH_CONFIGS.map((kind) => store.watch(kind, () => this.#tellAll())),
      store.watch(NAMESPACES, () => this.#tellAll(INJECTOR)),
      history.subscribe((fact) => {
        if (fact.kind !== 'container' || !(fact.container === CONTROLLER || fact.container === INJECTOR)) return;
        if (fact.op === 'exited') this.#running.delete(fact.containerID);
        if (fact.op !== 'started') return;
        const program = { name: fact.container, podUID: fact.pod.uid, namespace: fact.pod.namespace };
        this.#running.set(fact.containerID, program);
        this.#tell(program);
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
    this.#tellAll(CONTROLLER);
  }

  #tellAll(name?: string): void {
    for (const program of this.#running.values()) if (name === undefined || program.name === name) this.#tell(program);
  }

  #tell(program: Program): void {
    const { runtime } = this.#parts;
    const { podUID, name } = program;
    const patch = name === CONTROLLER ? this.#controllerPatch(program) : this.#injectorPatch(program);
    if (Object.keys(patch).length === 0) return;
    runtime.steer({ target: 'app', podUID, container: name, patch: { ...patch, instanceOnly: true } });
  }

  #controllerPatch({ namespace }: Program): ControllerPatch {
    const meshConfig = meshConfigIn(this.#parts.store, namespace);
    const debugServer = meshConfig?.spec?.observability?.enableDebugServer;
    return {
      ...(this.#kinds === undefined ? {} : { discoverable: this.#kinds }),
      ...(debugServer === undefined ? {} : { debugServer }),
    };
  }

  #injectorPatch({ namespace }: Program): InjectorPatch {
    const { store, runtime } = this.#parts;
    // In virtual time it has no webhook.
    if (runtime.name === 'virtual') return {};
    const meshConfig = meshConfigIn(store, namespace);
    const namespaces = Object.fromEntries(
      store
        .list(NAMESPACES)
        .map(({ metadata: { name, labels = {}, annotations = {} } }) => [name, { labels, annotations }]),
    );
    return { namespaces, ...(meshConfig === undefined ? {} : { meshConfig }) };
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
