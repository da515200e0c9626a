import type { TypeTables } from './type-table.ts';

/** Field tables: where a pod may run. From the Kubernetes v1.34 API types. */
export const SCHEDULING_TYPES: TypeTables = {
  Affinity: {
    nodeAffinity: 'NodeAffinity',
    podAffinity: 'PodAffinity',
    podAntiAffinity: 'PodAntiAffinity',
  },
  NodeAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: '[]PreferredSchedulingTerm',
    requiredDuringSchedulingIgnoredDuringExecution: 'NodeSelector',
  },
  PreferredSchedulingTerm: {
    preference: '!NodeSelectorTerm',
    weight: '!int32',
  },
  NodeSelectorTerm: {
    matchExpressions: '[]NodeSelectorRequirement',
    matchFields: '[]NodeSelectorRequirement',
  },
  NodeSelectorRequirement: {
    key: '!string',
    operator: '!NodeSelectorOperator',
    values: '[]string',
  },
  NodeSelector: {
    nodeSelectorTerms: '![]NodeSelectorTerm',
  },
  PodAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: '[]WeightedPodAffinityTerm',
    requiredDuringSchedulingIgnoredDuringExecution: '[]PodAffinityTerm',
  },
  WeightedPodAffinityTerm: {
    podAffinityTerm: '!PodAffinityTerm',
    weight: '!int32',
  },
  PodAffinityTerm: {
    labelSelector: 'LabelSelector',
    matchLabelKeys: '[]string',
    mismatchLabelKeys: '[]string',
    namespaceSelector: 'LabelSelector',
    namespaces: '[]string',
    topologyKey: '!string',
  },
  PodAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: '[]WeightedPodAffinityTerm',
    requiredDuringSchedulingIgnoredDuringExecution: '[]PodAffinityTerm',
  },
  Toleration: {
    effect: 'TaintEffect',
    key: 'string',
    operator: 'TolerationOperator',
    tolerationSeconds: '*int64',
    value: 'string',
  },
  TopologySpreadConstraint: {
    labelSelector: 'LabelSelector',
    matchLabelKeys: '[]string',
    maxSkew: '!int32',
    minDomains: '*int32',
    nodeAffinityPolicy: '*NodeInclusionPolicy',
    nodeTaintsPolicy: '*NodeInclusionPolicy',
    topologyKey: '!string',
    whenUnsatisfiable: '!UnsatisfiableConstraintAction',
  },
};
