import type { Container, Pod } from '../kube/objects.ts';
import { parseQuantity } from '../kube/quantity.ts';
import type { Store } from '../kube/store.ts';
import type { ContainerCommand } from '../runtime/port.ts';
import { makeEnvironment, type NodeFacts } from './environment.ts';
import { expandVariables } from './expansion.ts';
import { makeMounts } from './volumes.ts';

/**
 * A container as the runtime gets it: environment, files, user and limits resolved.
 * Throws LabError `CreateContainerConfigError` with the kubelet's text.
 * Models kubernetes v1.34 pkg/kubelet/kuberuntime/kuberuntime_container.go generateContainerConfig.
 */
export function containerCommand(
  store: Store,
  pod: Pod,
  container: Container,
  options: { attempt: number; role: ContainerCommand['role']; node: NodeFacts },
): Omit<ContainerCommand, 'id'> {
  const env = makeEnvironment(store, pod, container, options.node).map(({ name, value }) => ({
    name,
    value: value ?? '',
  }));
  const values = new Map(env.map(({ name, value }) => [name, value]));
  const expand = (text: string) => expandVariables(text, (name) => values.get(name));
  return {
    podUID: pod.metadata.uid,
    namespace: pod.metadata.namespace,
    podName: pod.metadata.name,
    container: container.name,
    attempt: options.attempt,
    role: options.role,
    image: container.image ?? '',
    ...(container.command === undefined ? {} : { command: container.command.map(expand) }),
    ...(container.args === undefined ? {} : { args: container.args.map(expand) }),
    env,
    ...(container.workingDir ? { workingDir: container.workingDir } : {}),
    mounts: makeMounts(store, pod, container, options.node),
    ports: (container.ports ?? []).map((port) => ({
      ...(port.name === undefined ? {} : { name: port.name }),
      containerPort: port.containerPort,
      protocol: port.protocol ?? 'TCP',
    })),
    security: security(pod, container),
    resources: limits(container),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    ...(container.tty === true ? { tty: true } : {}),
    ...(container.stdin === true ? { stdin: true } : {}),
  };
}

function security(pod: Pod, container: Container): ContainerCommand['security'] {
  const own = container.securityContext;
  const shared = pod.spec.securityContext;
  const runAsUser = own?.runAsUser ?? shared?.runAsUser;
  const runAsGroup = own?.runAsGroup ?? shared?.runAsGroup;
  return {
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
    ...(own?.privileged === true ? { privileged: true } : {}),
    ...(own?.readOnlyRootFilesystem === true ? { readOnlyRootFilesystem: true } : {}),
    addCapabilities: own?.capabilities?.add ?? [],
    dropCapabilities: own?.capabilities?.drop ?? [],
  };
}

function limits(container: Container): ContainerCommand['resources'] {
  const memory = parseQuantity(container.resources?.limits?.['memory']);
  const cpu = parseQuantity(container.resources?.limits?.['cpu']);
  return {
    ...(memory === undefined ? {} : { memoryLimitBytes: memory }),
    ...(cpu === undefined ? {} : { cpuLimit: cpu }),
  };
}
