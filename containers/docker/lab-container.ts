import './no-reaper.ts';
import type Dockerode from 'dockerode';
import { GenericContainer, type InspectResult, PullPolicy, type WaitStrategy } from 'testcontainers';

/** A container counts as started when the engine says so: whether it is ready is what probes are for. */
const NO_WAIT: WaitStrategy = {
  waitUntilReady: async () => {},
  withStartupTimeout: () => NO_WAIT,
  isStartupTimeoutSet: () => true,
  getStartupTimeout: () => 0,
};

export interface LabContainerHooks {
  /** The container exists; it is started when the promise resolves and given up when it rejects. */
  created(id: string): Promise<void>;
  started(inspect: InspectResult): void;
}

/**
 * A testcontainers container whose creation and start are two steps: the kubelet creates, records and then starts.
 * `start()` runs through both and stops at `created` in between.
 */
export class LabContainer extends GenericContainer {
  readonly #hooks: LabContainerHooks;

  constructor(
    options: {
      image: string;
      networkMode: string;
      create: Omit<Dockerode.ContainerCreateOptions, 'Image'>;
      host: Dockerode.HostConfig;
    },
    hooks: LabContainerHooks,
  ) {
    super(options.image);
    this.#hooks = hooks;
    this.createOpts = { ...this.createOpts, ...options.create };
    this.hostConfig = { ...this.hostConfig, ...options.host };
    this.autoCleanup = false;
    this.autoRemove = false;
    this.withNetworkMode(options.networkMode).withWaitStrategy(NO_WAIT).withPullPolicy(PullPolicy.neverPull());
  }

  protected override async containerCreated(id: string): Promise<void> {
    await this.#hooks.created(id);
  }

  protected override async containerStarting(inspect: InspectResult): Promise<void> {
    this.#hooks.started(inspect);
  }
}
