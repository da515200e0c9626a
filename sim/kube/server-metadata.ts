import { nextGeneration } from './generation.ts';
import type { KubeObject } from './objects.ts';

/**
 * What a client wants, with the metadata that is the server's own as it has to be: uid, times, deletion, generation (a write to a
 * sub-resource does not raise it). Models kubernetes v1.34 apiserver registry/rest/update.go BeforeUpdate.
 */
export function withServerMetadata(current: KubeObject, wanted: KubeObject, subresource: boolean): KubeObject {
  const { generation: _, deletionTimestamp: __, deletionGracePeriodSeconds: ___, ...given } = wanted.metadata;
  const { uid, creationTimestamp, resourceVersion, deletionTimestamp, deletionGracePeriodSeconds } = current.metadata;
  const generation = subresource ? current.metadata.generation : nextGeneration(current, wanted);
  return {
    ...wanted,
    metadata: {
      ...given,
      uid,
      creationTimestamp,
      resourceVersion,
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
      ...(generation === undefined ? {} : { generation }),
    },
  };
}
