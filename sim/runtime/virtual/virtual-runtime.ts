import type { Clock } from '../../core/clock.ts';
import type { Random } from '../../core/random.ts';
import type { AppDescription } from '../../programs/app/description.ts';
import { lookupImage } from '../../programs/catalogue/catalogue.ts';
import type { ImageDescription } from '../../programs/catalogue/image.ts';
import type { ClientOutcome } from '../../programs/host.ts';
import type {
  ContainerCommand,
  ContainerRequest,
  ExecCommand,
  NodeCallEnd,
  RuntimeEvent,
  RuntimePort,
  SandboxCommand,
  SteerCommand,
} from '../port.ts';
import type { VirtualContainer } from './container.ts';
import { ContainerMaker } from './container-maker.ts';
import { runExec } from './exec-command.ts';
import { type ImageState, ImageStore } from './images.ts';
import { DEFAULT_LATENCIES, type VirtualLatencies } from './latencies.ts';
import { type ServiceResolver, VirtualNetwork } from './network/network.ts';
import { httpsFromNode } from './network/node-call.ts';
import { VirtualTransport } from './network/virtual-transport.ts';
import { Steering, type VirtualPod } from './steering.ts';

export interface VirtualRuntimeOptions {
  clock: Clock;
  random: Random;
  /** How apps behave, by container name or by image. */
  apps?: Readonly<Record<string, AppDescription>>;
  latencies?: Partial<VirtualLatencies>;
  /** Which image is what. Default: the catalogue of `sim/programs`. */
  catalogue?: (image: string) => ImageDescription | undefined;
  /** What a scenario says of images: present, slow, failing. */
  images?: Readonly<Record<string, ImageState>>;
  /** Names and addresses of Services, for requests between pods. */
  services?: ServiceResolver;
}

/**
 * The model of a node's container runtime: images, sandboxes, containers, files, network. Synchronous and
 * deterministic: everything happens on the run's clock, answers come after `latencies`.
 */
export function createVirtualRuntime(options: VirtualRuntimeOptions): RuntimePort {
  return new VirtualRuntime(options);
}

class VirtualRuntime implements RuntimePort {
  readonly name = 'virtual';
  readonly transport: VirtualTransport;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #latencies: VirtualLatencies;
  readonly #network: VirtualNetwork;
  readonly #images: ImageStore;
  readonly #maker: ContainerMaker;
  readonly #pods = new Map<string, VirtualPod>();
  readonly #containers = new Map<string, VirtualContainer>();
  readonly #noticed = new Set<string>();
  readonly #steering: Steering;
  #listener: ((event: RuntimeEvent) => void) | undefined;
  #disposed = false;

  constructor(options: VirtualRuntimeOptions) {
    this.#clock = options.clock;
    this.#random = options.random.fork('virtual-runtime');
    this.#latencies = { ...DEFAULT_LATENCIES, ...options.latencies };
    this.#network = new VirtualNetwork(options.services === undefined ? {} : { services: options.services });
    const lookup = options.catalogue ?? lookupImage;
    this.#images = new ImageStore(lookup, options.images);
    this.#maker = new ContainerMaker({
      apps: options.apps ?? {},
      lookup,
      world: {
        clock: this.#clock,
        random: this.#random,
        latencies: this.#latencies,
        network: this.#network,
        notice: (level, code, message) => this.#notice(level, code, message),
      },
      emit: (event) => this.#emit(event),
    });
    this.#steering = new Steering({
      pods: this.#pods,
      containers: this.#containers,
      images: this.#images,
      noTarget: (message) => this.#notice('error', 'STEP_WITHOUT_TARGET', message),
    });
    this.transport = new VirtualTransport({
      clock: this.#clock,
      random: options.random.fork('virtual-transport'),
      network: this.#network,
      latencies: this.#latencies,
    });
  }

  subscribe(listener: (event: RuntimeEvent) => void): void {
    this.#listener = listener;
  }

  imageStatus({ id, image }: { id: string; image: string }): void {
    const present = this.#images.isPresent(image);
    const facts = present ? { imageID: this.#images.id(image), sizeBytes: this.#images.sizeBytes(image) } : {};
    this.#later(this.#latencies.imageStatus, () => ({ type: 'image-status', id, image, present, ...facts }));
  }

  pullImage({ id, image }: { id: string; image: string }): void {
    const sizeBytes = this.#images.sizeBytes(image);
    const known = this.#images.isPresent(image) ? this.#latencies.pull : undefined;
    const size = Math.round(sizeBytes / this.#latencies.pullBytesPerMs);
    const took = this.#images.pullMs(image) ?? known ?? this.#latencies.pull + size;
    this.#later(this.#images.failure(image) === undefined ? took : this.#latencies.pull, () => {
      const message = this.#images.failure(image);
      if (message !== undefined) return { type: 'image-pull-failed', id, image, reason: 'ErrImagePull', message };
      this.#images.pulled(image);
      return { type: 'image-pulled', id, image, imageID: this.#images.id(image), sizeBytes };
    });
  }

  createSandbox({ podUID, hosts }: SandboxCommand): void {
    const namespace = this.#network.create(hosts);
    if (namespace === undefined) {
      const message =
        'failed to setup network for sandbox: failed to allocate for range 0: no IP addresses available in range set';
      this.#later(this.#latencies.sandbox, () => ({ type: 'sandbox-failed', podUID, message }));
      return;
    }
    this.#pods.set(podUID, { namespace, volumes: new Map(), patches: new Map(), containers: new Set() });
    this.#later(this.#latencies.sandbox, () => ({ type: 'sandbox-ready', podUID, ip: namespace.ip }));
  }

  removeSandbox({ podUID }: { podUID: string }): void {
    const pod = this.#pods.get(podUID);
    if (pod === undefined) return;
    for (const container of pod.containers) container.signal('SIGKILL');
    this.#network.remove(pod.namespace);
    this.#pods.delete(podUID);
  }

  createContainer(command: ContainerCommand): void {
    const pod = this.#pods.get(command.podUID);
    const { id, podUID, container } = command;
    if (pod === undefined) {
      const message = `failed to create containerd container: sandbox of pod "${command.podName}" not found`;
      this.#later(this.#latencies.create, () => ({
        type: 'container-failed',
        id,
        podUID,
        container,
        phase: 'create',
        message,
      }));
      return;
    }
    const containerID = this.#random.string(64, '0123456789abcdef');
    const created = this.#maker.make(pod, command, containerID);
    pod.containers.add(created);
    this.#containers.set(containerID, created);
    this.#later(this.#latencies.create, () => ({
      type: 'container-created',
      id,
      podUID,
      container,
      containerID,
      imageID: this.#images.id(command.image),
    }));
  }

  startContainer({ id, containerID }: { id: string; containerID: string }): void {
    const instance = this.#containers.get(containerID);
    const { podUID = '', container = '' } = instance?.command ?? {};
    this.#later(this.#latencies.start, () => {
      const failed = (message: string): RuntimeEvent => ({
        type: 'container-failed',
        id,
        podUID,
        container,
        containerID,
        phase: 'start',
        message,
        exitCode: 128,
      });
      if (instance === undefined || !this.#containers.has(containerID))
        return failed(`container "${containerID}" not found`);
      // It is told before the program runs: a program that ends at once must not be over before it has begun.
      this.#later(0, () => {
        const problem = this.#maker.begin(instance, this.#pods.get(podUID));
        return problem === undefined
          ? { type: 'container-started', id, podUID, container, containerID, startedAt: this.#clock.now() }
          : failed(problem);
      });
      return undefined;
    });
  }

  signalContainer({
    containerID,
    signal,
  }: {
    containerID: string;
    signal: 'SIGTERM' | 'SIGKILL' | 'SIGHUP' | 'SIGINT' | 'SIGUSR1';
  }): void {
    // A moment later, so that a program that ends at once does not answer from within the command.
    this.#clock.setTimeout(() => this.#containers.get(containerID)?.signal(signal), 0);
  }

  removeContainer({ containerID }: { containerID: string }): void {
    const container = this.#containers.get(containerID);
    if (container === undefined) return;
    container.signal('SIGKILL');
    this.#containers.delete(containerID);
    this.#pods.get(container.command.podUID)?.containers.delete(container);
  }

  exec(command: ExecCommand): void {
    runExec(command, {
      clock: this.#clock,
      delayMs: this.#latencies.exec,
      execID: () => this.#random.string(64, '0123456789abcdef'),
      container: () => this.#containers.get(command.containerID),
      emit: (event) => this.#emit(event),
    });
  }

  requestFrom({ podUID, container, request }: ContainerRequest, done: (outcome: ClientOutcome) => void): void {
    const all = [...(this.#pods.get(podUID)?.containers ?? [])].filter((one) => one.command.container === container);
    const instance = all.find(({ state }) => state === 'running') ?? all.at(-1);
    if (instance !== undefined) instance.request(request, done);
    else this.#clock.setTimeout(() => done({ kind: 'failed', cause: 'other', detail: `no container ${container}` }), 0);
  }

  httpsFromNode(place: { ip: string; port: number; target: string }): NodeCallEnd {
    return httpsFromNode(this.#network, place);
  }

  steer(command: SteerCommand): void {
    this.#steering.steer(command);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    for (const podUID of [...this.#pods.keys()]) this.removeSandbox({ podUID });
    this.#containers.clear();
  }

  #notice(level: 'info' | 'warning' | 'error', code: string, message: string): void {
    // The same thing is said once: a container that restarts is no news.
    if (code !== 'STEP_WITHOUT_TARGET' && this.#noticed.has(message)) return;
    this.#noticed.add(message);
    this.#later(0, () => ({ type: 'notice', level, code, message }));
  }

  #later(ms: number, make: () => RuntimeEvent | undefined): void {
    this.#clock.setTimeout(() => {
      const event = make();
      if (event !== undefined) this.#emit(event);
    }, ms);
  }

  #emit(event: RuntimeEvent): void {
    if (!this.#disposed) this.#listener?.(event);
  }
}
