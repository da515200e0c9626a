import type { Clock } from '../core/clock.ts';
import { parseDuration } from '../core/duration.ts';
import type { LabHistory } from '../kube/fact.ts';
import { ENDPOINT_SLICES, type Kind, NAMESPACES, PODS, type Pod, SERVICES } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import { ADS_COMMON_NAME, type CertificateIssuer, XDS_VALIDITY_MS } from '../mesh/osm/certificate-issuer.ts';
import { ENVOY_CONTAINER, MONITORED_BY_LABEL, PROXY_UUID_LABEL } from '../mesh/osm/constants.ts';
import { proxyCommonName } from '../mesh/osm/envoy-bootstrap.ts';
import { effectiveMeshConfig } from '../mesh/osm/mesh-config.ts';
import type { MeshView } from '../mesh/osm/xds/mesh-view.ts';
import { identityOf, proxyResources } from '../mesh/osm/xds/proxy-resources.ts';
import { resourceName, type XdsResource, type XdsResources } from '../mesh/osm/xds/resource.ts';
import type { ProxySnapshot } from '../programs/osm/ads-server.ts';
import type { ControllerPatch } from '../programs/osm/osm-controller.ts';
import type { RuntimePort } from '../runtime/port.ts';
import { OsmCertificates } from './osm-certificates.ts';
import { OSM_NAMESPACE, type OsmMeshOptions } from './osm-mesh.ts';
import { MESH_CONFIGS, meshConfigIn } from './osm-mesh-config.ts';
import { HTTP_ROUTE_GROUPS, TCP_ROUTES, TRAFFIC_SPLITS, TRAFFIC_TARGETS } from './smi-kinds.ts';

const CONTROLLER = 'osm-controller';
/** Changes are gathered: sent once nothing came for so long, at the latest after so long. Models v1.1 pkg/messaging. */
const WINDOW = { slidingMs: 2000, maxMs: 10_000 };

export interface OsmXdsParts {
  store: Store;
  clock: Clock;
  history: LabHistory;
  runtime: Pick<RuntimePort, 'steer' | 'serviceAddress'>;
  issuer: CertificateIssuer;
  /** Turns a resource into what the runtime's osm-controller sends. Default: as it is. */
  encode?(resource: XdsResource): unknown;
  mesh: OsmMeshOptions;
}

/**
 * The part of osm-controller that watches the cluster: computes what each proxy of the mesh gets, and hands it to the
 * running osm-controllers, which serve it. A proxy that starts gets the state of that moment; what changes later goes
 * out in batches, as OSM's does.
 */
export class OsmXds {
  readonly #parts: OsmXdsParts;
  readonly #certificates: OsmCertificates;
  /** Running osm-controllers: container id → pod uid. */
  readonly #controllers = new Map<string, string>();
  /** What proxies have now, by common name; the text tells a change from none. */
  readonly #current = new Map<string, { text: string; resources: XdsResources }>();
  #stops: (() => void)[] = [];
  #due: ReturnType<Clock['setTimeout']> | undefined;
  #firstChange: number | undefined;

  constructor(parts: OsmXdsParts) {
    this.#parts = parts;
    this.#certificates = new OsmCertificates({
      clock: parts.clock,
      issuer: parts.issuer,
      validityMs: () => parseDuration(this.#meshConfig().certificate.serviceCertValidityDuration ?? '') ?? 86_400_000,
      renewed: () => this.#sendChanges(),
    });
  }

  start(): void {
    const { store, history } = this.#parts;
    const watched: Kind<unknown>[] = [SERVICES, ENDPOINT_SLICES, PODS, NAMESPACES, ...MESH_CONFIGS];
    watched.push(TRAFFIC_TARGETS, HTTP_ROUTE_GROUPS, TCP_ROUTES, TRAFFIC_SPLITS);
    this.#stops = [
      ...watched.map((kind) => store.watch(kind, () => this.#changed())),
      history.subscribe((fact) => {
        if (fact.kind !== 'container') return;
        if (fact.op === 'exited') this.#controllers.delete(fact.containerID);
        if (fact.op !== 'started') return;
        if (fact.container === CONTROLLER) this.#controllerStarted(fact.containerID, fact.pod.uid);
        else if (fact.container === ENVOY_CONTAINER) this.#sendChanges(fact.pod.uid);
      }),
    ];
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#parts.clock.clearTimeout(this.#due);
    this.#certificates.stop();
  }

  /** From now on the certificate of the pod's ServiceAccount is one that has ended. */
  expireCertificate(pod: Pod): void {
    this.#certificates.expire(identityOf(pod));
    this.#sendChanges();
  }

  #controllerStarted(containerID: string, podUID: string): void {
    this.#controllers.set(containerID, podUID);
    this.#sendChanges();
    const { clock, issuer } = this.#parts;
    const own = issuer.issue(ADS_COMMON_NAME, clock.epochMs + clock.now() + XDS_VALIDITY_MS);
    const all = [...this.#current].map(([name, { resources }]) => [name, this.#encoded(resources)]);
    this.#steer(podUID, {
      adsCertificate: { cert: own.certificateChain, key: own.privateKey, ca: own.issuingCA },
      proxies: Object.fromEntries(all),
    });
  }

  #changed(): void {
    // Nobody to tell: whoever starts gets everything.
    if (this.#controllers.size === 0) return;
    const { clock } = this.#parts;
    this.#firstChange ??= clock.now();
    clock.clearTimeout(this.#due);
    const wait = Math.min(WINDOW.slidingMs, Math.max(0, this.#firstChange + WINDOW.maxMs - clock.now()));
    this.#due = clock.setTimeout(() => this.#sendChanges(), wait);
  }

  /** Works out anew what all proxies get, or that of one pod, and sends what is new. */
  #sendChanges(podUID?: string): void {
    if (podUID === undefined) {
      this.#parts.clock.clearTimeout(this.#due);
      this.#firstChange = undefined;
    }
    if (this.#controllers.size === 0) return;
    const changes = this.#recompute(podUID);
    if (Object.keys(changes).length === 0) return;
    for (const podUID of this.#controllers.values()) this.#steer(podUID, { proxies: changes });
  }

  #steer(podUID: string, patch: ControllerPatch): void {
    const body = { ...patch, instanceOnly: true };
    this.#parts.runtime.steer({ target: 'app', podUID, container: CONTROLLER, patch: body });
  }

  /** What is new since the last time. */
  #recompute(podUID: string | undefined): Record<string, ProxySnapshot | null> {
    const view = this.#view();
    const changes: Record<string, ProxySnapshot | null> = {};
    const gone = new Set(podUID === undefined ? this.#current.keys() : []);
    for (const pod of view.pods) {
      if (podUID !== undefined && pod.metadata.uid !== podUID) continue;
      const uuid = pod.metadata.labels?.[PROXY_UUID_LABEL];
      if (uuid === undefined || !view.monitored.has(pod.metadata.namespace)) continue;
      const identity = identityOf(pod);
      const name = proxyCommonName(uuid, identity.serviceAccount, identity.namespace);
      gone.delete(name);
      const resources = proxyResources(view, pod, this.#certificates.of(identity));
      const text = JSON.stringify(resources);
      if (this.#current.get(name)?.text === text) continue;
      this.#current.set(name, { text, resources });
      changes[name] = this.#encoded(resources);
    }
    for (const name of gone) {
      this.#current.delete(name);
      changes[name] = null;
    }
    return changes;
  }

  #encoded(resources: XdsResources): ProxySnapshot {
    const { encode = (resource: XdsResource) => resource } = this.#parts;
    const named = Object.entries(resources).map(([type, all]) => [
      type,
      all.map((resource) => ({ name: resourceName(resource), resource: encode(resource) })),
    ]);
    return Object.fromEntries(named);
  }

  #view(): MeshView {
    const { store, mesh, runtime } = this.#parts;
    const { name = 'osm' } = mesh;
    const namespaces = store.list(NAMESPACES).filter(({ metadata }) => metadata.labels?.[MONITORED_BY_LABEL] === name);
    return {
      meshConfig: this.#meshConfig(),
      monitored: new Set(namespaces.map(({ metadata }) => metadata.name)),
      services: store.list(SERVICES),
      endpointSlices: store.list(ENDPOINT_SLICES),
      pods: store.list(PODS),
      trafficTargets: store.list(TRAFFIC_TARGETS),
      httpRouteGroups: store.list(HTTP_ROUTE_GROUPS),
      tcpRoutes: store.list(TCP_ROUTES),
      trafficSplits: store.list(TRAFFIC_SPLITS),
      ...(runtime.serviceAddress === undefined ? {} : { serviceAddress: runtime.serviceAddress }),
    };
  }

  #meshConfig() {
    const { store, mesh } = this.#parts;
    return effectiveMeshConfig(mesh.meshConfig ?? meshConfigIn(store, mesh.namespace ?? OSM_NAMESPACE));
  }
}
