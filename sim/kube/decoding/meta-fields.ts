import type { TypeTables } from './type-table.ts';

/** Field tables: the metadata every object has. From the Kubernetes v1.34 API types. */
export const META_TYPES: TypeTables = {
  ObjectMeta: {
    annotations: 'map string',
    creationTimestamp: 'Time',
    deletionGracePeriodSeconds: '*int64',
    deletionTimestamp: 'Time',
    finalizers: '[]string',
    generateName: 'string',
    generation: 'int64',
    labels: 'map string',
    managedFields: '[]ManagedFieldsEntry',
    name: 'string',
    namespace: 'string',
    ownerReferences: '[]OwnerReference',
    resourceVersion: 'string',
    selfLink: 'string',
    uid: 'UID',
  },
  ManagedFieldsEntry: {
    apiVersion: 'string',
    fieldsType: 'string',
    fieldsV1: 'any',
    manager: 'string',
    operation: 'ManagedFieldsOperationType',
    subresource: 'string',
    time: 'Time',
  },
  OwnerReference: {
    apiVersion: '!string',
    blockOwnerDeletion: '*bool',
    controller: '*bool',
    kind: '!string',
    name: '!string',
    uid: '!UID',
  },
  LabelSelector: {
    matchExpressions: '[]LabelSelectorRequirement',
    matchLabels: 'map string',
  },
  LabelSelectorRequirement: {
    key: '!string',
    operator: '!LabelSelectorOperator',
    values: '[]string',
  },
};
