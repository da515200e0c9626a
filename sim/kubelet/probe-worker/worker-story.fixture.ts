import { VirtualClock } from '../../core/virtual-clock.ts';
import { createHistory, type ProbeType } from '../../kube/fact.ts';
import type { ContainerState, Pod, PodStatus, Probe } from '../../kube/objects.ts';
import type { ProbeOutcome } from '../ports.ts';
import { DEFAULT_KUBELET_PROFILE } from '../profiles.ts';
import { ResultsManager } from '../results.ts';
import { createProbeWorker, type ProbeWorker } from './probe-worker.machine.ts';

export interface Answer {
  outcome: 'Success' | 'Failure' | 'error';
  durationMs: number;
}

export interface StoryOptions {
  probe?: ProbeType;
  spec?: Probe;
  jitterMs?: number;
  restartPolicy?: string;
  /** What the n-th probe (from 0) answers. Default: success after 2 ms. */
  answer?(index: number): Answer;
}

/** One worker of one container, its stored status, and what it did: `probe`, `end`, `Failure` and so on with their times. */
export class WorkerStory {
  readonly clock = new VirtualClock();
  readonly log: string[] = [];
  readonly worker: ProbeWorker;
  status: PodStatus | undefined;
  #probes = 0;

  constructor(options: StoryOptions = {}) {
    const { probe = 'liveness', spec = {}, jitterMs = 0, restartPolicy = 'Always' } = options;
    const { clock } = this;
    const history = createHistory({ clock });
    const pod = { metadata: { uid: 'uid-1' }, spec: { restartPolicy, containers: [] }, status: {} } as never as Pod;
    const results = new ResultsManager(probe, { clock, history, onUpdate: () => {} });
    history.subscribe((fact) => {
      if (fact.kind === 'result') this.#note(fact.result);
      if (fact.kind === 'result-removed') this.#note('removed');
    });
    this.running('app-1', { started: probe !== 'startup' });
    const answer = options.answer ?? (() => ({ outcome: 'Success', durationMs: 2 }) as const);
    this.worker = createProbeWorker({
      subject: {
        probe,
        pod,
        container: { name: 'app' },
        spec: { periodSeconds: 10, ...spec },
        sidecar: false,
        profile: DEFAULT_KUBELET_PROFILE,
      },
      owner: { pod: { namespace: 'default', name: 'web', uid: 'uid-1' }, container: 'app' },
      clock,
      history,
      statusSource: { getPodStatus: () => this.status },
      prober: { probe: (_run, done) => this.#probe(answer(this.#probes++), done) },
      results,
      kubeletStartedAtMs: -1_000_000,
      jitterMs,
      send: (event) => this.worker.send(event),
      onEnded: () => this.#note('ended'),
    });
    this.worker.send({ type: 'run' });
  }

  /** The stored status from now on: the instance runs. */
  running(id: string, options: { started?: boolean } = {}): void {
    this.#store(
      id,
      { running: { startedAt: new Date(this.clock.epochMs + this.clock.now()).toISOString() } },
      options.started,
    );
  }

  /** The stored status from now on: the instance is in this state. */
  stopped(id: string, state: ContainerState): void {
    this.#store(id, state, false);
  }

  /** Does something at a moment. */
  at(ms: number, act: () => void): this {
    this.clock.setTimeout(act, ms - this.clock.now());
    return this;
  }

  /** Lets time pass and returns what the worker did so far. */
  until(ms: number): string[] {
    this.clock.runUntil(ms);
    return this.log;
  }

  #store(id: string, state: ContainerState, started = true): void {
    const container = { name: 'app', image: '', imageID: '', ready: false, restartCount: 0 };
    this.status = {
      phase: 'Running',
      containerStatuses: [{ ...container, containerID: `test://${id}`, started, state }],
    };
  }

  #probe({ outcome, durationMs }: Answer, done: (outcome: ProbeOutcome) => void): void {
    this.#note('probe');
    const thrownAway = outcome === 'error';
    this.clock.setTimeout(() => done({ result: thrownAway ? 'Failure' : outcome, thrownAway }), durationMs);
  }

  #note(what: string): void {
    this.log.push(`${this.clock.now()} ${what}`);
  }
}
