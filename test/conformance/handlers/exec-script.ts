import { spawn } from 'node:child_process';
import type { ExecAnswer } from '../../../sim/kubelet/prober/exec-handler.ts';

/** What the recorded command did. */
export interface ExecScript {
  code: number;
  output: string;
  repeat?: number;
  /** The runtime could not run it. */
  err?: string;
  /** It did not end in time. */
  timeout?: boolean;
  commandReceived?: string[];
}

/** Runs a local process that behaves as the script says, ended after `timeoutMs`, and answers as a runtime does. */
export function runScript(script: ExecScript, timeoutMs: number, done: (answer: ExecAnswer) => void): void {
  if (script.err !== undefined) {
    const { err } = script;
    setImmediate(() => done({ outcome: 'error', exitCode: 0, stdout: '', stderr: err }));
    return;
  }
  const command = script.timeout === true ? 'cat; exec sleep 60' : 'cat; exit "$0"';
  const child = spawn('/bin/sh', ['-c', command, String(script.code)], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  child.stdin.on('error', () => {});
  child.stdin.end(script.output.repeat(script.repeat ?? 1));
  child.on('close', (code) => {
    clearTimeout(timer);
    done({ outcome: late ? 'timeout' : 'exited', exitCode: code ?? 137, ...output });
  });
}
