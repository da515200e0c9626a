import type { Duplex } from 'node:stream';
import type { ExecDescription } from '../../sim/programs/app/description.ts';
import type { ClientOutcome } from '../../sim/programs/host.ts';
import type { ContainerCommand } from '../../sim/runtime/port.ts';
import { OOM_MARK } from '../program-host/oom-mark.ts';
import { readRequestLine } from '../program-host/own-requests.ts';
import { Gate } from './gate.ts';
import { LineReader } from './output.ts';

export interface InstanceOptions {
  command: ContainerCommand;
  imageID: string;
  /** The host of one of our programs runs in it: it can be steered. */
  program: boolean;
  /** Commands whose outcome the scenario describes. */
  execs: readonly ExecDescription[];
  messageFile: string;
  startGate: Gate;
  onLine(stream: 'stdout' | 'stderr', line: string): void;
  /** A request that its process was asked to send is over. */
  onRequest?(id: string, outcome: ClientOutcome): void;
}

/** One container as the runtime follows it, from the command to create it until its removal. */
export class Instance {
  readonly command: ContainerCommand;
  readonly imageID: string;
  readonly program: boolean;
  readonly execs: readonly ExecDescription[];
  readonly messageFile: string;
  /** Opened by the command to start. */
  readonly startGate: Gate;
  /** Opens when the start has been told. */
  readonly started = new Gate();
  /** Opens when all output has come. */
  readonly drained = new Gate();
  readonly lines: LineReader;
  containerID = '';
  /** The id of the command to start, once it came. */
  startID: string | undefined;
  startedAt: number | undefined;
  input: Duplex | undefined;
  exited = false;
  oom = false;

  constructor(options: InstanceOptions) {
    this.command = options.command;
    this.imageID = options.imageID;
    this.program = options.program;
    this.execs = options.execs;
    this.messageFile = options.messageFile;
    this.startGate = options.startGate;
    this.lines = new LineReader((stream, line) => {
      const request = options.program ? readRequestLine(line) : undefined;
      if (line === OOM_MARK) this.oom = true;
      else if (request !== undefined) options.onRequest?.(request.id, request.outcome);
      else options.onLine(stream, line);
    });
  }

  get running(): boolean {
    return this.startedAt !== undefined && !this.exited;
  }
}
