import { execFile } from 'node:child_process';
import { LabError } from '../../sim/core/errors.ts';

export interface KubectlOptions {
  context?: string;
  kubeconfig?: string;
  /** Limit of each call. */
  timeoutMs: number;
}

/** A call's outcome: its output, or why there is none. */
export type KubectlAnswer = { ok: true; stdout: string } | { ok: false; message: string };

const MAX_OUTPUT = 256 * 1024 * 1024;
const UNREACHABLE =
  /unable to connect to the server|connection refused|connection to the server .* was refused|no such host|i\/o timeout|timed out|TLS handshake|current-context|context .* does not exist|no configuration has been provided|couldn't get current server API group list|must be logged in|Unauthorized|stat .*: no such file|error loading config file|network is unreachable|no route to host/i;

/**
 * The user's own kubectl, of which only `get` is called: it changes nothing.
 * Every call ends within the limit.
 */
export class Kubectl {
  private readonly options: KubectlOptions;

  constructor(options: KubectlOptions) {
    this.options = options;
  }

  /** Runs `kubectl get …`. @throws LabError KUBECTL_MISSING. */
  get(...args: readonly string[]): Promise<KubectlAnswer> {
    const { context, kubeconfig, timeoutMs } = this.options;
    const all = [
      'get',
      ...args,
      `--request-timeout=${Math.max(1, Math.ceil(timeoutMs / 1000))}s`,
      ...(context === undefined ? [] : ['--context', context]),
      ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ];
    return new Promise((done, fail) => {
      const options = { timeout: timeoutMs + 1000, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT } as const;
      const child = execFile('kubectl', all, options, (error, stdout, stderr) => {
        if (error === null) return done({ ok: true, stdout });
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return fail(missing());
        if ((error as NodeJS.ErrnoException).code === 'EACCES') return fail(missing(error.message));
        if (error.killed === true) {
          return done({ ok: false, message: `kubectl timed out after ${Math.round(timeoutMs / 1000)}s` });
        }
        done({ ok: false, message: lastLine(stderr) || error.message });
      });
      child.stdin?.end();
    });
  }

  /**
   * True if a cluster answers; false if it answers, but not this question (no right to).
   * @throws LabError KUBECTL_MISSING, CLUSTER_UNREACHABLE.
   */
  async reach(): Promise<void> {
    const answer = await this.get('--raw', '/version');
    if (answer.ok) return;
    if (!UNREACHABLE.test(answer.message) && /forbidden/i.test(answer.message)) return;
    throw unreachable(answer.message, this.options);
  }
}

function missing(why = 'there is no program kubectl in the PATH'): LabError {
  return new LabError('KUBECTL_MISSING', `kubectl cannot be run: ${why}`, {
    hint: 'Install it to examine a cluster; a finished run (--run) or a dump (-f FILE) needs none.',
  });
}

function unreachable(message: string, { context, kubeconfig }: KubectlOptions): LabError {
  const where = [
    context === undefined ? '' : `context "${context}"`,
    kubeconfig === undefined ? '' : `kubeconfig ${kubeconfig}`,
  ].filter(Boolean);
  const what = where.length === 0 ? 'the current context' : where.join(', ');
  return new LabError('CLUSTER_UNREACHABLE', `no cluster answers (${what}): ${message}`, {
    hint: 'Try kubectl get namespaces; name another with --context or --kubeconfig; or examine a run (--run) or a dump (-f FILE).',
  });
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() ?? '';
}
