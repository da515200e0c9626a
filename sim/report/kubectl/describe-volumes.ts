import type { Volume } from '../../kube/objects.ts';
import type { DescribeWriter } from './describe-writer.ts';

/** A volume's source, whatever it is made of. */
// biome-ignore lint/suspicious/noExplicitAny: sources differ in every field.
type Source = Record<string, any>;
type Field = readonly [key: string, value: string];

interface Kind {
  type: string;
  fields: (source: Source) => readonly Field[];
}

/** The volumes section. Models k8s.io/kubectl v0.34 pkg/describe describeVolumes. */
export function describeVolumes(w: DescribeWriter, volumes: readonly Volume[] | undefined, space = ''): void {
  if (volumes === undefined || volumes.length === 0) {
    w.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  w.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    w.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    describeSource(w, volume as unknown as Source);
  }
}

function describeSource(w: DescribeWriter, volume: Source): void {
  const name = Object.keys(KINDS).find((candidate) => volume[candidate] !== undefined);
  if (name === undefined) {
    w.line(1, '<unknown>');
    return;
  }
  const kind = KINDS[name] as Kind;
  const source = volume[name] as Source;
  w.line(2, `Type:\t${kind.type}`);
  for (const [key, value] of kind.fields(source)) w.line(2, `${key}${key === NO_COLON ? '' : ':'}\t${value}`);
  if (name === 'csi') volumeAttributes(w, source['volumeAttributes'] ?? {});
  if (name === 'downwardAPI') downwardItems(w, source['items'] ?? []);
  if (name === 'ephemeral' && source['volumeClaimTemplate'] !== undefined) {
    claimTemplate(w, source['volumeClaimTemplate']);
  }
}

/** `keys`: what kubectl calls a field, and the field. */
const plain = (type: string, ...keys: (readonly [title: string, field: string])[]): Kind => ({
  type,
  fields: (source) =>
    keys.map(([title, field]) => {
      const unset = field === 'readOnly' ? 'false' : field === 'partition' || field === 'lun' ? '0' : '';
      return [title, String(source[field] ?? unset)];
    }),
});

const READ_ONLY = ['ReadOnly', 'readOnly'] as const;
const FS_TYPE = ['FSType', 'fsType'] as const;
const optional = (source: Source): Field => ['Optional', String(source['optional'] ?? false)];

/** The one field that kubectl prints without a colon. */
const NO_COLON = 'ISCSIInterface';

/** In the order in which kubectl asks for them. */
const KINDS: Readonly<Record<string, Kind>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    fields: ({ path, type }) => [
      ['Path', path],
      ['HostPathType', type ?? '<none>'],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: ({ medium, sizeLimit }) => [
      ['Medium', medium ?? ''],
      ['SizeLimit', sizeLimit ?? '<unset>'],
    ],
  },
  gcePersistentDisk: plain(
    'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    ['PDName', 'pdName'],
    FS_TYPE,
    ['Partition', 'partition'],
    READ_ONLY,
  ),
  awsElasticBlockStore: plain(
    'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    ['VolumeID', 'volumeID'],
    FS_TYPE,
    ['Partition', 'partition'],
    READ_ONLY,
  ),
  gitRepo: plain(
    'GitRepo (a volume that is pulled from git when the pod is created)',
    ['Repository', 'repository'],
    ['Revision', 'revision'],
  ),
  secret: {
    type: 'Secret (a volume populated by a Secret)',
    fields: (source) => [['SecretName', source['secretName'] ?? ''], optional(source)],
  },
  configMap: {
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    fields: (source) => [['Name', source['name'] ?? ''], optional(source)],
  },
  nfs: plain('NFS (an NFS mount that lasts the lifetime of a pod)', ['Server', 'server'], ['Path', 'path'], READ_ONLY),
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: (source) => [
      ['TargetPortal', source['targetPortal'] ?? ''],
      ['IQN', source['iqn'] ?? ''],
      ['Lun', String(source['lun'] ?? 0)],
      [NO_COLON, source['iscsiInterface'] ?? ''],
      ['FSType', source['fsType'] ?? ''],
      ['ReadOnly', String(source['readOnly'] ?? false)],
      ['Portals', `[${(source['portals'] ?? []).join(' ')}]`],
      ['DiscoveryCHAPAuth', String(source['chapAuthDiscovery'] ?? false)],
      ['SessionCHAPAuth', String(source['chapAuthSession'] ?? false)],
      [
        'SecretRef',
        source['secretRef'] === undefined ? 'nil' : `&LocalObjectReference{Name:${source['secretRef'].name},}`,
      ],
      ['InitiatorName', source['initiatorName'] ?? '<none>'],
    ],
  },
  glusterfs: plain(
    "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    ['EndpointsName', 'endpoints'],
    ['Path', 'path'],
    READ_ONLY,
  ),
  persistentVolumeClaim: plain(
    'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    ['ClaimName', 'claimName'],
    READ_ONLY,
  ),
  ephemeral: plain('EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)'),
  downwardAPI: plain('DownwardAPI (a volume populated by information about the pod)'),
  vsphereVolume: plain('vSphereVolume (a Persistent Disk resource in vSphere)', ['VolumePath', 'volumePath'], FS_TYPE, [
    'StoragePolicyName',
    'storagePolicyName',
  ]),
  photonPersistentDisk: plain(
    'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    ['PdID', 'pdID'],
    FS_TYPE,
  ),
  portworxVolume: plain('PortworxVolume (a Portworx Volume resource)', ['VolumeID', 'volumeID']),
  storageos: plain(
    'StorageOS (a StorageOS Persistent Disk resource)',
    ['VolumeName', 'volumeName'],
    ['VolumeNamespace', 'volumeNamespace'],
    FS_TYPE,
    READ_ONLY,
  ),
  azureFile: plain(
    'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    ['SecretName', 'secretName'],
    ['ShareName', 'shareName'],
    READ_ONLY,
  ),
  flocker: plain(
    'Flocker (a Flocker volume mounted by the Flocker agent)',
    ['DatasetName', 'datasetName'],
    ['DatasetUUID', 'datasetUUID'],
  ),
  projected: {
    type: 'Projected (a volume that contains injected data from multiple sources)',
    fields: ({ sources }) => ((sources ?? []) as Source[]).flatMap(projectedFields),
  },
  csi: plain('CSI (a Container Storage Interface (CSI) volume source)', ['Driver', 'driver'], FS_TYPE, READ_ONLY),
  image: plain('Image (a container image or OCI artifact)', ['Reference', 'reference'], ['PullPolicy', 'pullPolicy']),
};

function projectedFields({ secret, downwardAPI, configMap, serviceAccountToken }: Source): Field[] {
  if (secret !== undefined) return [['SecretName', secret.name ?? ''], optional(secret)];
  if (downwardAPI !== undefined) return [['DownwardAPI', 'true']];
  if (configMap !== undefined) return [['ConfigMapName', configMap.name ?? ''], optional(configMap)];
  if (serviceAccountToken === undefined) return [];
  return [['TokenExpirationSeconds', String(serviceAccountToken.expirationSeconds ?? 3600)]];
}

function downwardItems(w: DescribeWriter, items: readonly Source[]): void {
  w.line(2, 'Items:');
  for (const { fieldRef, resourceFieldRef, path } of items) {
    if (fieldRef !== undefined) w.line(3, `${fieldRef.fieldPath} -> ${path}`);
    if (resourceFieldRef !== undefined) w.line(3, `${resourceFieldRef.resource} -> ${path}`);
  }
}

/** One pair a line; kubectl indents each value once more. */
function pairs(w: DescribeWriter, title: string, map: Readonly<Record<string, string>>, separator: string): void {
  const keys = Object.keys(map).sort();
  for (const [i, key] of keys.entries())
    w.line(2, `${i === 0 ? `${title}:` : '    '}\t    ${key}${separator}${map[key]}`);
}

function volumeAttributes(w: DescribeWriter, attributes: Readonly<Record<string, string>>): void {
  if (Object.keys(attributes).length === 0) w.line(2, 'VolumeAttributes:\t<none>');
  else pairs(w, 'VolumeAttributes', attributes, '=');
}

/** What of a claim is known before it is made. */
function claimTemplate(w: DescribeWriter, { metadata = {}, spec }: Source): void {
  w.line(2, `StorageClass:\t${spec?.storageClassName ?? ''}`);
  w.line(2, `Volume:\t${spec?.volumeName ?? ''}`);
  for (const [title, map, separator] of [
    ['Labels', metadata.labels ?? {}, '='],
    ['Annotations', metadata.annotations ?? {}, ': '],
  ]) {
    if (Object.keys(map).length === 0) w.line(2, `${title}:\t    <none>`);
    else pairs(w, title, map, separator);
  }
  w.line(2, 'Capacity:\t');
  w.line(2, 'Access Modes:\t');
  if (spec?.volumeMode !== undefined) w.line(2, `VolumeMode:\t${spec.volumeMode}`);
}
