import type { LabHistory } from '../kube/fact.ts';
import type { Kind, KubeObject } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { SMI_KINDS } from '../programs/osm/smi-resources.ts';
import type { RuntimePort } from '../runtime/port.ts';

export const CUSTOM_RESOURCE_DEFINITIONS: Kind<KubeObject> = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
};

const CONTAINER = 'osm-controller';

export interface OsmDiscoveryParts {
  store: Store;
  history: LabHistory;
  runtime: Pick<RuntimePort, 'steer'>;
}

/**
 * What osm-controller learns of the API server's discovery: which SMI kinds there are. Of a lab that has never held a
 * CustomResourceDefinition nothing is said: its controller believes them all to be there.
 */
export class OsmDiscovery {
  readonly #parts: OsmDiscoveryParts;
  readonly #running = new Map<string, string>();
  #told: readonly string[] | undefined;
  #stops: (() => void)[] = [];

  constructor(parts: OsmDiscoveryParts) {
    this.#parts = parts;
  }

  start(): void {
    const { store, history } = this.#parts;
    this.#stops = [
      store.watch(CUSTOM_RESOURCE_DEFINITIONS, () => this.#changed()),
      history.subscribe((fact) => {
        if (fact.kind !== 'container' || fact.container !== CONTAINER) return;
        if (fact.op === 'exited') this.#running.delete(fact.containerID);
        if (fact.op !== 'started') return;
        this.#running.set(fact.containerID, fact.pod.uid);
        this.#tell(fact.pod.uid);
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #changed(): void {
    const kinds = discoverableKinds(this.#parts.store.list(CUSTOM_RESOURCE_DEFINITIONS));
    if (kinds.join() === (this.#told ?? Object.keys(SMI_KINDS)).join()) return;
    this.#told = kinds;
    for (const podUID of this.#running.values()) this.#tell(podUID);
  }

  #tell(podUID: string): void {
    if (this.#told === undefined) return;
    const patch = { discoverable: this.#told, instanceOnly: true };
    this.#parts.runtime.steer({ target: 'app', podUID, container: CONTAINER, patch });
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
