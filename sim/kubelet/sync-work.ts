import type { Container } from '../kube/objects.ts';
import type { ContainerToKill, PodActions } from './pod-actions.ts';

/** What is left to do of one sync: taken off one by one. */
export class SyncWork {
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  #toKill: ContainerToKill[];
  #toStart: Container[];

  constructor(actions?: PodActions) {
    this.killPod = actions?.killPod === true;
    this.createSandbox = actions?.createSandbox === true;
    this.#toKill = [...(actions?.containersToKill ?? [])];
    this.#toStart = [...(actions?.initContainersToStart ?? []), ...(actions?.containersToStart ?? [])];
  }

  get hasContainersToKill(): boolean {
    return this.#toKill.length > 0;
  }

  get hasContainersToStart(): boolean {
    return this.#toStart.length > 0;
  }

  nextToKill(): ContainerToKill | undefined {
    return this.#toKill.shift();
  }

  nextToStart(): Container | undefined {
    return this.#toStart.shift();
  }

  /** Nothing more is started in this sync. */
  startNoMore(): void {
    this.#toStart = [];
  }
}
