import type { EndpointSlice, Pod, Service } from '../kube/objects.ts';

/** Endpoints follow pods: within this time an older state of the pod may still be shown. */
const LAG_MS = 200;

/** What there is to say of a pod and its endpoints. */
interface PodState {
  pod: Pod;
  ready: boolean;
  gone: boolean;
  /** Since when it has been so, run time in ms. */
  since: number;
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * Compares EndpointSlices with the pods behind them: an endpoint is ready if and only if its pod is (or its Service
 * publishes not ready addresses), and a ready pod that a Service selects has one. `note` is told what is not so.
 * It looks when a slice is written, when a pod changes that had been stable, and at the end: a stale slice is found, too.
 */
export class EndpointWatch {
  readonly #note: (at: number, text: string) => void;
  readonly #pods = new Map<string, PodState>();
  readonly #services = new Map<string, Service>();
  /** Slices by uid, and for each pod (uid) the slices that name it with the readiness they show. */
  readonly #slices = new Map<string, EndpointSlice>();
  readonly #shown = new Map<string, Map<string, boolean | undefined>>();

  constructor(note: (at: number, text: string) => void) {
    this.#note = note;
  }

  pod(pod: Pod, at: number, deleted: boolean): void {
    const condition = pod.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
    const ready = condition && !deleted && pod.metadata.deletionTimestamp === undefined;
    const { uid } = pod.metadata;
    const known = this.#pods.get(uid);
    if (known !== undefined && known.ready === ready && known.gone === deleted) {
      known.pod = pod;
      return;
    }
    // What is about to change was so until now: long enough to be shown.
    if (known !== undefined) this.#check(known, at);
    this.#pods.set(uid, { pod, ready, gone: deleted, since: at });
  }

  service(service: Service, deleted: boolean): void {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    if (deleted) this.#services.delete(key);
    else this.#services.set(key, service);
  }

  slice(slice: EndpointSlice, at: number, deleted: boolean): void {
    const { uid } = slice.metadata;
    for (const { targetRef } of this.#slices.get(uid)?.endpoints ?? [])
      this.#shown.get(targetRef?.uid ?? '')?.delete(uid);
    if (deleted) {
      this.#slices.delete(uid);
      return;
    }
    this.#slices.set(uid, slice);
    for (const { targetRef, conditions } of slice.endpoints ?? []) {
      const podUID = targetRef?.uid ?? '';
      const shown: Map<string, boolean | undefined> = this.#shown.get(podUID) ?? new Map();
      this.#shown.set(podUID, shown.set(uid, conditions?.ready));
      const state = this.#pods.get(podUID);
      if (state !== undefined) this.#compare(state, slice, conditions?.ready, at);
    }
  }

  /** The run is over: nothing is on its way any more that was due before. */
  end(at: number): void {
    for (const state of this.#pods.values()) this.#check(state, at);
  }

  /** Everything about one pod that has been so for a while. */
  #check(state: PodState, at: number): void {
    if (at - state.since <= LAG_MS) return;
    const shown = this.#shown.get(state.pod.metadata.uid);
    for (const [uid, ready] of shown ?? []) {
      const slice = this.#slices.get(uid);
      if (slice !== undefined) this.#compare(state, slice, ready, at);
    }
    if (state.ready) this.#missing(state, at, shown);
  }

  #missing({ pod, since }: PodState, at: number, shown: ReadonlyMap<string, unknown> | undefined): void {
    const { namespace, labels = {}, name } = pod.metadata;
    const named = [...(shown?.keys() ?? [])].map((uid) => this.#slices.get(uid)?.metadata.labels?.[SERVICE_NAME]);
    for (const { metadata, spec } of this.#services.values()) {
      const selector = Object.entries(spec?.selector ?? {});
      const created = Date.parse(metadata.creationTimestamp ?? '') - Date.parse(pod.metadata.creationTimestamp ?? '');
      // A Service that came later may have come only now.
      if (metadata.namespace !== namespace || selector.length === 0 || created > 0) continue;
      if (!selector.every(([key, value]) => labels[key] === value) || named.includes(metadata.name)) continue;
      this.#note(at, `${metadata.name} has no endpoint for ${name}, which has been ready since ${since} ms`);
    }
  }

  #compare({ pod, ready, gone, since }: PodState, slice: EndpointSlice, shown: boolean | undefined, at: number): void {
    const service = slice.metadata.labels?.[SERVICE_NAME] ?? '';
    const spec = this.#services.get(`${slice.metadata.namespace}/${service}`)?.spec;
    // Endpoints that somebody wrote by hand say what they like.
    if (spec?.selector === undefined || shown === undefined || at - since <= LAG_MS) return;
    const right = gone ? false : shown === ready || (spec.publishNotReadyAddresses === true && shown);
    const now = gone ? 'gone' : `ready=${ready}`;
    if (!right) this.#note(at, `${service} → ${pod.metadata.name}: ready=${shown}, pod ${now} since ${since} ms`);
  }
}
