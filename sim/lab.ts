import { DaemonSetController } from './controllers/daemon-set.ts';
import { DeploymentController } from './controllers/deployment.ts';
import { EndpointSliceController } from './controllers/endpoint-slice.ts';
import { EndpointSliceMirroringController } from './controllers/endpoint-slice-mirroring.ts';
import { EndpointsController } from './controllers/endpoints.ts';
import { NamespaceController } from './controllers/namespace.ts';
import { ReplicaSetController } from './controllers/replica-set.ts';
import { Scheduler } from './controllers/scheduler.ts';
import type { Clock } from './core/clock.ts';
import { LabError } from './core/errors.ts';
import type { HistoryLevel } from './core/history.ts';
import { Random } from './core/random.ts';
import { VirtualClock } from './core/virtual-clock.ts';
import type { MutatingWebhook } from './kube/admission.ts';
import { ApiServer } from './kube/api-server.ts';
import { EventRecorder } from './kube/events/event-recorder.ts';
import { createHistory, type LabHistory } from './kube/fact.ts';
import { NAMESPACES } from './kube/objects.ts';
import { type NewObject, Store } from './kube/store.ts';
import { Kubelet } from './kubelet/kubelet.ts';
import type { KubeletMoments } from './kubelet/moments.ts';
import { DEFAULT_KUBELET_PROFILE, KUBELET_PROFILES, type KubeletProfile } from './kubelet/profiles.ts';
import { DEFAULT_TIMINGS, type KubeletTimings } from './kubelet/timings.ts';
import { withContainersAddedLater } from './lab/containers-added-later.ts';
import { MODELLED_ISSUER } from './lab/modelled-issuer.ts';
import { OsmDiscovery } from './lab/osm-discovery.ts';
import { NO_CERTIFICATES, type OsmMeshOptions, osmMesh } from './lab/osm-mesh.ts';
import { OsmXds } from './lab/osm-xds.ts';
import { podEvents } from './lab/pod-events.ts';
import { withProbesPutBack } from './lab/probes-put-back.ts';
import { paceOf, paceOfSets, type RecordedPace } from './lab/recorded-pace.ts';
import { type ServiceCatalogue, ServiceDirectory } from './lab/service-directory.ts';
import type { CertificateIssuer } from './mesh/osm/certificate-issuer.ts';
import type { WorkloadCertificates } from './mesh/osm/standalone-bootstrap.ts';
import type { XdsResource } from './mesh/osm/xds/resource.ts';
import type { AppDescription } from './programs/app/description.ts';
import { lookupImage } from './programs/catalogue/catalogue.ts';
import type { RuntimePort } from './runtime/port.ts';
import { createVirtualRuntime } from './runtime/virtual/virtual-runtime.ts';

/** What a runtime gets of the run it belongs to. */
export interface RuntimeContext {
  clock: Clock;
  random: Random;
  history: LabHistory;
  apps: Readonly<Record<string, AppDescription>>;
  /** Another image by container or image name; `real`: no stand-in. */
  images: Readonly<Record<string, string>>;
  /** The node's name. */
  nodeName: string;
  /** For pods that call Services by name; empty until the lab is there. */
  services: ServiceCatalogue;
}

/** Makes the place where the containers run: the docker runtime comes in through here. */
export interface RuntimeFactory {
  readonly name: 'docker' | 'virtual';
  readonly clock: Clock;
  /** What the kubelet's own steps take there. */
  readonly timings: KubeletTimings;
  /** The Envoy that runs there, and what it proves itself with inside a mesh. */
  readonly envoyVersion: string;
  readonly certificates: WorkloadCertificates;
  /** The mesh's certificate authority. Without one proxies do not ask osm-controller. */
  readonly issuer?: CertificateIssuer;
  /** How a resource of the control plane is handed to an osm-controller that runs there. Default: as it is. */
  readonly encodeXds?: (resource: XdsResource) => unknown;
  create(context: RuntimeContext): Promise<RuntimePort>;
}

export type { PacedController } from './lab/recorded-pace.ts';

export interface LabOptions extends RecordedPace {
  /** Everything random in the run follows from it. Default 1. */
  seed?: number;
  /** Default: the virtual runtime on a virtual clock. */
  runtime?: RuntimeFactory;
  /** Calendar time at t = 0 of a virtual run, ms since 1970. */
  epochMs?: number;
  history?: { level?: HistoryLevel; limit?: number };
  kubelet?: {
    version?: string;
    uptimeMs?: number;
    tlsMax?: '1.2';
    timings?: Partial<KubeletTimings>;
    moments?: KubeletMoments;
  };
  nodeName?: string;
  /** How apps behave, by container name or image. */
  apps?: Readonly<Record<string, AppDescription>>;
  /** Another image by container or image name; `real`: no stand-in. */
  images?: Readonly<Record<string, string>>;
  /** Meshes that admit pods. */
  mesh?: { osm?: OsmMeshOptions };
}

const NODE_IP = '192.168.65.3';
/** The virtual Envoy reads a bootstrap as this release does. */
const VIRTUAL_ENVOY = { envoyVersion: '1.40.0', certificates: NO_CERTIFICATES, issuer: MODELLED_ISSUER };

/**
 * A node with its API server, controllers, kubelet and a place to run containers: wired together, empty, not started.
 * `createLab` makes one; a scenario run drives it, or a test by hand (`apply`, `advance`, `store`).
 */
export class Lab {
  readonly clock: Clock;
  readonly random: Random;
  readonly history: LabHistory;
  readonly store: Store;
  readonly api: ApiServer;
  readonly kubelet: Kubelet;
  readonly runtime: RuntimePort;
  readonly profile: KubeletProfile;
  readonly nodeName: string;
  /** What osm-controller tells proxies, if there is a mesh. */
  readonly osmXds: OsmXds | undefined;
  readonly #controllers: readonly { start(): void; stop(): void }[];
  #lost: LabError | undefined;
  #onLost: (() => void) | undefined;

  constructor(options: LabOptions, parts: { clock: Clock; random: Random; history: LabHistory; runtime: RuntimePort }) {
    const { clock, random, history, runtime } = parts;
    this.clock = clock;
    this.random = random;
    this.history = history;
    this.runtime = runtime;
    if (options.kubelet?.tlsMax !== undefined) runtime.transport.tlsMax = options.kubelet.tlsMax;
    this.nodeName = options.nodeName ?? 'probelab';
    this.profile = profileOf(options.kubelet?.version);
    const { uid, removalMs, forgets, refusesStatus } = options;
    const given = { ...(uid === undefined ? {} : { uid }), ...(removalMs === undefined ? {} : { removalMs }) };
    this.store = new Store({ clock, random, history, ...given });
    this.api = new ApiServer({ store: this.store, random, webhooks: this.#webhooks(options) });
    const recorder = new EventRecorder({
      store: this.store,
      clock,
      random,
      history,
      component: 'kubelet',
      host: this.nodeName,
      forgets,
    });
    this.kubelet = new Kubelet({
      clock,
      random,
      history,
      store: this.store,
      port: runtime,
      events: podEvents(recorder),
      profile: this.profile,
      timings: { ...(options.runtime?.timings ?? DEFAULT_TIMINGS), ...options.kubelet?.timings },
      node: { name: this.nodeName, ip: NODE_IP },
      uptimeMs: options.kubelet?.uptimeMs ?? 3_600_000,
      ...(options.kubelet?.moments === undefined ? {} : { moments: options.kubelet.moments }),
      onLost: (message) => this.#runtimeLost(message),
    });
    const shared = { store: this.store, clock, random, history };
    this.osmXds = this.#osmXds(options);
    const createPod = (pod: NewObject) => this.api.create(pod);
    const surprised = options.hearsOwnSliceFirst && { hearsOwnWriteFirst: options.hearsOwnSliceFirst };
    this.#controllers = [
      new Scheduler({ ...shared, nodeName: this.nodeName }),
      new EndpointSliceController({ ...shared, ...paceOf(options, 'endpointslice'), ...surprised }),
      new EndpointsController({ ...shared, ...paceOf(options, 'endpoints') }),
      new EndpointSliceMirroringController(shared),
      new NamespaceController(shared),
      new OsmDiscovery({ ...shared, runtime }),
      ...(this.osmXds === undefined ? [] : [this.osmXds]),
      new DeploymentController({ ...shared, ...paceOf(options, 'deployment'), forgets, refusesStatus }),
      new DaemonSetController({ ...shared, createPod, nodeName: this.nodeName }),
      new ReplicaSetController({ ...shared, createPod, ...paceOfSets(options), forgets }),
    ];
  }

  /** Starts controllers and kubelet. Namespace `default` exists from the start. */
  start(): void {
    for (const name of ['default', 'kube-system', 'kube-public']) this.ensureNamespace(name);
    for (const controller of this.#controllers) controller.start();
    this.kubelet.start();
  }

  /** kubectl apply. A namespace that is missing is made: a lone manifest should run. */
  apply(objects: readonly NewObject[]): void {
    for (const object of objects) {
      if (object.metadata.namespace !== undefined) this.ensureNamespace(object.metadata.namespace);
      this.api.apply(object);
    }
  }

  ensureNamespace(name: string): void {
    if (this.store.get(NAMESPACES, undefined, name) !== undefined) return;
    this.api.create({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    });
  }

  /** Ends the run: whoever waits in `advance` gets the error. The first error counts. */
  abort(error: LabError): void {
    this.#lost ??= error;
    this.#onLost?.();
  }

  /** Lets `ms` of run time pass: at once on a virtual clock, really on a wall clock. Throws the error that ended the run. */
  async advance(ms: number): Promise<void> {
    if (this.clock instanceof VirtualClock) {
      this.clock.runUntil(this.clock.now() + ms, () => this.#lost !== undefined);
    } else if (this.#lost === undefined) {
      await new Promise<void>((resolve) => {
        const timer = this.clock.setTimeout(resolve, ms);
        this.#onLost = () => {
          this.clock.clearTimeout(timer);
          resolve();
        };
      });
    }
    if (this.#lost !== undefined) throw this.#lost;
  }

  /** Ends everything that runs, and waits for it. Safe to call twice. */
  async dispose(): Promise<void> {
    this.kubelet.stop();
    for (const controller of this.#controllers) controller.stop();
    this.store.close();
    await this.runtime.dispose();
  }

  #osmXds(options: LabOptions): OsmXds | undefined {
    const { store, clock, history, runtime } = this;
    const mesh = options.mesh?.osm;
    const { issuer, encodeXds: encode }: Pick<RuntimeFactory, 'issuer' | 'encodeXds'> =
      options.runtime ?? VIRTUAL_ENVOY;
    if (mesh === undefined || issuer === undefined) return undefined;
    return new OsmXds({ store, clock, history, runtime, issuer, mesh, ...(encode === undefined ? {} : { encode }) });
  }

  #webhooks(options: LabOptions): MutatingWebhook[] {
    const { store, random, history, clock } = this;
    const { envoyVersion, certificates, issuer }: Pick<RuntimeFactory, 'envoyVersion' | 'certificates' | 'issuer'> =
      options.runtime ?? VIRTUAL_ENVOY;
    if (options.mesh?.osm === undefined) return [];
    const { runtime } = this;
    const parts = { store, random, history, clock, envoyVersion, certificates, issuer, nodeIP: NODE_IP, runtime };
    const { addedLater = [], rewriteProbes = true } = options.mesh.osm;
    const injector = withContainersAddedLater(osmMesh(options.mesh.osm, parts), addedLater);
    return [rewriteProbes ? injector : withProbesPutBack(injector)];
  }

  #runtimeLost(message: string): void {
    this.abort(new LabError('RUNTIME_LOST', message));
  }
}

/**
 * A lab, ready to be started.
 * Throws LabError `UNKNOWN_KUBELET_VERSION`; what the runtime's factory throws comes through.
 */
export async function createLab(options: LabOptions = {}): Promise<Lab> {
  const random = new Random(options.seed ?? 1);
  const clock =
    options.runtime?.clock ?? new VirtualClock(options.epochMs === undefined ? {} : { epochMs: options.epochMs });
  const history = createHistory({ clock, ...options.history });
  const apps = options.apps ?? {};
  profileOf(options.kubelet?.version);
  const nodeName = options.nodeName ?? 'probelab';
  const images = options.images ?? {};
  // In virtual time nothing is more real than the catalogue.
  const alias = (image: string) => (images[image] === undefined || images[image] === 'real' ? image : images[image]);
  let lab: Lab | undefined;
  const services = new ServiceDirectory(() => lab?.store);
  const runtime =
    options.runtime === undefined
      ? createVirtualRuntime({ clock, random, apps, services, catalogue: (image) => lookupImage(alias(image)) })
      : await options.runtime.create({ clock, random, history, apps, images, nodeName, services });
  lab = new Lab(options, { clock, random, history, runtime });
  return lab;
}

function profileOf(version: string | undefined): KubeletProfile {
  if (version === undefined) return DEFAULT_KUBELET_PROFILE;
  const profile = KUBELET_PROFILES[version];
  if (profile !== undefined) return profile;
  throw new LabError('UNKNOWN_KUBELET_VERSION', `kubelet version "${version}" is not modelled`, {
    hint: `Use one of ${Object.keys(KUBELET_PROFILES).join(', ')}.`,
  });
}
