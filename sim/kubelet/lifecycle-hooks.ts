import type { Clock } from '../core/clock.ts';
import type { Container, LifecycleHandler, Pod } from '../kube/objects.ts';
import { runHttpHook } from './http-hook.ts';
import type { PodEvents } from './ports.ts';
import { goQuote, toByteString } from './prober/go-text.ts';
import type { RuntimeClient } from './runtime-client.ts';

export interface HookRun {
  pod: Pod;
  containerID: string;
  container: Container;
  handler: LifecycleHandler & { sleep?: { seconds: number } };
  podIP: string;
}

export interface HookDeps {
  clock: Clock;
  runtime: RuntimeClient;
  events: PodEvents;
  /** The kubelet's, `1.34`. */
  version: string;
}

/**
 * Runs a postStart or preStop hook; `done` gets undefined, or the message that the status of a failed postStart shows.
 * None has a time limit of its own. A tcpSocket hook always fails at run time.
 * Models kubernetes v1.34 pkg/kubelet/lifecycle/handlers.go Run.
 */
export function runHook(deps: HookDeps, run: HookRun, done: (message: string | undefined) => void): void {
  const { handler } = run;
  if (handler.exec !== undefined) runExecHook(deps, run, handler.exec.command ?? [], done);
  else if (handler.httpGet !== undefined) httpHook(deps, run, handler.httpGet, done);
  else if (handler.sleep !== undefined) deps.clock.setTimeout(() => done(undefined), handler.sleep.seconds * 1000);
  else deps.clock.setTimeout(() => done('Cannot run handler: invalid handler: a tcpSocket hook cannot be run'), 0);
}

function runExecHook(
  { runtime }: HookDeps,
  run: HookRun,
  command: string[],
  done: (message: string | undefined) => void,
): void {
  runtime.exec({ containerID: run.containerID, command }, ({ outcome, exitCode, stdout, stderr }) => {
    if (outcome === 'exited' && exitCode === 0) {
      done(undefined);
      return;
    }
    const exited = `command '${command.join(' ')}' exited with ${exitCode}: ${stderr}`;
    const output = outcome === 'exited' ? stdout + stderr : '';
    const error = `${outcome === 'exited' ? exited : stderr}, message: ${goQuote(toByteString(output))}`;
    done(failed(`Exec lifecycle hook ([${command.join(' ')}])`, run, error));
  });
}

function httpHook(
  { runtime, events, clock, version }: HookDeps,
  run: HookRun,
  action: NonNullable<LifecycleHandler['httpGet']>,
  done: (message: string | undefined) => void,
): void {
  const { pod, container, podIP } = run;
  const ended = (error: string | undefined) =>
    done(error === undefined ? undefined : failed(`HTTP lifecycle hook (${action.path ?? ''})`, run, error));
  const onFallback = (host: string) => {
    const text = `request to HTTPS lifecycle hook ${host} got HTTP response, retry with HTTP succeeded`;
    events.podEvent(pod, 'Warning', 'LifecycleHTTPFallback', text);
  };
  // The answer never comes from within.
  clock.setTimeout(() => {
    const deps = { transport: runtime.port.transport, onFallback };
    runHttpHook(deps, { action, container, podIP, version }, ended);
  }, 0);
}

function failed(what: string, { pod, container }: HookRun, error: string): string {
  const { name, namespace, uid } = pod.metadata;
  return `${what} for Container ${goQuote(container.name)} in Pod "${name}_${namespace}(${uid})" failed - error: ${error}`;
}
