import type { Fields } from './pod-spec.ts';

/** 0644. */
const FILE_MODE = 420;
const TOKEN_SECONDS = 3600;

/** Of sources that have nothing but defaults of their own. */
const SOURCE_DEFAULTS = {
  azureDisk: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
};

/** Models kubernetes v1.34 pkg/apis/core/v1/defaults.go SetDefaults_Volume and what it reaches. */
export function defaultVolume(given: Fields): Fields {
  const volume: Fields = { ...given };
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  for (const source of ['secret', 'configMap']) {
    if (volume[source] !== undefined) volume[source] = { defaultMode: FILE_MODE, ...volume[source] };
  }
  if (volume.downwardAPI !== undefined) {
    volume.downwardAPI = { defaultMode: FILE_MODE, ...withFieldVersions(volume.downwardAPI) };
  }
  if (volume.projected !== undefined) {
    const sources = (volume.projected.sources as Fields[] | undefined)?.map(defaultProjection);
    volume.projected = { defaultMode: FILE_MODE, ...volume.projected, ...(sources && { sources }) };
  }
  if (volume.hostPath !== undefined) volume.hostPath = { type: '', ...volume.hostPath };
  for (const [source, defaults] of Object.entries(SOURCE_DEFAULTS)) {
    if (volume[source] !== undefined) volume[source] = { ...defaults, ...volume[source] };
  }
  return volume;
}

function defaultProjection(given: Fields): Fields {
  const projection = { ...given };
  if (projection.serviceAccountToken !== undefined) {
    projection.serviceAccountToken = { expirationSeconds: TOKEN_SECONDS, ...projection.serviceAccountToken };
  }
  if (projection.downwardAPI !== undefined) projection.downwardAPI = withFieldVersions(projection.downwardAPI);
  return projection;
}

function withFieldVersions(source: Fields): Fields {
  if (!Array.isArray(source.items)) return source;
  const items = (source.items as Fields[]).map((item) =>
    item.fieldRef === undefined ? item : { ...item, fieldRef: { apiVersion: 'v1', ...item.fieldRef } },
  );
  return { ...source, items };
}
