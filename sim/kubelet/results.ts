import type { Clock } from '../core/clock.ts';
import type { LabHistory, PodRef, ProbeResult, ProbeType } from '../kube/fact.ts';
import type { ResultUpdate } from './ports.ts';

/** Whose result it is. */
export interface ResultOwner {
  pod: PodRef;
  container: string;
}

export interface ResultsManagerOptions {
  clock: Pick<Clock, 'setTimeout'>;
  history: Pick<LabHistory, 'record'>;
  onUpdate(update: ResultUpdate): void;
}

/**
 * The last result of one type of probe, by container id. A changed value is recorded at once and told to `onUpdate` in
 * a timer of its own: never from within the worker's run that set it, as the kubelet's update channel does.
 * Models kubernetes v1.34 pkg/kubelet/prober/results/results_manager.go.
 */
export class ResultsManager {
  readonly probe: ProbeType;
  readonly #cache = new Map<string, ProbeResult>();
  readonly #options: ResultsManagerOptions;

  constructor(probe: ProbeType, options: ResultsManagerOptions) {
    this.probe = probe;
    this.#options = options;
  }

  /** The value for a container id such as `containerd://…`; undefined if there is none. */
  get(containerID: string): ProbeResult | undefined {
    return this.#cache.get(containerID);
  }

  /** Sets the value. An equal value changes nothing and tells nobody. */
  set(containerID: string, result: ProbeResult, owner: ResultOwner): void {
    const previous = this.#cache.get(containerID);
    if (previous === result) return;
    this.#cache.set(containerID, result);
    const { pod, container } = owner;
    const { probe } = this;
    this.#options.history.record({
      kind: 'result',
      pod,
      container,
      containerID,
      probe,
      result,
      ...(previous === undefined ? {} : { previous }),
    });
    const update: ResultUpdate = { podUID: pod.uid, container, containerID, probe, result, previous };
    this.#options.clock.setTimeout(() => this.#options.onUpdate(update), 0);
  }

  /** Drops the value. Nothing is told to `onUpdate`. */
  remove(containerID: string, owner: ResultOwner): void {
    const previous = this.#cache.get(containerID);
    if (previous === undefined) return;
    this.#cache.delete(containerID);
    this.#options.history.record({ kind: 'result-removed', ...owner, containerID, probe: this.probe, previous });
  }
}

/** The kubelet's three results managers. */
export type ProbeResults = Readonly<Record<ProbeType, ResultsManager>>;

/** One results manager for each type of probe; `onUpdate` hears of all three. */
export function createProbeResults(options: ResultsManagerOptions): ProbeResults {
  return {
    startup: new ResultsManager('startup', options),
    liveness: new ResultsManager('liveness', options),
    readiness: new ResultsManager('readiness', options),
  };
}
