import type { LabelSelector } from '../../kube/objects.ts';
import type { DescribeWriter } from './describe-writer.ts';
import { formatSelector } from './labels.ts';

interface SpreadConstraint {
  topologyKey: string;
  whenUnsatisfiable: string;
  maxSkew: number;
  labelSelector?: LabelSelector;
}

/** Nothing if there are none. Models k8s.io/kubectl v0.34 pkg/describe describeTopologySpreadConstraints. */
export function describeSpread(w: DescribeWriter, spec: object, space = ''): void {
  const { topologySpreadConstraints = [] } = spec as { topologySpreadConstraints?: readonly SpreadConstraint[] };
  const sorted = [...topologySpreadConstraints].sort((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1));
  for (const [i, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of sorted.entries()) {
    const title = i === 0 ? 'Topology Spread Constraints:' : '';
    const selector = labelSelector === undefined ? '' : ` for selector ${formatSelector(labelSelector)}`;
    w.line(0, `${space}${title}\t${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}`);
  }
}
