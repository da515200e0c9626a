import type { Event, ObjectMeta, Pod } from '../../kube/objects.ts';
import { qosClass } from '../../kube/qos.ts';
import { age } from './age.ts';
import { describeContainers } from './describe-container.ts';
import { describeEvents } from './describe-events.ts';
import { describeSpread } from './describe-spread.ts';
import { describeVolumes } from './describe-volumes.ts';
import { DescribeWriter, describeTime, type Toleration } from './describe-writer.ts';

/**
 * `kubectl describe pod`. `events`: those about this pod; `now`: ms since 1970.
 * Models k8s.io/kubectl v0.34 pkg/describe describePod.
 */
export function describePod(pod: Pod, events: readonly Event[], now: number): string {
  const w = new DescribeWriter();
  head(w, pod, now);
  const fieldValue = (fieldPath: string) => podField(pod, fieldPath);
  if (pod.spec.initContainers !== undefined && pod.spec.initContainers.length > 0) {
    describeContainers(w, pod.spec.initContainers, {
      title: 'Init Containers',
      statuses: pod.status.initContainerStatuses ?? [],
      fieldValue,
    });
  }
  describeContainers(w, pod.spec.containers, {
    title: 'Containers',
    statuses: pod.status.containerStatuses ?? [],
    fieldValue,
  });
  conditions(w, pod);
  describeVolumes(w, pod.spec.volumes);
  w.line(0, `QoS Class:\t${pod.status.qosClass ?? qosClass(pod)}`);
  w.labels('Node-Selectors', pod.spec.nodeSelector);
  w.tolerations('Tolerations', pod.spec.tolerations as Toleration[] | undefined);
  describeSpread(w, pod.spec);
  describeEvents(w, events, now);
  return w.toString();
}

function head(w: DescribeWriter, pod: Pod, now: number): void {
  const { metadata, spec, status } = pod;
  w.line(0, `Name:\t${metadata.name}`);
  w.line(0, `Namespace:\t${metadata.namespace}`);
  if (spec.priority !== undefined) w.line(0, `Priority:\t${spec.priority}`);
  if (hasText(spec.priorityClassName)) w.line(0, `Priority Class Name:\t${spec.priorityClassName}`);
  if (hasText(spec.runtimeClassName)) w.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`);
  if (hasText(spec.serviceAccountName)) w.line(0, `Service Account:\t${spec.serviceAccountName}`);
  w.line(0, `Node:\t${hasText(spec.nodeName) ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`);
  if (status.startTime !== undefined && status.startTime !== null) {
    w.line(0, `Start Time:\t${describeTime(status.startTime)}`);
  }
  w.labels('Labels', metadata.labels);
  w.annotations('Annotations', metadata.annotations);
  if (metadata.deletionTimestamp !== undefined && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    w.line(0, `Status:\tTerminating (lasts ${age(metadata.deletionTimestamp, now)})`);
    w.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else w.line(0, `Status:\t${status.phase ?? ''}`);
  if (hasText(status.reason)) w.line(0, `Reason:\t${status.reason}`);
  if (hasText(status.message)) w.line(0, `Message:\t${status.message}`);
  if (spec.securityContext?.seccompProfile !== undefined) {
    const { type, localhostProfile } = spec.securityContext.seccompProfile;
    w.line(0, `SeccompProfile:\t${type}`);
    if (type === 'Localhost') w.line(0, `LocalhostProfile:\t${localhostProfile ?? ''}`);
  }
  w.line(0, `IP:\t${status.podIP ?? ''}`);
  const ips = status.podIPs ?? [];
  w.line(0, ips.length === 0 ? 'IPs:\t<none>' : 'IPs:');
  for (const { ip } of ips) w.line(1, `IP:\t${ip}`);
  const controller = controllerOf(metadata);
  if (controller !== undefined) w.line(0, `Controlled By:\t${controller}`);
  if (hasText(status.nominatedNodeName)) w.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`);
}

/** `ReplicaSet/web-1`, the owner that controls an object. */
export function controllerOf(metadata: ObjectMeta): string | undefined {
  const owner = metadata.ownerReferences?.find((reference) => reference.controller === true);
  return owner === undefined ? undefined : `${owner.kind}/${owner.name}`;
}

function conditions(w: DescribeWriter, pod: Pod): void {
  const all = pod.status.conditions ?? [];
  const gates = pod.spec.readinessGates ?? [];
  if (gates.length > 0) {
    w.line(0, 'Readiness Gates:');
    w.line(1, 'Type\tStatus');
    for (const { conditionType } of gates) {
      const status = all.find((condition) => condition.type === conditionType)?.status ?? '<none>';
      w.line(1, `${conditionType} \t${status} `);
    }
  }
  if (all.length > 0) {
    w.line(0, 'Conditions:');
    w.line(1, 'Type\tStatus');
    for (const { type, status } of all) w.line(1, `${type} \t${status} `);
  }
}

/** kubectl's own scheme knows two fields of a pod, and gives nothing for the others. Models EnvValueRetriever. */
function podField(pod: Pod, fieldPath: string): string {
  if (fieldPath === 'metadata.name') return pod.metadata.name;
  return fieldPath === 'metadata.namespace' ? (pod.metadata.namespace ?? '') : '';
}

function hasText(text: string | undefined): boolean {
  return text !== undefined && text !== '';
}
