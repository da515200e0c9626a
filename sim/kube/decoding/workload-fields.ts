import type { TypeTables } from './type-table.ts';

/** Field tables: what makes pods. From the Kubernetes v1.34 API types. */
export const WORKLOAD_TYPES: TypeTables = {
  Deployment: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ObjectMeta',
    spec: 'DeploymentSpec',
    status: 'DeploymentStatus',
  },
  DeploymentSpec: {
    minReadySeconds: 'int32',
    paused: 'bool',
    progressDeadlineSeconds: '*int32',
    replicas: '*int32',
    revisionHistoryLimit: '*int32',
    selector: 'LabelSelector',
    strategy: 'DeploymentStrategy',
    template: 'PodTemplateSpec',
  },
  DeploymentStrategy: {
    rollingUpdate: 'RollingUpdateDeployment',
    type: 'string',
  },
  RollingUpdateDeployment: {
    maxSurge: '*IntOrString',
    maxUnavailable: '*IntOrString',
  },
  PodTemplateSpec: {
    metadata: 'ObjectMeta',
    spec: 'PodSpec',
  },
  DeploymentStatus: {
    availableReplicas: 'int32',
    collisionCount: 'int32',
    conditions: '[]DeploymentCondition',
    observedGeneration: 'int64',
    readyReplicas: 'int32',
    replicas: 'int32',
    unavailableReplicas: 'int32',
    updatedReplicas: 'int32',
    terminatingReplicas: 'int32',
  },
  DeploymentCondition: {
    lastTransitionTime: 'Time',
    lastUpdateTime: 'Time',
    message: 'string',
    reason: 'string',
    status: 'string',
    type: 'string',
  },
  ReplicaSet: {
    apiVersion: 'string',
    kind: 'string',
    metadata: 'ObjectMeta',
    spec: 'ReplicaSetSpec',
    status: 'ReplicaSetStatus',
  },
  ReplicaSetSpec: {
    minReadySeconds: 'int32',
    replicas: '*int32',
    selector: 'LabelSelector',
    template: 'PodTemplateSpec',
  },
  ReplicaSetStatus: {
    availableReplicas: 'int32',
    conditions: '[]ReplicaSetCondition',
    fullyLabeledReplicas: 'int32',
    observedGeneration: 'int64',
    readyReplicas: 'int32',
    replicas: 'int32',
    terminatingReplicas: 'int32',
  },
  ReplicaSetCondition: {
    lastTransitionTime: 'Time',
    message: 'string',
    reason: 'string',
    status: 'string',
    type: 'string',
  },
};
