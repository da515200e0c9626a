import { LabErrors } from '../sim/core/errors.ts';
import { decodeManifests } from '../sim/kube/decoding/manifests.ts';
import type { NewObject } from '../sim/kube/store.ts';
import { readInput } from './input.ts';

/**
 * The objects in a file of manifests, in order.
 * @throws LabErrors of everything wrong with the file; LabError FILE_NOT_FOUND, FILE_UNREADABLE.
 */
export function readManifests(file: string): NewObject[] {
  const { manifests, errors } = decodeManifests(readInput(file), file);
  if (errors.length > 0) throw new LabErrors(errors);
  return manifests.map(({ object }) => object);
}
