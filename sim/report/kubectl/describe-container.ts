import type { Container, ContainerPort, ContainerState, ContainerStatus, EnvVar } from '../../kube/objects.ts';
import { parseQuantity } from '../../kube/quantity.ts';
import { describeProbe } from './describe-probe.ts';
import { type DescribeWriter, describeTime } from './describe-writer.ts';

/** Gives the value of an environment variable that comes from a field of the pod; undefined in a template. */
export type FieldValue = ((fieldPath: string) => string) | undefined;

export interface DescribeContainersOptions {
  /** `Containers`, `Init Containers`. */
  title: string;
  statuses: readonly ContainerStatus[];
  fieldValue?: FieldValue;
  /** Two blanks inside a pod template. */
  space?: string;
}

/** The containers section. Models k8s.io/kubectl v0.34 pkg/describe describeContainers. */
export function describeContainers(
  w: DescribeWriter,
  containers: readonly Container[],
  { title, statuses, fieldValue, space = '' }: DescribeContainersOptions,
): void {
  w.line(0, `${space}${title}:${containers.length === 0 ? ' <none>' : ''}`);
  for (const container of containers) {
    const status = statuses.find((candidate) => candidate.name === container.name);
    basicInfo(w, container, status, space);
    commandLines(w, 'Command', container.command);
    commandLines(w, 'Args', container.args);
    if (status !== undefined) stateLines(w, status);
    resourceLines(w, container);
    if (container.livenessProbe !== undefined) w.line(2, `Liveness:\t${describeProbe(container.livenessProbe)}`);
    if (container.readinessProbe !== undefined) w.line(2, `Readiness:\t${describeProbe(container.readinessProbe)}`);
    if (container.startupProbe !== undefined) w.line(2, `Startup:\t${describeProbe(container.startupProbe)}`);
    environmentFrom(w, container);
    environment(w, container, fieldValue);
    mounts(w, container);
    devices(w, container);
  }
}

function basicInfo(w: DescribeWriter, container: Container, status: ContainerStatus | undefined, space: string): void {
  w.line(1, `${space === '' ? '' : ' '}${container.name}:`);
  if (status !== undefined) w.line(2, `Container ID:\t${status.containerID ?? ''}`);
  w.line(2, `Image:\t${container.image ?? ''}`);
  if (status !== undefined) w.line(2, `Image ID:\t${status.imageID}`);
  portLine(w, 'Port', container.ports, (port) => port.containerPort);
  portLine(w, 'Host Port', container.ports, (port) => port.hostPort ?? 0);
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp !== undefined) {
    w.line(2, `SeccompProfile:\t${seccomp.type}`);
    if (seccomp.type === 'Localhost') w.line(3, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}`);
  }
}

function portLine(
  w: DescribeWriter,
  title: string,
  ports: readonly ContainerPort[] | undefined,
  number: (port: ContainerPort) => number,
): void {
  const texts = (ports ?? []).map((port) => {
    const name = port.name === undefined || port.name === '' ? '' : ` (${port.name})`;
    return `${number(port)}/${port.protocol ?? 'TCP'}${name}`;
  });
  w.line(2, `${title}${texts.length > 1 ? 's' : ''}:\t${texts.length === 0 ? '<none>' : texts.join(', ')}`);
}

function commandLines(w: DescribeWriter, title: string, words: readonly string[] | undefined): void {
  if (words === undefined || words.length === 0) return;
  w.line(2, `${title}:`);
  for (const word of words) for (const line of word.split('\n')) w.line(3, line);
}

function stateLines(w: DescribeWriter, status: ContainerStatus): void {
  describeState(w, 'State', status.state ?? {});
  if (status.lastState?.terminated !== undefined) describeState(w, 'Last State', status.lastState);
  w.line(2, `Ready:\t${status.ready ? 'True' : 'False'}`);
  w.line(2, `Restart Count:\t${status.restartCount}`);
}

function describeState(w: DescribeWriter, title: string, { running, waiting, terminated }: ContainerState): void {
  if (running !== undefined) {
    w.line(2, `${title}:\tRunning`);
    w.line(3, `Started:\t${describeTime(running.startedAt)}`);
  } else if (terminated !== undefined && waiting === undefined) {
    w.line(2, `${title}:\tTerminated`);
    if (hasText(terminated.reason)) w.line(3, `Reason:\t${terminated.reason}`);
    if (hasText(terminated.message)) w.line(3, `Message:\t${terminated.message}`);
    w.line(3, `Exit Code:\t${terminated.exitCode}`);
    if ((terminated.signal ?? 0) > 0) w.line(3, `Signal:\t${terminated.signal}`);
    w.line(3, `Started:\t${describeTime(terminated.startedAt)}`);
    w.line(3, `Finished:\t${describeTime(terminated.finishedAt)}`);
  } else {
    w.line(2, `${title}:\tWaiting`);
    if (hasText(waiting?.reason)) w.line(3, `Reason:\t${waiting?.reason}`);
  }
}

function resourceLines(w: DescribeWriter, container: Container): void {
  for (const [title, list] of [
    ['Limits', container.resources?.limits],
    ['Requests', container.resources?.requests],
  ] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) w.line(2, `${title}:`);
    for (const name of names) w.line(3, `${name}:\t${list?.[name]}`);
  }
}

function environmentFrom(w: DescribeWriter, container: Container): void {
  if (container.envFrom === undefined || container.envFrom.length === 0) return;
  w.line(2, 'Environment Variables from:');
  for (const source of container.envFrom) {
    const kind = source.configMapRef !== undefined ? 'ConfigMap' : 'Secret';
    const reference = source.configMapRef ?? source.secretRef;
    const prefix = hasText(source.prefix) ? ` with prefix '${source.prefix}'` : '';
    w.line(3, `${reference?.name ?? ''}\t${kind}${prefix}\tOptional: ${reference?.optional ?? false}`);
  }
}

function environment(w: DescribeWriter, container: Container, fieldValue: FieldValue): void {
  const variables = container.env ?? [];
  w.line(2, `Environment:${variables.length === 0 ? '\t<none>' : ''}`);
  for (const variable of variables) {
    if (variable.valueFrom === undefined) {
      for (const [index, line] of (variable.value ?? '').split('\n').entries()) {
        w.line(3, index === 0 ? `${variable.name}:\t${line}` : `\t${line}`);
      }
    } else w.line(3, `${variable.name}:\t${referenceText(container, variable.valueFrom, fieldValue)}`);
  }
}

function referenceText(container: Container, source: NonNullable<EnvVar['valueFrom']>, fieldValue: FieldValue): string {
  if (source.fieldRef !== undefined) {
    const { apiVersion = 'v1', fieldPath } = source.fieldRef;
    return `${fieldValue?.(fieldPath) ?? ''} (${apiVersion}:${fieldPath})`;
  }
  if (source.resourceFieldRef !== undefined) {
    const { resource, divisor } = source.resourceFieldRef;
    return `${resourceValue(container, resource, divisor)} (${resource})`;
  }
  if (source.secretKeyRef !== undefined) {
    const { key, name = '', optional = false } = source.secretKeyRef;
    return `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`;
  }
  const { key, name = '', optional = false } = source.configMapKeyRef ?? { key: '' };
  return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
}

/** In units of the divisor, rounded up. Models k8s.io/kubectl v0.34 pkg/util/resource ExtractContainerResourceValue. */
function resourceValue(container: Container, resource: string, divisor: string | undefined): string {
  const [list = '', name = ''] = resource.split(/\.(.*)/s);
  const text = (container.resources as Record<string, Record<string, string>> | undefined)?.[list]?.[name];
  const whole = (quantity: number) => (name === 'cpu' ? quantity : Math.ceil(quantity));
  const amount = Math.ceil(whole(parseQuantity(text) ?? 0) / whole(parseQuantity(divisor) || 1));
  const fromNode = amount === 0 && (resource === 'limits.cpu' || resource === 'limits.memory');
  return fromNode ? 'node allocatable' : String(amount);
}

function mounts(w: DescribeWriter, container: Container): void {
  const sorted = [...(container.volumeMounts ?? [])].sort((a, b) => (a.mountPath < b.mountPath ? -1 : 1));
  w.line(2, `Mounts:${sorted.length === 0 ? '\t<none>' : ''}`);
  for (const mount of sorted) {
    const flags = [mount.readOnly === true ? 'ro' : 'rw'];
    if (hasText(mount.subPath)) flags.push(`path=${JSON.stringify(mount.subPath)}`);
    w.line(3, `${mount.mountPath} from ${mount.name} (${flags.join(',')})`);
  }
}

function devices(w: DescribeWriter, container: Container): void {
  const sorted = [...(container.volumeDevices ?? [])].sort((a, b) => (a.devicePath < b.devicePath ? -1 : 1));
  // kubectl says `<none>` here if there are no mounts.
  const none = (container.volumeMounts ?? []).length === 0 ? '\t<none>' : '';
  if (sorted.length > 0) w.line(2, `Devices:${none}`);
  for (const { name, devicePath } of sorted) w.line(3, `${devicePath} from ${name}`);
}

function hasText(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
