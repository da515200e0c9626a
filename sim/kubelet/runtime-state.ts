import type { ContainerCommand } from '../runtime/port.ts';

/** One container as the container runtime knows it. A value: every change makes a new one. */
export interface RuntimeContainer {
  readonly podUID: string;
  readonly name: string;
  /** `containerd://…` in statuses. */
  readonly containerID: string;
  readonly attempt: number;
  readonly role: ContainerCommand['role'];
  readonly image: string;
  readonly imageID: string;
  readonly state: 'created' | 'running' | 'exited';
  /** Run time in ms. */
  readonly createdAt: number;
  /** Undefined for a container that never started. */
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  /** What the termination message file held. */
  readonly message?: string;
  /** The end of its output, for terminationMessagePolicy FallbackToLogsOnError. */
  readonly logTail?: string;
}

/** What the runtime says of a pod: its sandbox and its containers, newest first. */
export interface RuntimePod {
  readonly sandbox: 'none' | 'ready' | 'gone';
  readonly ip?: string;
  readonly containers: readonly RuntimeContainer[];
}

export const NO_POD: RuntimePod = { sandbox: 'none', containers: [] };

/** The newest instance of a container. Models kubecontainer.PodStatus.FindContainerStatusByName. */
export function newestContainer(pod: RuntimePod, name: string): RuntimeContainer | undefined {
  return pod.containers.find((container) => container.name === name);
}

/** `Completed`, `Error`, `OOMKilled`: as the runtime words the end of a container. */
export function exitReason(exitCode: number, oomKilled: boolean): string {
  if (oomKilled) return 'OOMKilled';
  return exitCode === 0 ? 'Completed' : 'Error';
}
