import { LabError } from '../core/errors.ts';
import type { Container, Pod, Volume } from '../kube/objects.ts';
import type { Store } from '../kube/store.ts';
import type { ContainerMount } from '../runtime/port.ts';
import { configMapData, fieldValue, type NodeFacts, secretData } from './environment.ts';

type Files = Record<string, Uint8Array>;
type KeyToPath = readonly { key: string; path: string }[] | undefined;

/**
 * The mounts of a container with their files' contents. Volumes the lab cannot make (PVC, CSI …) are left
 * out: the loader has warned of them.
 */
export function makeMounts(store: Store, pod: Pod, container: Container, node: NodeFacts): ContainerMount[] {
  const mounts: ContainerMount[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((candidate) => candidate.name === mount.name);
    if (volume === undefined) continue;
    const rest = {
      mountPath: mount.mountPath,
      readOnly: mount.readOnly === true,
      ...(mount.subPath ? { subPath: mount.subPath } : {}),
    };
    if (volume.emptyDir !== undefined) {
      mounts.push({ ...rest, source: { type: 'emptyDir', volume: volume.name } });
      continue;
    }
    // The node's file system is not the lab's: a directory of it is empty at first, and outlives containers like the pod's own.
    if (volume.hostPath !== undefined && !isKernels(volume.hostPath.path)) {
      mounts.push({ ...rest, source: { type: 'emptyDir', volume: volume.name } });
      continue;
    }
    const files = volumeFiles(store, pod, volume, node);
    if (files !== undefined) {
      mounts.push({ ...rest, source: { type: 'files', volume: volume.name, files, mode: fileMode(volume) } });
    }
  }
  return mounts;
}

/** What the kernel offers is in every container anyway, and modules are of no use to one. */
function isKernels(path: string): boolean {
  return path === '/' || /^\/(?:sys|proc|dev|lib\/modules)(?:\/|$)/.test(path);
}

/**
 * The texts of FailedMount events that a pod's volumes would give now; empty if all can be mounted.
 * Models kubernetes v1.34 pkg/volume/configmap and secret SetUpAt.
 */
export function mountFailures(store: Store, pod: Pod): string[] {
  const failures: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    try {
      volumeFiles(store, pod, volume, { nodeName: '', hostIP: '', podIP: '' });
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      failures.push(`MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
    }
  }
  return failures;
}

function volumeFiles(store: Store, pod: Pod, volume: Volume, node: NodeFacts): Files | undefined {
  if (volume.configMap !== undefined) {
    const { name = '', items, optional } = volume.configMap;
    return filesOf(configMapData(store, pod, name), items, optional, 'configmap', name);
  }
  if (volume.secret !== undefined) {
    const { secretName = '', items, optional } = volume.secret;
    return filesOf(secretData(store, pod, secretName), items, optional, 'secret', secretName);
  }
  if (volume.downwardAPI !== undefined) {
    const files: Files = {};
    for (const item of volume.downwardAPI.items ?? []) {
      files[item.path] = encode(fieldValue(pod, item.fieldRef?.fieldPath ?? '', node));
    }
    return files;
  }
  if (volume.projected !== undefined) return projectedFiles(store, pod, volume, node);
  return undefined;
}

function projectedFiles(store: Store, pod: Pod, volume: Volume, node: NodeFacts): Files {
  const files: Files = {};
  for (const source of volume.projected?.sources ?? []) {
    if (source.configMap !== undefined) {
      const { name = '', items, optional } = source.configMap;
      // The cluster's own root certificate is not in the lab's store; nothing reads it.
      if (name === 'kube-root-ca.crt') continue;
      Object.assign(files, filesOf(configMapData(store, pod, name), items, optional, 'configmap', name));
    } else if (source.secret !== undefined) {
      const { name = '', items, optional } = source.secret;
      Object.assign(files, filesOf(secretData(store, pod, name), items, optional, 'secret', name));
    } else if (source.downwardAPI !== undefined) {
      for (const item of source.downwardAPI.items ?? []) {
        files[item.path] = encode(fieldValue(pod, item.fieldRef?.fieldPath ?? '', node));
      }
    }
  }
  return files;
}

function filesOf(
  data: Record<string, string> | undefined,
  items: KeyToPath,
  optional: boolean | undefined,
  kind: 'configmap' | 'secret',
  name: string,
): Files {
  if (data === undefined) {
    if (optional === true) return {};
    throw new LabError('FailedMount', `${kind} "${name}" not found`);
  }
  const files: Files = {};
  if (items === undefined) {
    for (const [key, value] of Object.entries(data)) files[key] = encode(value);
    return files;
  }
  for (const { key, path } of items) {
    const value = data[key];
    if (value === undefined) {
      if (optional === true) continue;
      throw new LabError(
        'FailedMount',
        `${kind} references non-existent ${kind === 'configmap' ? 'config' : 'secret'} key: ${key}`,
      );
    }
    files[path] = encode(value);
  }
  return files;
}

function fileMode(volume: Volume): number {
  const source = volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI;
  return source?.defaultMode ?? 0o644;
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
