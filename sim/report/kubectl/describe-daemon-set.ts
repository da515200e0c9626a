import type { DaemonSet, Event, Pod } from '../../kube/objects.ts';
import { describeEvents } from './describe-events.ts';
import { describeTemplate, podsStatus } from './describe-template.ts';
import { DescribeWriter } from './describe-writer.ts';
import { formatLabels, formatSelector } from './labels.ts';

/** `kubectl describe daemonset`. `pods`: those it controls. Models k8s.io/kubectl v0.34 pkg/describe describeDaemonSet. */
export function describeDaemonSet(set: DaemonSet, pods: readonly Pod[], events: readonly Event[], now: number): string {
  const w = new DescribeWriter();
  const status = set.status;
  w.line(0, `Name:\t${set.metadata.name}`);
  w.line(0, `Namespace:\t${set.metadata.namespace}`);
  w.line(0, `Selector:\t${formatSelector(set.spec?.selector)}`);
  w.line(0, `Node-Selector:\t${formatLabels(set.spec?.template.spec?.nodeSelector)}`);
  w.labels('Labels', set.metadata.labels);
  w.annotations('Annotations', set.metadata.annotations);
  w.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`);
  w.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`);
  w.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`);
  podsStatus(w, pods);
  describeTemplate(w, set.spec?.template);
  describeEvents(w, events, now);
  return w.toString();
}
