import type { Volume } from '../../kube/objects.ts';
import type { DescribeWriter } from './describe-writer.ts';

/** The volumes section. Models k8s.io/kubectl v0.34 pkg/describe describeVolumes. */
export function describeVolumes(w: DescribeWriter, volumes: readonly Volume[] | undefined, space = ''): void {
  if (volumes === undefined || volumes.length === 0) {
    w.line(0, `${space}Volumes:\t<none>`);
    return;
  }
  w.line(0, `${space}Volumes:`);
  for (const volume of volumes) {
    w.line(1, `${space === '' ? '' : ' '}${volume.name}:`);
    const fields = volumeFields(volume);
    if (fields === undefined) w.line(1, '<unknown>');
    else for (const [key, value] of fields) w.line(2, value === undefined ? `${key}:` : `${key}:\t${value}`);
    if (volume.downwardAPI !== undefined) {
      for (const item of volume.downwardAPI.items ?? []) {
        w.line(3, `${item.fieldRef?.fieldPath ?? item.resourceFieldRef?.resource} -> ${item.path}`);
      }
    }
  }
}

type Field = readonly [key: string, value: string | undefined];

function volumeFields(volume: Volume): Field[] | undefined {
  if (volume.hostPath !== undefined) {
    return [
      ['Type', 'HostPath (bare host directory volume)'],
      ['Path', volume.hostPath.path],
      ['HostPathType', volume.hostPath.type ?? '<none>'],
    ];
  }
  if (volume.emptyDir !== undefined) {
    return [
      ['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', volume.emptyDir.medium ?? ''],
      ['SizeLimit', volume.emptyDir.sizeLimit ?? '<unset>'],
    ];
  }
  if (volume.secret !== undefined) {
    return [
      ['Type', 'Secret (a volume populated by a Secret)'],
      ['SecretName', volume.secret.secretName ?? ''],
      ['Optional', String(volume.secret.optional ?? false)],
    ];
  }
  if (volume.configMap !== undefined) {
    return [
      ['Type', 'ConfigMap (a volume populated by a ConfigMap)'],
      ['Name', volume.configMap.name ?? ''],
      ['Optional', String(volume.configMap.optional ?? false)],
    ];
  }
  if (volume.downwardAPI !== undefined) {
    return [
      ['Type', 'DownwardAPI (a volume populated by information about the pod)'],
      ['Items', undefined],
    ];
  }
  if (volume.persistentVolumeClaim !== undefined) {
    return [
      ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName', volume.persistentVolumeClaim.claimName],
      ['ReadOnly', String(volume.persistentVolumeClaim.readOnly ?? false)],
    ];
  }
  if (volume.projected !== undefined) return projectedFields(volume.projected);
  return undefined;
}

function projectedFields(projected: NonNullable<Volume['projected']>): Field[] {
  const fields: Field[] = [['Type', 'Projected (a volume that contains injected data from multiple sources)']];
  for (const source of projected.sources ?? []) {
    if (source.secret !== undefined) {
      fields.push(['SecretName', source.secret.name ?? ''], ['Optional', String(source.secret.optional ?? false)]);
    } else if (source.downwardAPI !== undefined) fields.push(['DownwardAPI', 'true']);
    else if (source.configMap !== undefined) {
      fields.push(
        ['ConfigMapName', source.configMap.name ?? ''],
        ['Optional', String(source.configMap.optional ?? false)],
      );
    } else if (source.serviceAccountToken !== undefined) {
      fields.push(['TokenExpirationSeconds', String(source.serviceAccountToken.expirationSeconds ?? 3600)]);
    }
  }
  return fields;
}
