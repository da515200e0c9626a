import type { TypeTables } from './type-table.ts';

/** Field tables: files made of ConfigMaps, Secrets and the pod itself. From the Kubernetes v1.34 API types. */
export const PROJECTION_TYPES: TypeTables = {
  ConfigMapVolumeSource: {
    defaultMode: '*int32',
    items: '[]KeyToPath',
    name: 'string',
    optional: '*bool',
  },
  KeyToPath: {
    key: '!string',
    mode: '*int32',
    path: '!string',
  },
  SecretVolumeSource: {
    defaultMode: '*int32',
    items: '[]KeyToPath',
    optional: '*bool',
    secretName: 'string',
  },
  DownwardAPIVolumeSource: {
    defaultMode: '*int32',
    items: '[]DownwardAPIVolumeFile',
  },
  DownwardAPIVolumeFile: {
    fieldRef: 'ObjectFieldSelector',
    mode: '*int32',
    path: '!string',
    resourceFieldRef: 'ResourceFieldSelector',
  },
  ObjectFieldSelector: {
    apiVersion: 'string',
    fieldPath: '!string',
  },
  ResourceFieldSelector: {
    containerName: 'string',
    divisor: '!Quantity',
    resource: '!string',
  },
  ProjectedVolumeSource: {
    defaultMode: '*int32',
    sources: '![]VolumeProjection',
  },
  VolumeProjection: {
    clusterTrustBundle: 'ClusterTrustBundleProjection',
    configMap: 'ConfigMapProjection',
    downwardAPI: 'DownwardAPIProjection',
    secret: 'SecretProjection',
    serviceAccountToken: 'ServiceAccountTokenProjection',
    podCertificate: 'PodCertificateProjection',
  },
  ClusterTrustBundleProjection: {
    labelSelector: 'LabelSelector',
    name: '*string',
    optional: '*bool',
    path: '!string',
    signerName: '*string',
  },
  ConfigMapProjection: {
    items: '[]KeyToPath',
    name: 'string',
    optional: '*bool',
  },
  DownwardAPIProjection: {
    items: '[]DownwardAPIVolumeFile',
  },
  SecretProjection: {
    items: '[]KeyToPath',
    name: 'string',
    optional: '*bool',
  },
  ServiceAccountTokenProjection: {
    audience: 'string',
    expirationSeconds: '*int64',
    path: '!string',
  },
  PodCertificateProjection: {
    signerName: 'string',
    keyType: 'string',
    maxExpirationSeconds: '*int32',
    credentialBundlePath: 'string',
    keyPath: 'string',
    certificateChainPath: 'string',
  },
};
