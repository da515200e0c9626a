import type { ClientOutcome, ClientRequest } from '../programs/host.ts';
import type { ProbeTransport } from './transport.ts';

/**
 * A place to run containers. Commands go in and return nothing; their outcome comes back as a `RuntimeEvent`, on the
 * run's clock, never from within the command. So the virtual runtime is synchronous and deterministic, and the docker
 * runtime keeps its promises to itself. Each command that can be answered carries an `id` that the answer repeats.
 */
export interface RuntimePort {
  readonly name: 'virtual' | 'docker';
  /** How probes reach pods here. */
  readonly transport: ProbeTransport;
  /** Registers the one listener (the kubelet). Events before that are lost. */
  subscribe(listener: (event: RuntimeEvent) => void): void;

  /** Is the image here? → `image-status`. */
  imageStatus(command: { id: string; image: string }): void;
  /** → `image-pulled` | `image-pull-failed`. */
  pullImage(command: { id: string; image: string; pullSecrets?: readonly RegistryCredential[] }): void;
  /** A network namespace with an address. → `sandbox-ready` | `sandbox-failed`. */
  createSandbox(command: SandboxCommand): void;
  /** Ends the namespace; no answer. Containers are gone before. */
  removeSandbox(command: { podUID: string }): void;
  /** → `container-created` | `container-failed` (phase create). */
  createContainer(command: ContainerCommand): void;
  /** → `container-started` | `container-failed` (phase start); later `container-exited`. */
  startContainer(command: { id: string; containerID: string }): void;
  /** No answer; what it leads to is a `container-exited`. */
  signalContainer(command: {
    containerID: string;
    signal: 'SIGTERM' | 'SIGKILL' | 'SIGHUP' | 'SIGINT' | 'SIGUSR1';
  }): void;
  /** Removes a dead container and its logs; no answer. */
  removeContainer(command: { containerID: string }): void;
  /** → `exec-ended`. With `timeoutMs`, the process is ended when it is over. */
  exec(command: ExecCommand): void;
  /** An HTTP request from the node, for lifecycle hooks (preStop/postStart httpGet) goes through `transport`. */

  /**
   * A request of a container's own, as its app would send it: through whatever stands between the pod and the network.
   * `done` is called once, later. Absent: the runtime has no such way.
   */
  requestFrom?(command: ContainerRequest, done: (outcome: ClientOutcome) => void): void;
  /**
   * What becomes of an HTTPS request (POST `target`) from the node to a pod's or a Service's address, at once. Absent: the
   * runtime cannot know without waiting.
   */
  httpsFromNode?(place: { ip: string; port: number; target: string }): NodeCallEnd;
  /** The address that names of Services lead to here, if that is not their own. */
  readonly serviceAddress?: string;

  /** Changes what runs inside: how a described app behaves, Envoy's faults, the network. Unknown targets are an error event. */
  steer(command: SteerCommand): void;
  /** Ends everything this run started and waits for it. Safe to call twice. */
  dispose(): Promise<void>;
}

/** `silent`: there is a connection at most, and no answer. `tls`: Go's text. */
export type NodeCallEnd =
  | { kind: 'answered' | 'refused' | 'unreachable' | 'reset' | 'eof' | 'silent' }
  | { kind: 'tls'; detail: string };

export interface RegistryCredential {
  registry: string;
  username: string;
  password: string;
}

export interface SandboxCommand {
  podUID: string;
  namespace: string;
  podName: string;
  hostname: string;
  /** Extra `/etc/hosts` lines and DNS names that resolve in the pod: name → ip. */
  hosts?: Readonly<Record<string, string>>;
}

/** A container as the runtime gets it: everything resolved (environment, files), nothing left to look up. */
export interface ContainerCommand {
  id: string;
  podUID: string;
  namespace: string;
  podName: string;
  /** The container's name in the pod. */
  container: string;
  /** Restarts before this instance. */
  attempt: number;
  /** `init`: runs to its end; `sidecar`: init container with restartPolicy Always. */
  role: 'app' | 'init' | 'sidecar';
  image: string;
  /** Replaces the image's entrypoint. */
  command?: readonly string[];
  /** Replaces the image's arguments. */
  args?: readonly string[];
  env: readonly { name: string; value: string }[];
  workingDir?: string;
  mounts: readonly ContainerMount[];
  ports: readonly { name?: string; containerPort: number; protocol: string }[];
  security: {
    runAsUser?: number;
    runAsGroup?: number;
    privileged?: boolean;
    readOnlyRootFilesystem?: boolean;
    addCapabilities: readonly string[];
    dropCapabilities: readonly string[];
  };
  /** Limits in bytes and in CPUs. */
  resources: { memoryLimitBytes?: number; cpuLimit?: number };
  terminationMessagePath: string;
  tty?: boolean;
  stdin?: boolean;
}

export interface ContainerMount {
  mountPath: string;
  subPath?: string;
  readOnly: boolean;
  source: /** Shared by the pod's containers under this volume name; empty at first. */
    | { type: 'emptyDir'; volume: string }
    /** Files from a ConfigMap, Secret, projected or downward API volume: path below the mount → content. */
    | { type: 'files'; volume: string; files: Readonly<Record<string, Uint8Array>>; mode: number };
}

export interface ContainerRequest {
  podUID: string;
  container: string;
  request: ClientRequest;
}

export interface ExecCommand {
  id: string;
  containerID: string;
  command: readonly string[];
  timeoutMs?: number;
}

/** What a step of a scenario does to the inside of a pod. `patch` is the step's own body, see design of the scenario format. */
export type SteerCommand =
  | { target: 'app'; podUID: string; container: string; patch: Readonly<Record<string, unknown>> }
  | { target: 'envoy'; podUID: string; patch: Readonly<Record<string, unknown>> }
  | { target: 'network'; podUID: string; patch: Readonly<Record<string, unknown>> }
  | { target: 'runtime'; patch: Readonly<Record<string, unknown>> }
  | { target: 'pause'; containerID: string; paused: boolean };

export type RuntimeEvent =
  | { type: 'image-status'; id: string; image: string; present: boolean; imageID?: string; sizeBytes?: number }
  | { type: 'image-pulled'; id: string; image: string; imageID: string; sizeBytes: number }
  /** `reason` and `message` as the CRI words them; `notFound` decides nothing but the text. */
  | {
      type: 'image-pull-failed';
      id: string;
      image: string;
      reason: 'ErrImagePull' | 'InvalidImageName' | 'RegistryUnavailable';
      message: string;
    }
  | { type: 'sandbox-ready'; podUID: string; ip: string }
  | { type: 'sandbox-failed'; podUID: string; message: string }
  | { type: 'container-created'; id: string; podUID: string; container: string; containerID: string; imageID: string }
  | { type: 'container-started'; id: string; podUID: string; container: string; containerID: string; startedAt: number }
  | {
      type: 'container-failed';
      id: string;
      podUID: string;
      container: string;
      containerID?: string;
      phase: 'create' | 'start';
      /** As kubelet shows them: reason `RunContainerError`, `CreateContainerError`; the OCI runtime's text. */
      message: string;
      exitCode?: number;
    }
  | {
      type: 'container-exited';
      podUID: string;
      container: string;
      containerID: string;
      exitCode: number;
      oomKilled: boolean;
      finishedAt: number;
      /** What the termination message file holds, if it was written. */
      terminationMessage?: string;
      /** The last lines of output (for FallbackToLogsOnError and for failure reports). */
      logTail?: string;
    }
  | {
      type: 'exec-ended';
      id: string;
      /** `error`: the exec could not be started, `stderr` is the runtime's text. */
      outcome: 'exited' | 'timeout' | 'error';
      exitCode: number;
      stdout: string;
      stderr: string;
    }
  | { type: 'log'; podUID: string; container: string; containerID: string; stream: 'stdout' | 'stderr'; line: string }
  /** Something the user should see: an image that is a stand-in, a step that found no target. */
  | { type: 'notice'; level: 'info' | 'warning' | 'error'; code: string; message: string }
  /** The place itself is gone (the Docker engine died): the run ends with an error. */
  | { type: 'lost'; message: string };
