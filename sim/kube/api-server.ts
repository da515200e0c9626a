import { LabError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { MutatingWebhook } from './admission.ts';
import { applyMerge } from './apply-merge.ts';
import { deepEqual } from './deep-equal.ts';
import { defaultObject } from './defaulting.ts';
import { mergePatch } from './merge-patch.ts';
import { type KubeObject, kindOf, NAMESPACES, PODS, type Pod, SERVICES } from './objects.ts';
import { admitPod } from './pod-admission.ts';
import type { NewObject, Store } from './store.ts';
import { validateUpdate } from './validation/update.ts';
import { invalidMessage, validateObject } from './validation.ts';

export interface ApiServerOptions {
  store: Store;
  random: Random;
  /** Asked in order about each new pod. */
  webhooks?: readonly MutatingWebhook[];
}

/**
 * The write side of the API: defaulting, mutating admission, validation, storage. What it refuses it refuses with the
 * API server's words: LabError with code `Invalid`, `Forbidden`, `AlreadyExists`, `NotFound`, `InternalError`.
 * Models kubernetes v1.34 staging/src/k8s.io/apiserver registry Create/Update.
 */
export class ApiServer {
  readonly store: Store;
  readonly #random: Random;
  readonly #webhooks: readonly MutatingWebhook[];
  /** What was applied last, by uid: the annotation that kubectl writes. */
  readonly #applied = new Map<string, NewObject>();

  constructor(options: ApiServerOptions) {
    this.store = options.store;
    this.#random = options.random.fork('api-server');
    this.#webhooks = options.webhooks ?? [];
  }

  /** Creates an object of any kind; a missing namespace of a namespaced kind is `default`. */
  create(object: NewObject): KubeObject {
    const prepared = this.prepare(object);
    return this.store.create(kindOf(prepared as never), prepared) as KubeObject;
  }

  /** What `create` would store, without storing it: defaults filled in, admitted, validated (a dry run). */
  prepare(object: NewObject, dryRun = false): NewObject {
    const kind = kindOf(object as never);
    const namespaced = withNamespace(object, kind.namespaced);
    const defaulted = defaultObject(namespaced);
    const admitted = kind.kind === 'Pod' ? this.#admit(defaulted, dryRun) : defaulted;
    const errors = validateObject(admitted);
    if (errors.length > 0) throw new LabError('Invalid', invalidMessage(admitted, errors));
    if (kind.kind === 'Service') return this.#withClusterIP(admitted);
    if (kind.kind !== 'Pod') return admitted;
    return { ...admitted, status: { phase: 'Pending', ...admitted['status'] } };
  }

  /**
   * kubectl apply: creates what is not there, otherwise merges what is given into what is there, without what was
   * applied before and is given no longer. A pod's spec cannot change but for a few fields.
   */
  apply(object: NewObject): KubeObject {
    const kind = kindOf(object as never);
    const namespace = kind.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const name = object.metadata.name;
    const current = name === undefined ? undefined : (this.store.get(kind, namespace, name) as KubeObject | undefined);
    const { status: _, ...wanted } = object;
    const stored =
      current === undefined
        ? this.create(object)
        : this.#update(current, applyMerge(current, this.#applied.get(current.metadata.uid), wanted) as KubeObject);
    this.#applied.set(stored.metadata.uid, wanted as NewObject);
    return stored;
  }

  /** kubectl patch --type merge; what it says of the status is left out. */
  patch(object: { apiVersion: string; kind: string; namespace?: string; name: string }, patch: unknown): KubeObject {
    const { namespace } = object;
    const kind = kindOf({ ...object, metadata: namespace === undefined ? {} : { namespace } });
    const current = this.store.get(kind, namespace ?? 'default', object.name) as KubeObject | undefined;
    if (current === undefined) {
      throw new LabError('NotFound', `${kind.plural} "${object.name}" not found`);
    }
    const { status: _, ...rest } = patch as Record<string, unknown>;
    return this.#update(current, mergePatch(current, rest) as KubeObject);
  }

  #update(current: KubeObject, wanted: KubeObject): KubeObject {
    const next = {
      ...(defaultObject(wanted as never) as KubeObject),
      metadata: {
        ...wanted.metadata,
        uid: current.metadata.uid,
        resourceVersion: current.metadata.resourceVersion,
        creationTimestamp: current.metadata.creationTimestamp,
      },
    };
    if (current.kind === 'Pod') forbidSpecChange(current as unknown as Pod, next as unknown as Pod);
    const errors = [...validateUpdate(current, next), ...validateObject(next)];
    if (errors.length > 0) throw new LabError('Invalid', invalidMessage(next, errors));
    return this.store.update(kindOf(current), next) as KubeObject;
  }

  /** Each Service but a headless or an external one gets an address. Models pkg/registry/core/service/ipallocator. */
  #withClusterIP(service: NewObject): NewObject {
    const spec = service['spec'] ?? {};
    if (spec.type === 'ExternalName') return service;
    if (spec.clusterIP !== undefined) return { ...service, spec: { clusterIPs: [spec.clusterIP], ...spec } };
    const taken = new Set(this.store.list(SERVICES).map((other) => other.spec?.clusterIP));
    let clusterIP: string;
    do clusterIP = `10.96.${this.#random.int(256)}.${1 + this.#random.int(254)}`;
    while (taken.has(clusterIP));
    return { ...service, spec: { ...spec, clusterIP, clusterIPs: [clusterIP] } };
  }

  #admit(object: NewObject, dryRun: boolean): NewObject {
    const namespace = object.metadata.namespace ?? 'default';
    let admitted = admitPod(object, this.#random);
    for (const webhook of this.#webhooks) {
      const answer = webhook.admit({
        uid: this.#random.uuid(),
        operation: 'CREATE',
        namespace,
        namespaceObject: this.store.get(NAMESPACES, undefined, namespace),
        object: admitted as KubeObject,
        dryRun,
      });
      if (!answer.allowed) throw new LabError('InternalError', answer.message);
      // What a webhook changed goes through defaulting and the API server's own plugins once more.
      if (answer.object !== admitted) admitted = admitPod(defaultObject(answer.object), this.#random);
    }
    return admitted;
  }
}

function withNamespace(object: NewObject, namespaced: boolean): NewObject {
  if (!namespaced || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}

const MUTABLE = ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds'] as const;

/** Models kubernetes v1.34 pkg/apis/core/validation ValidatePodUpdate: only images and a few numbers may change. */
function forbidSpecChange(current: Pod, next: Pod): void {
  const withImages = (pod: Pod) => {
    const strip = (containers: Pod['spec']['containers'] | undefined) => containers?.map((c) => ({ ...c, image: '' }));
    const spec: Record<string, unknown> = {
      ...pod.spec,
      containers: strip(pod.spec.containers),
      initContainers: strip(pod.spec.initContainers),
    };
    for (const field of MUTABLE) delete spec[field];
    return spec;
  };
  if (deepEqual(withImages(current), withImages(next))) return;
  throw new LabError(
    'Invalid',
    `The ${PODS.kind} "${current.metadata.name}" is invalid: spec: Forbidden: pod updates may not change fields other than \`spec.containers[*].image\`,\`spec.initContainers[*].image\`,\`spec.activeDeadlineSeconds\`,\`spec.tolerations\` (only additions to existing tolerations),\`spec.terminationGracePeriodSeconds\` (allow it to be set to 1 if it was previously negative)`,
  );
}
