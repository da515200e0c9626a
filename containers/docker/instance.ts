import type { Duplex } from 'node:stream';
import type { ContainerCommand } from '../../sim/runtime/port.ts';
import type { LineReader } from './output.ts';

/** One container as the runtime follows it, from the command to create it until its removal. */
export interface Instance {
  readonly command: ContainerCommand;
  readonly messageFile: string;
  readonly lines: LineReader;
  /** Opened by the command to start; closed for good when the run is disposed of. */
  readonly gate: Gate;
  /** Resolves when all output has come. */
  readonly drained: Promise<void>;
  readonly started: Promise<void>;
  /** The host of one of our programs: it can be steered. */
  readonly program: boolean;
  containerID: string;
  imageID: string;
  input?: Duplex;
  startID?: string;
  startedAt?: number;
  exited: boolean;
  /** The program asked to be seen as killed for its memory. */
  oom: boolean;
  markDrained(): void;
  markStarted(): void;
}

/** A promise that somebody else settles. */
export class Gate {
  readonly passed: Promise<void>;
  #open: () => void = () => {};
  #close: (reason: Error) => void = () => {};

  constructor() {
    this.passed = new Promise((resolve, reject) => {
      this.#open = resolve;
      this.#close = reject;
    });
    // Closed while nobody waits is no fault.
    this.passed.catch(() => {});
  }

  open(): void {
    this.#open();
  }

  close(reason: Error): void {
    this.#close(reason);
  }
}
