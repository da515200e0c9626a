import type { SandboxCommand } from '../../sim/runtime/port.ts';
import { PAUSE_IMAGE } from '../images/catalogue.ts';
import { removeContainer } from './cleanup.ts';
import { engineMessage } from './engine.ts';
import { LabContainer } from './lab-container.ts';
import type { RunContext } from './run-context.ts';

/** Pods' network namespaces: one pause container each, which holds the address while containers come and go. */
export class PodSandboxes {
  readonly #run: RunContext;
  readonly #pauseIDs = new Map<string, string>();
  readonly #addresses = new Map<string, string>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  /** The pod's pause container, once it exists. */
  pauseID(podUID: string): string | undefined {
    return this.#pauseIDs.get(podUID);
  }

  /** The pod's address, once it has one. */
  address(podUID: string): string | undefined {
    return this.#addresses.get(podUID);
  }

  async create(command: SandboxCommand): Promise<void> {
    const { podUID } = command;
    try {
      const ip = await this.#startPause(command);
      this.#addresses.set(podUID, ip);
      this.#run.emit({ type: 'sandbox-ready', podUID, ip });
    } catch (error) {
      this.#run.emit({ type: 'sandbox-failed', podUID, message: engineMessage(error) });
    }
  }

  async remove(podUID: string): Promise<void> {
    const pauseID = this.#pauseIDs.get(podUID);
    this.#pauseIDs.delete(podUID);
    this.#addresses.delete(podUID);
    if (pauseID !== undefined) await removeContainer(this.#run.docker, pauseID);
    await this.#run.directory.removePod(podUID);
  }

  async #startPause(command: SandboxCommand): Promise<string> {
    const { podUID, podName, namespace, hostname } = command;
    let ip = '';
    const pause = new LabContainer(
      {
        image: PAUSE_IMAGE,
        networkMode: this.#run.networkID,
        create: {
          name: this.#run.containerName(podName, 'POD'),
          Hostname: hostname.slice(0, 63),
          Labels: {
            ...this.#run.labels,
            'io.kubernetes.pod.uid': podUID,
            'io.kubernetes.pod.name': podName,
            'io.kubernetes.pod.namespace': namespace,
          },
        },
        host: {
          // It sleeps.
          CapDrop: ['ALL'],
          SecurityOpt: ['no-new-privileges'],
          ExtraHosts: Object.entries(command.hosts ?? {}).map(([name, address]) => `${name}:${address}`),
        },
      },
      {
        created: async (id) => {
          this.#pauseIDs.set(podUID, id);
          if (this.#run.disposed) throw new Error('the run is over');
        },
        started: (inspect) => {
          ip = Object.values(inspect.networkSettings)[0]?.ipAddress ?? '';
        },
      },
    );
    await pause.start();
    if (ip === '') throw new Error('the pod got no address');
    return ip;
  }
}
