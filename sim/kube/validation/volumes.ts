import type { Fields } from '../defaulting/pod-spec.ts';
import { parseQuantity } from '../quantity.ts';
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from './field-error.ts';
import type { VolumesByName } from './mounts.ts';
import { checkName, dns1123Label, dns1123Subdomain } from './names.ts';
import { noBacksteps } from './paths.ts';
import { fileMode, validateFile, validateKeyToPath, validateProjected } from './volume-files.ts';

type Check = (source: Fields, field: string) => FieldError[];

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** Sources that a lab does not mount: only that they say what they have to. */
const needs =
  (...names: string[]): Check =>
  (source, field) =>
    names.filter((name) => (source[name]?.length ?? 0) === 0).map((name) => required(`${field}.${name}`));

/** In the order in which they are looked at: of two sources, the later one is the one too many. */
const SOURCES: Readonly<Record<string, Check>> = {
  emptyDir: (source, field) =>
    (parseQuantity(source.sizeLimit) ?? 0) < 0
      ? [forbidden(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [],
  hostPath: validateHostPath,
  gitRepo: needs('repository'),
  gcePersistentDisk: (source, field) => needs('pdName')(source, field.replace(/gcePersistentDisk$/, 'persistentDisk')),
  awsElasticBlockStore: needs('volumeID'),
  secret: keysOf('secretName'),
  nfs: (source, field) => [
    ...needs('server', 'path')(source, field),
    ...(source.path?.startsWith('/') ? [] : [invalid(`${field}.path`, source.path ?? '', 'must be an absolute path')]),
  ],
  iscsi: needs('targetPortal', 'iqn'),
  glusterfs: needs('endpoints', 'path'),
  flocker: () => [],
  persistentVolumeClaim: needs('claimName'),
  rbd: needs('monitors', 'image'),
  cinder: needs('volumeID'),
  cephfs: needs('monitors'),
  quobyte: () => [],
  downwardAPI: (source, field) => [
    ...fileMode(source.defaultMode, `${field}.defaultMode`),
    ...((source.items ?? []) as Fields[]).flatMap((file) => validateFile(file, field)),
  ],
  fc: () => [],
  flexVolume: needs('driver'),
  configMap: keysOf('name'),
  azureFile: needs('secretName', 'shareName'),
  vsphereVolume: needs('volumePath'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  azureDisk: needs('diskName', 'diskURI'),
  storageos: needs('volumeName'),
  projected: validateProjected,
  scaleIO: needs('gateway', 'system', 'volumeName'),
  csi: (source, field) => [
    ...needs('driver')(source, field),
    ...dns1123Subdomain(String(source.driver ?? '').toLowerCase()).map((problem) =>
      invalid(`${field}.driver`, source.driver ?? '', problem),
    ),
  ],
  ephemeral: (source, field) =>
    source.volumeClaimTemplate === undefined ? [required(`${field}.volumeClaimTemplate`)] : [],
  image: needs('reference'),
};

/** Sources that the API server writes otherwise where it says that they are one too many. */
const MISNAMED: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateVolumes. `valid`: the volumes that mounts may name. */
export function validateVolumes(
  volumes: readonly Fields[],
  path: string,
): { errors: FieldError[]; valid: VolumesByName } {
  const valid = new Map<string, Fields>();
  const errors = volumes.flatMap((volume, i) => {
    const field = `${path}[${i}]`;
    const found = validateSource(volume, field);
    const name = (volume.name ?? '') as string;
    if (name === '') found.push(required(`${field}.name`));
    else found.push(...checkName(dns1123Label, name, `${field}.name`));
    if (valid.has(name)) found.push(duplicate(`${field}.name`, name));
    if (found.length === 0) valid.set(name, volume);
    return found;
  });
  return { errors, valid };
}

function validateSource(volume: Fields, field: string): FieldError[] {
  const given = Object.keys(SOURCES).filter((source) => volume[source] !== undefined);
  if (given.length === 0) return [required(field, 'must specify a volume type')];
  return given.flatMap((source, i) =>
    i > 0
      ? [forbidden(`${field}.${MISNAMED[source] ?? source}`, 'may not specify more than 1 volume type')]
      : (SOURCES[source] as Check)(volume[source], `${field}.${source}`),
  );
}

function validateHostPath(source: Fields, field: string): FieldError[] {
  if (!source.path) return [required(`${field}.path`)];
  const errors = noBacksteps(source.path, `${field}.path`);
  if (source.type === undefined || HOST_PATH_TYPES.includes(source.type)) return errors;
  return [...errors, notSupported(`${field}.type`, source.type, HOST_PATH_TYPES)];
}

/** A ConfigMap or a Secret as files. */
function keysOf(name: string): Check {
  return (source, field) => [
    ...needs(name)(source, field),
    ...fileMode(source.defaultMode, `${field}.defaultMode`),
    ...((source.items ?? []) as Fields[]).flatMap((item, i) => validateKeyToPath(item, `${field}.items[${i}]`)),
  ];
}
