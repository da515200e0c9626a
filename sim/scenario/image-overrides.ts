import type { PodSpec } from '../kube/objects.ts';
import type { NewObject } from '../kube/store.ts';
import type { Scenario } from './scenario.ts';

/** The containers of a pod, or of the pods that an object makes. */
export function containersOf(object: NewObject): NonNullable<PodSpec['containers']> {
  const spec = object.spec as (PodSpec & { template?: { spec?: PodSpec } }) | undefined;
  const pod = spec?.template?.spec ?? spec;
  return [...(pod?.containers ?? []), ...(pod?.initContainers ?? [])];
}

/**
 * What `images:` says, by image: an entry that names a container holds for that container's image, so that the image
 * is replaced wherever a runtime asks for it.
 */
export function imageOverrides({ images, manifests }: Pick<Scenario, 'images' | 'manifests'>): Record<string, string> {
  const overrides: Record<string, string> = { ...images };
  for (const { name, image } of manifests.flatMap(containersOf)) {
    const override = images[name];
    if (override !== undefined && image !== undefined && overrides[image] === undefined) overrides[image] = override;
  }
  return overrides;
}
