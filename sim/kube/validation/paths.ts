import { type FieldError, invalid } from './field-error.ts';

/** A path without `..` in it. Models kubernetes v1.34 pkg/apis/core/validation validatePathNoBacksteps. */
export function noBacksteps(path: string, field: string): FieldError[] {
  return path.split('/').includes('..') ? [invalid(field, path, "must not contain '..'")] : [];
}

/** A relative path that does not leave its folder. Models validateLocalDescendingPath. */
export function descendingPath(path: string, field: string): FieldError[] {
  const absolute = path.startsWith('/') ? [invalid(field, path, 'must be a relative path')] : [];
  return [...absolute, ...noBacksteps(path, field)];
}

/** The same for a file that the kubelet writes, which keeps names of two dots for itself. Models ValidateLocalNonReservedPath. */
export function nonReservedPath(path: string, field: string): FieldError[] {
  const reserved = path.startsWith('..') && !path.startsWith('../');
  return [...descendingPath(path, field), ...(reserved ? [invalid(field, path, "must not start with '..'")] : [])];
}
