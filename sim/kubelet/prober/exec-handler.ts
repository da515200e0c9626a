import { formatDuration } from '../../core/duration.ts';
import type { Container, ExecAction, Probe } from '../../kube/objects.ts';
import { expandVariables } from '../expansion.ts';
import type { AttemptOutcome, ProbeRun } from '../ports.ts';
import { cutToBytes, goQuote, toByteString } from './go-text.ts';

/** Bytes of output that a probe keeps. Models pkg/probe/exec/exec.go maxReadLength. */
export const MAX_OUTPUT_BYTES = 10 * 1024;

/** What a command came to. `error`: it could not be run, `stderr` is the runtime's text. */
export interface ExecAnswer {
  outcome: 'exited' | 'timeout' | 'error';
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a command in a container, ended after `timeoutMs`. Calls `done` once, never from within. */
export type ExecInContainer = (
  containerID: string,
  command: readonly string[],
  timeoutMs: number,
  done: (answer: ExecAnswer) => void,
) => void;

/** exec probes. Models kubernetes v1.34 pkg/probe/exec/exec.go Probe. */
export class ExecHandler {
  readonly #exec: ExecInContainer;
  readonly #commands = new WeakMap<ExecAction, { container: Container; command: string[] }>();

  constructor(exec: ExecInContainer) {
    this.#exec = exec;
  }

  attempt(run: ProbeRun, probe: Probe, action: ExecAction, done: (outcome: AttemptOutcome) => void): void {
    let expanded = this.#commands.get(action);
    if (expanded === undefined || expanded.container !== run.container) {
      expanded = { container: run.container, command: expandStatic(action.command ?? [], run.container) };
      this.#commands.set(action, expanded);
    }
    const { command } = expanded;
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    this.#exec(run.containerID, command, timeoutMs, (answer) => done(verdict(answer, command, timeoutMs)));
  }
}

/**
 * `$(VAR)` in a command, with the values that stand in the container's spec only: of a variable with `valueFrom` the
 * spec has no value, so it becomes empty; one from `envFrom` is unknown and stays.
 * Models kubernetes v1.34 pkg/kubelet/container/helpers.go ExpandContainerCommandOnlyStatic.
 */
export function expandStatic(command: readonly string[], container: Pick<Container, 'env'>): string[] {
  const values = new Map((container.env ?? []).map(({ name, value }) => [name, value ?? '']));
  return command.map((word) => expandVariables(word, (name) => values.get(name)));
}

/** What the CRI says of a command that took too long. */
export function execTimeoutText(command: readonly string[], timeoutMs: number): string {
  return `command timed out: ${goQuote(toByteString(command.join(' ')))} timed out after ${formatDuration(timeoutMs)}`;
}

/** All of stdout, then all of stderr, cut to the bytes a probe keeps. */
export function combinedOutput({ stdout, stderr }: Pick<ExecAnswer, 'stdout' | 'stderr'>): string {
  return cutToBytes(stdout + stderr, MAX_OUTPUT_BYTES);
}

function verdict(answer: ExecAnswer, command: readonly string[], timeoutMs: number): AttemptOutcome {
  switch (answer.outcome) {
    case 'exited':
      return { result: answer.exitCode === 0 ? 'success' : 'failure', output: combinedOutput(answer) };
    case 'timeout':
      return { result: 'failure', output: execTimeoutText(command, timeoutMs) };
    case 'error':
      return { result: 'error', output: answer.stderr };
  }
}
