import type { Pod, PodTemplateSpec } from '../../kube/objects.ts';
import { describeContainers } from './describe-container.ts';
import { describeSpread } from './describe-spread.ts';
import { describeVolumes } from './describe-volumes.ts';
import type { DescribeWriter, Toleration } from './describe-writer.ts';

/** How many of a controller's pods are in which phase. */
export function podsStatus(w: DescribeWriter, pods: readonly Pod[]): void {
  const phase = (name: string) => pods.filter((pod) => pod.status.phase === name).length;
  const [running, waiting] = [phase('Running'), phase('Pending')];
  const ended = `${phase('Succeeded')} Succeeded / ${phase('Failed')} Failed`;
  w.line(0, `Pods Status:\t${running} Running / ${waiting} Waiting / ${ended}`);
}

/** Models k8s.io/kubectl v0.34 pkg/describe DescribePodTemplate. */
export function describeTemplate(w: DescribeWriter, template: PodTemplateSpec | undefined): void {
  w.line(0, 'Pod Template:');
  const metadata = template?.metadata;
  const spec = template?.spec;
  w.labels('Labels', metadata?.labels, '  ');
  if (Object.keys(metadata?.annotations ?? {}).length > 0) w.annotations('Annotations', metadata?.annotations, '  ');
  if (spec?.serviceAccountName !== undefined && spec.serviceAccountName !== '') {
    w.line(1, `Service Account:\t${spec.serviceAccountName}`);
  }
  if (spec?.initContainers !== undefined && spec.initContainers.length > 0) {
    describeContainers(w, spec.initContainers, { title: 'Init Containers', statuses: [], space: '  ' });
  }
  describeContainers(w, spec?.containers ?? [], { title: 'Containers', statuses: [], space: '  ' });
  describeVolumes(w, spec?.volumes, '  ');
  describeSpread(w, spec ?? {}, '  ');
  if (spec?.priorityClassName) w.line(1, `Priority Class Name:\t${spec.priorityClassName}`);
  w.labels('Node-Selectors', spec?.nodeSelector, '  ');
  w.tolerations('Tolerations', spec?.tolerations as Toleration[] | undefined, '  ');
}
