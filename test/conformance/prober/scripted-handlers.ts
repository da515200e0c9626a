import { type Clock, DUE_ORDER } from '../../../sim/core/clock.ts';
import type { AttemptOutcome, ProbeHandlers, ProbeRun } from '../../../sim/kubelet/ports.ts';
import { execTimeoutText } from '../../../sim/kubelet/prober/exec-handler.ts';
import type { Outcome, ProberScenario, ProbeScript, TraceEntry } from './scenario.ts';

/** The loop is awake, and past the events of the millisecond, before a worker has the end of its exec out of its sleep. */
const AFTER_THE_LOOP = DUE_ORDER.late + 1;

/** The recorder's RunInContainer: answers as the script says, after as long as it says. */
export class ScriptedHandlers implements ProbeHandlers {
  readonly #clock: Clock;
  readonly #scenario: ProberScenario;
  readonly #startedAt: (id: string) => number;
  readonly #log: (entry: TraceEntry) => void;

  constructor(options: {
    clock: Clock;
    scenario: ProberScenario;
    /** When the instance with this id started. */
    startedAt(id: string): number;
    log(entry: TraceEntry): void;
  }) {
    this.#clock = options.clock;
    this.#scenario = options.scenario;
    this.#startedAt = options.startedAt;
    this.#log = options.log;
  }

  attempt(run: ProbeRun, done: (outcome: AttemptOutcome) => void): void {
    const name = run.container.name;
    const script = this.#scenario.containers.find((container) => container.name === name)?.[run.probe] as ProbeScript;
    const id = run.containerID.replace('test://', '');
    const t = this.#clock.now();
    const outcome = outcomeAt(script, script.base === 'container' ? t - this.#startedAt(id) : t);
    const duration =
      outcome.outcome === 'timeout' ? script.timeoutSeconds * 1000 : outcome.durationMs || script.durationMs;
    this.#log({ t, k: 'probe', c: name, probe: run.probe, id, outcome: outcome.outcome, end: t + duration });
    this.#clock.setTimeout(() => done(answer(run, outcome, script)), duration, AFTER_THE_LOOP);
  }
}

function outcomeAt(script: ProbeScript, at: number): Outcome {
  return script.outcomes.findLast(({ fromMs }) => fromMs <= at) ?? { fromMs: 0, outcome: 'success' };
}

function answer(run: ProbeRun, { outcome, output = '' }: Outcome, script: ProbeScript): AttemptOutcome {
  if (outcome !== 'timeout') return { result: outcome, output };
  const text = execTimeoutText([run.container.name, run.probe], script.timeoutSeconds * 1000);
  return { result: 'failure', output: text };
}
