import { execFile, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { ChildProcess, ExecOutcome, SpawnOptions } from '../../sim/programs/host.ts';

type Environment = Readonly<Record<string, string>>;

/** Our own settings go to children, too: those may be programs of ours. */
function environment(env: Environment): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => name === 'CALICO_NODE_VERSION');
  return { ...Object.fromEntries(own), ...env };
}

/** Runs a command to its end. */
export function execCommand(command: readonly string[], env: Environment, done: (outcome: ExecOutcome) => void): void {
  const [file = '', ...args] = command;
  execFile(file, args, { encoding: 'utf8', env: environment(env) }, (error, stdout, stderr) => {
    const code: unknown = error?.code;
    if (error === null) done({ exitCode: 0, stdout, stderr });
    else if (typeof code === 'number') done({ exitCode: code, stdout, stderr });
    // As a shell has it: a command that cannot be run ends with 127, a killed one with 128 + signal.
    else if (error.signal) done({ exitCode: 137, stdout, stderr });
    else done({ exitCode: 127, stdout, stderr: error.message, notFound: code === 'ENOENT' });
  });
}

/** Starts a command and leaves it running. */
export function spawnChild(options: SpawnOptions, env: Environment): ChildProcess {
  const [file = '', ...args] = options.command;
  const child = spawn(file, args, { env: environment(options.env ?? env), stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.setEncoding('utf8').on('data', (text: string) => options.output('stdout', text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => options.output('stderr', text));
  let over = false;
  const end = (code: number): void => {
    if (over) return;
    over = true;
    options.ended(code);
  };
  child.on('error', () => end(127));
  child.on('close', (code, signal) => end(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  return { pid: child.pid ?? 0, signal: (name) => void child.kill(name) };
}
