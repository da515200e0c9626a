import type { Clock } from '../core/clock.ts';
import type { Container, LifecycleHandler, PodStatus } from '../kube/objects.ts';
import type { ProbeTransport } from '../runtime/transport.ts';
import type { RuntimeClient } from './runtime-client.ts';

export interface HookRun {
  containerID: string;
  container: Container;
  handler: LifecycleHandler & { sleep?: { seconds: number } };
  status: Pick<PodStatus, 'podIP'>;
}

export interface HookDeps {
  clock: Clock;
  runtime: RuntimeClient;
  transport: ProbeTransport;
}

/** A hook's request has no time-out of its own; the grace period ends it. Long enough for any grace. */
const HOOK_TIMEOUT_MS = 24 * 3_600_000;

/**
 * Runs a postStart or preStop hook; `done` gets undefined, or the error's text.
 * An httpGet hook that is answered has succeeded, whatever the status; a tcpSocket hook always fails at run time.
 * Models kubernetes v1.34 pkg/kubelet/lifecycle/handlers.go Run.
 */
export function runHook(deps: HookDeps, run: HookRun, done: (error: string | undefined) => void): void {
  const { handler } = run;
  if (handler.exec !== undefined) {
    deps.runtime.exec({ containerID: run.containerID, command: handler.exec.command ?? [] }, (answer) => {
      const { exitCode, stdout, stderr } = answer;
      if (answer.outcome === 'exited' && exitCode === 0) done(undefined);
      else done(`Exec lifecycle hook ([${(handler.exec?.command ?? []).join(' ')}]) failed: ${stdout}${stderr}`);
    });
  } else if (handler.httpGet !== undefined) {
    runHttpHook(deps, run, done);
  } else if (handler.sleep !== undefined) {
    deps.clock.setTimeout(() => done(undefined), handler.sleep.seconds * 1000);
  } else {
    deps.clock.setTimeout(() => done('invalid handler: a tcpSocket hook cannot be run'), 0);
  }
}

function runHttpHook(deps: HookDeps, run: HookRun, done: (error: string | undefined) => void): void {
  const action = run.handler.httpGet;
  const port = hookPort(run.container, action?.port);
  if (action === undefined || port === undefined) {
    deps.clock.setTimeout(() => done(`port ${action?.port} not found`), 0);
    return;
  }
  const host = action.host || run.status.podIP || '';
  const path = action.path ?? '/';
  const own = (action.httpHeaders ?? []).map((header): [string, string] => [header.name, header.value]);
  deps.transport.http(
    {
      scheme: action.scheme === 'HTTPS' ? 'https' : 'http',
      host,
      port,
      method: 'GET',
      target: path.startsWith('/') ? path : `/${path}`,
      headers: [['Host', `${host}:${port}`], ['User-Agent', 'kube-lifecycle'], ['Accept', '*/*'], ...own],
      timeoutMs: HOOK_TIMEOUT_MS,
      maxBodyBytes: 10 * 1024,
    },
    (outcome) => done(outcome.kind === 'response' ? undefined : `HTTP lifecycle hook (${path}) failed`),
  );
}

function hookPort(container: Container, port: number | string | undefined): number | undefined {
  if (typeof port === 'number') return port;
  const named = container.ports?.find((candidate) => candidate.name === port);
  return named?.containerPort ?? (/^\d+$/.test(port ?? '') ? Number(port) : undefined);
}
