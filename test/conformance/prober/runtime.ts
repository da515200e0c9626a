import type { Container, ContainerStatus, Pod, Probe } from '../../../sim/kube/objects.ts';
import type { ContainerScript, ProberScenario, ProbeScript } from './scenario.ts';

/** The scripted runtime's state of one container. */
export interface RuntimeContainer {
  readonly script: ContainerScript;
  instances: number;
  id: string;
  state: 'created' | 'running' | 'exited';
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  inBackoff: boolean;
  restartPlanned: boolean;
  startScheduled: boolean;
  restarts: number;
}

/** Before its first start. */
export function newContainer(script: ContainerScript): RuntimeContainer {
  return {
    script,
    instances: 0,
    id: '',
    state: 'created',
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    inBackoff: false,
    restartPlanned: false,
    startScheduled: false,
    restarts: 0,
  };
}

/** A new instance runs. Times are run times in ms. */
export function markStarted(container: RuntimeContainer, startedAt: number): void {
  if (container.state === 'exited') container.restarts++;
  container.instances++;
  container.id = `${container.script.name}-${container.instances}`;
  container.state = 'running';
  container.inBackoff = false;
  container.restartPlanned = false;
  container.startedAt = startedAt;
}

/** The running instance has ended. */
export function markExited(container: RuntimeContainer, exitCode: number, finishedAt: number): void {
  container.state = 'exited';
  container.exitCode = exitCode;
  container.finishedAt = finishedAt;
}

/** Init container or native sidecar. */
export function isInit(container: RuntimeContainer): boolean {
  return container.script.init === true || container.script.sidecar === true;
}

/** Models pkg/kubelet/container/helpers.go ShouldContainerBeRestarted for a container that exited. */
export function isRestartable(container: RuntimeContainer, restartPolicy: string): boolean {
  if (container.script.sidecar === true) return true;
  if (restartPolicy === 'Never') return false;
  return restartPolicy !== 'OnFailure' || container.exitCode !== 0;
}

/** The pod of a scenario; each probe is an exec of `NAME TYPE`. */
export function buildPod(scenario: ProberScenario): Pod {
  const api = (script: ContainerScript): Container => ({
    name: script.name,
    image: 'img',
    ...probe('startupProbe', script.startup, [script.name, 'startup']),
    ...probe('livenessProbe', script.liveness, [script.name, 'liveness']),
    ...probe('readinessProbe', script.readiness, [script.name, 'readiness']),
    ...(script.sidecar === true ? { restartPolicy: 'Always' } : {}),
  });
  const init = scenario.containers.filter((script) => script.init === true || script.sidecar === true);
  const regular = scenario.containers.filter((script) => !init.includes(script));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'pod',
      namespace: 'default',
      uid: 'uid-1',
      generation: 1,
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      restartPolicy: scenario.restartPolicy,
      terminationGracePeriodSeconds: 30,
      containers: regular.map(api),
      ...(init.length === 0 ? {} : { initContainers: init.map(api) }),
    },
    status: {},
  };
}

function probe(field: string, script: ProbeScript | undefined, command: string[]): Record<string, Probe> {
  if (script === undefined) return {};
  const { initialDelaySeconds, periodSeconds, timeoutSeconds, successThreshold, failureThreshold } = script;
  return {
    [field]: {
      exec: { command },
      initialDelaySeconds,
      periodSeconds,
      timeoutSeconds,
      successThreshold,
      failureThreshold,
    },
  };
}

/** What the recorder shows of a container. `time` words a run time as the API does. */
export function containerStatus(
  container: RuntimeContainer,
  waitingReason: string,
  time: (ms: number) => string,
): ContainerStatus {
  const status = {
    name: container.script.name,
    image: 'img',
    imageID: '',
    ready: false,
    restartCount: container.restarts,
  };
  if (container.state === 'created') return { ...status, state: { waiting: { reason: waitingReason } } };
  const containerID = `test://${container.id}`;
  const startedAt = time(container.startedAt);
  if (container.state === 'running') return { ...status, containerID, state: { running: { startedAt } } };
  const { exitCode } = container;
  const terminated = { exitCode, startedAt, finishedAt: time(container.finishedAt), containerID };
  if (!container.inBackoff) return { ...status, containerID, state: { terminated } };
  return { ...status, containerID, lastState: { terminated }, state: { waiting: { reason: 'CrashLoopBackOff' } } };
}
