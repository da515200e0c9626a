import type { Clock } from '../../core/clock.ts';
import type { LabHistory, ProbeFact, ProbeType } from '../../kube/fact.ts';
import { podRef } from '../pod-ref.ts';
import type { AttemptOutcome, ContainerEvents, ProbeHandlers, ProbeOutcome, ProbeRun, Prober } from '../ports.ts';

/** Attempts of one run while the handler returns errors. Models prober.go maxProbeRetries. */
const MAX_PROBE_RETRIES = 3;

const NAMES: Readonly<Record<ProbeType, string>> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
};

const SUCCESS: ProbeOutcome = { result: 'Success', thrownAway: false };
const FAILURE: ProbeOutcome = { result: 'Failure', thrownAway: false };
const THROWN_AWAY: ProbeOutcome = { result: 'Failure', thrownAway: true };

export interface ContainerProberOptions {
  clock: Pick<Clock, 'now' | 'setTimeout'>;
  history: Pick<LabHistory, 'record'>;
  handlers: ProbeHandlers;
  events: ContainerEvents;
  /** For a run that repeats a recorded one: how much later than now this attempt's answer came, ms. Default: it came now. */
  delayMs?(run: ProbeRun): number | undefined;
}

/**
 * Runs a probe to its verdict: tries again after errors, records every attempt as a `probe` fact and the event of the
 * run. Knows neither thresholds nor protocols.
 * Models kubernetes v1.34 pkg/kubelet/prober/prober.go probe and runProbeWithRetries.
 */
export class ContainerProber implements Prober {
  readonly #options: ContainerProberOptions;
  /** Of runs that are under way. */
  readonly #open = new Set<(outcome: ProbeOutcome) => void>();

  constructor(options: ContainerProberOptions) {
    this.#options = options;
  }

  /** See `Prober.probe`: `done` comes once, in the timer that ends the last attempt. */
  probe(run: ProbeRun, done: (outcome: ProbeOutcome) => void): void {
    this.#open.add(done);
    this.#attempt(run, 1, done);
  }

  /** The kubelet's process ends: runs that are under way end at once, without result, event or fact. */
  abandon(): void {
    const open = [...this.#open];
    this.#open.clear();
    for (const done of open) done(THROWN_AWAY);
  }

  #attempt(run: ProbeRun, attempt: number, done: (outcome: ProbeOutcome) => void): void {
    const startedAt = this.#options.clock.now();
    const settle = (outcome: AttemptOutcome) => {
      if (!this.#open.has(done)) return;
      this.#record(run, outcome, startedAt);
      // A failure is an answer and final; an error says nothing about the container.
      if (outcome.result === 'error' && attempt < MAX_PROBE_RETRIES) this.#attempt(run, attempt + 1, done);
      else {
        this.#open.delete(done);
        done(this.#conclude(run, outcome));
      }
    };
    this.#options.handlers.attempt(run, (outcome) => {
      const delay = this.#options.delayMs?.(run) ?? 0;
      if (delay > 0) this.#options.clock.setTimeout(() => settle(outcome), delay);
      else settle(outcome);
    });
  }

  #conclude(run: ProbeRun, outcome: AttemptOutcome): ProbeOutcome {
    switch (outcome.result) {
      case 'success':
        return SUCCESS;
      case 'warning':
        this.#event(run, 'ProbeWarning', `probe warning: ${outcome.output}`);
        return SUCCESS;
      case 'failure':
        this.#event(run, 'Unhealthy', `probe failed: ${outcome.output}`);
        return FAILURE;
      case 'unknown':
        return FAILURE;
      case 'error': {
        const state = outcome.errorState ?? 'unknown';
        this.#event(run, 'Unhealthy', `probe errored and resulted in ${state} state: ${outcome.output}`);
        return THROWN_AWAY;
      }
    }
  }

  #event(run: ProbeRun, reason: string, text: string): void {
    this.#options.events.event(run.pod, run.container, 'Warning', reason, `${NAMES[run.probe]} ${text}`);
  }

  #record(run: ProbeRun, { result, output }: AttemptOutcome, startedAt: number): void {
    const { pod, container, containerID, probe } = run;
    const fact: ProbeFact = {
      kind: 'probe',
      pod: podRef(pod),
      container: container.name,
      containerID,
      probe,
      result: result === 'unknown' ? 'failure' : result,
      output,
      startedAt,
    };
    this.#options.history.record(fact);
  }
}
