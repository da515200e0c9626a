import type { Fields } from '../defaulting/pod-spec.ts';
import { type FieldError, forbidden, invalid, notFound, notSupported, required } from './field-error.ts';
import { descendingPath, noBacksteps } from './paths.ts';

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible'];

/** The sources of a pod's valid volumes, by name. */
export type VolumesByName = ReadonlyMap<string, Fields>;

/** What of a mount is not its name or path is said of the list. Models kubernetes v1.34 pkg/apis/core/validation ValidateVolumeMounts. */
export function validateMounts(container: Fields, path: string, volumes: VolumesByName): FieldError[] {
  const devices = (container.volumeDevices ?? []) as Fields[];
  const paths = new Set<unknown>();
  return ((container.volumeMounts ?? []) as Fields[]).flatMap((mount, i) => {
    const field = `${path}[${i}]`;
    const errors: FieldError[] = [];
    const { name = '', mountPath = '' } = mount;
    if (!name) errors.push(required(`${field}.name`));
    if (!volumes.has(name)) errors.push(notFound(`${field}.name`, name));
    if (!mountPath) errors.push(required(`${field}.mountPath`));
    if (paths.has(mountPath)) errors.push(invalid(`${field}.mountPath`, mountPath, 'must be unique'));
    paths.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalid(`${field}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      errors.push(invalid(`${field}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    errors.push(...validateSubPaths(mount, path, field));
    errors.push(...validatePropagation(mount.mountPropagation, container, `${path}.mountPropagation`));
    errors.push(...validateRecursive(mount, `${path}.recursiveReadOnly`));
    return errors;
  });
}

function validateSubPaths({ subPath, subPathExpr }: Fields, path: string, field: string): FieldError[] {
  const errors = subPath ? descendingPath(subPath, `${path}.subPath`) : [];
  if (!subPathExpr) return errors;
  if (subPath) {
    errors.push(invalid(`${field}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
  }
  return [...errors, ...descendingPath(subPathExpr, `${path}.subPathExpr`)];
}

function validatePropagation(propagation: string | undefined, container: Fields, field: string): FieldError[] {
  if (propagation === undefined) return [];
  if (!PROPAGATIONS.includes(propagation)) return [notSupported(field, propagation, PROPAGATIONS)];
  if (propagation !== 'Bidirectional' || container.securityContext?.privileged === true) return [];
  return [forbidden(field, 'Bidirectional mount propagation is available only to privileged containers')];
}

function validateRecursive(mount: Fields, field: string): FieldError[] {
  const value = mount.recursiveReadOnly as string | undefined;
  if (value === undefined || value === 'Disabled') return [];
  if (!RECURSIVE.includes(value)) return [notSupported(field, value, RECURSIVE)];
  const errors = mount.readOnly ? [] : [forbidden(field, 'may only be specified when readOnly is true')];
  if (mount.mountPropagation !== undefined && mount.mountPropagation !== 'None') {
    errors.push(forbidden(field, 'may only be specified when mountPropagation is None or not specified'));
  }
  return errors;
}

/** Models kubernetes v1.34 pkg/apis/core/validation ValidateVolumeDevices. */
export function validateDevices(container: Fields, path: string, volumes: VolumesByName): FieldError[] {
  const mounts = (container.volumeMounts ?? []) as Fields[];
  const names = new Set<string>();
  const paths = new Set<string>();
  return ((container.volumeDevices ?? []) as Fields[]).flatMap((device, i) => {
    const { name = '', devicePath = '' } = device;
    const nameField = `${path}[${i}].name`;
    const pathField = `${path}[${i}].devicePath`;
    const volume = volumes.get(name);
    const errors: FieldError[] = [];
    if (!name) errors.push(required(nameField));
    if (names.has(name)) errors.push(invalid(nameField, name, 'must be unique'));
    if (volume === undefined) errors.push(notFound(nameField, name));
    else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalid(nameField, name, detail));
    }
    if (!devicePath) errors.push(required(pathField));
    if (paths.has(devicePath)) errors.push(invalid(pathField, devicePath, 'must be unique'));
    if (noBacksteps(devicePath, pathField).length > 0) {
      errors.push(invalid(pathField, devicePath, "can not contain backsteps ('..')"));
    } else {
      paths.add(devicePath);
    }
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalid(nameField, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some((mount) => mount.mountPath === devicePath)) {
      errors.push(invalid(pathField, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
    return errors;
  });
}
