import type Dockerode from 'dockerode';
import type { Clock } from '../../sim/core/clock.ts';
import type { RuntimeEvent } from '../../sim/runtime/port.ts';
import { type Engine, engineMessage } from './engine.ts';
import { Gate } from './gate.ts';
import { LABEL, type OwnerLabels } from './owner.ts';
import { RunDirectory } from './volumes.ts';

/** The run is over: whatever waits is given up. */
const DISPOSED = new Error('the run is over');

/** What all parts of one docker run share: the engine, the way events go out, and the work that is under way. */
export class RunContext {
  readonly docker: Dockerode;
  readonly engine: Engine;
  readonly labels: OwnerLabels;
  readonly clock: Pick<Clock, 'now'>;
  readonly networkID: string;
  readonly directory: RunDirectory;
  /** The engine died. */
  lost = false;
  disposed = false;
  readonly #tasks = new Set<Promise<void>>();
  readonly #gates = new Set<Gate>();
  #listener: (event: RuntimeEvent) => void = () => {};
  #names = 0;

  constructor(options: {
    engine: Engine;
    labels: OwnerLabels;
    clock: Pick<Clock, 'now'>;
    networkID: string;
    /** Puts private keys into the files of volumes. */
    reveal?: ((content: Uint8Array) => Uint8Array) | undefined;
  }) {
    this.engine = options.engine;
    this.docker = options.engine.docker;
    this.labels = options.labels;
    this.clock = options.clock;
    this.networkID = options.networkID;
    this.directory = new RunDirectory(options.labels, undefined, options.reveal);
  }

  get runId(): string {
    return this.labels[LABEL.run] ?? '';
  }

  subscribe(listener: (event: RuntimeEvent) => void): void {
    this.#listener = listener;
  }

  emit(event: RuntimeEvent): void {
    if (!this.disposed) this.#listener(event);
  }

  /** Never from within a command: the port promises that. */
  notice(level: 'info' | 'warning' | 'error', code: string, message: string): void {
    queueMicrotask(() => this.emit({ type: 'notice', level, code, message }));
  }

  /** Runs what a command set off; a failure that has no answer of its own becomes a notice. */
  task(work: () => Promise<unknown>): void {
    if (this.disposed) return;
    const task = work().then(
      () => {},
      (error: unknown) => this.failed(error),
    );
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  failed(error: unknown): void {
    if (!this.disposed && !this.lost) this.notice('error', 'DOCKER_ERROR', engineMessage(error));
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#tasks);
  }

  newGate(): Gate {
    const gate = new Gate();
    this.#gates.add(gate);
    void gate.passed.then(
      () => this.#gates.delete(gate),
      () => this.#gates.delete(gate),
    );
    if (this.disposed) gate.close(DISPOSED);
    return gate;
  }

  closeGates(reason: Error = DISPOSED): void {
    for (const gate of this.#gates) gate.close(reason);
  }

  /** A name for people to find a container by; unique, whatever the kubelet does twice. */
  containerName(pod: string, rest: string): string {
    return `${this.runId}-${pod}-${rest}-${this.#names++}`.replace(/[^a-zA-Z0-9_.-]/g, '-');
  }
}
