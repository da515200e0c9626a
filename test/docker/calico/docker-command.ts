import { execFile } from 'node:child_process';

export interface CommandOutcome {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs `docker …`; a command that fails is an outcome, too. With `timeoutMs` it is killed then, exit code -1. */
export function docker(args: readonly string[], options: { timeoutMs?: number } = {}): Promise<CommandOutcome> {
  return new Promise((done) => {
    const { timeoutMs: timeout = 60_000 } = options;
    execFile('docker', args, { encoding: 'utf8', timeout, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const code: unknown = error?.code;
      done({ exitCode: error === null ? 0 : typeof code === 'number' ? code : -1, stdout, stderr });
    });
  });
}

/** The same for a command that must not fail. */
export async function dockerOk(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await docker(args);
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}
