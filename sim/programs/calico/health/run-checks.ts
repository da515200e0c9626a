import type { ProgramHost } from '../../host.ts';
import type { CalicoProfile } from '../profiles.ts';
import { birdCheck } from './bird-check.ts';
import type { Check, CheckContext } from './check.ts';
import { felixCheck } from './felix-check.ts';
import { serviceCheck } from './service-check.ts';

/** The checks in the order in which the program starts them. */
const CHECKS: readonly (readonly [flag: string, check: Check])[] = [
  ['felix-live', felixCheck('liveness')],
  ['bird-live', serviceCheck('bird')],
  ['bird6-live', serviceCheck('bird6')],
  ['felix-ready', felixCheck('readiness')],
  ['bird-ready', birdCheck('4')],
  ['bird6-ready', birdCheck('6')],
];

/** The flags that ask for a check. */
export const CHECK_FLAGS: readonly string[] = CHECKS.map(([flag]) => flag);

/** How often Go's scheduler runs the goroutine first that was started last, while another processor is not quicker. */
const LAST_FIRST = 0.85;

/**
 * Runs checks side by side and waits for all. Only the first error to happen is told; it also ends a request to felix
 * that hangs. Exit code 0, 1, or 2 for a panic.
 * Models projectcalico/calico node/pkg/health/health.go Run with golang.org/x/sync/errgroup.
 */
export function runChecks(
  host: ProgramHost,
  profile: CalicoProfile,
  wanted: readonly string[],
  thresholdMs: number,
): void {
  const cancels: (() => void)[] = [];
  let first: string | undefined;
  let waiting = wanted.length;
  const context: CheckContext = {
    host,
    profile,
    thresholdMs,
    onCancel: (give) => void cancels.push(give),
    panic: (message) => panic(host, message),
  };
  if (profile.checks === 'in turn') {
    runInTurn(context, wanted);
    return;
  }
  const started = CHECKS.filter(([flag]) => wanted.includes(flag));
  const last = started.at(-1);
  const lastFirst = started.length > 1 && host.random() < LAST_FIRST;
  const order = lastFirst && last !== undefined ? [last, ...started.slice(0, -1)] : started;
  for (const [, check] of order) {
    let over = false;
    const done = (problem: string | undefined): void => {
      if (over) return;
      over = true;
      waiting--;
      if (problem !== undefined && first === undefined) {
        first = problem;
        for (const give of cancels.splice(0)) give();
      }
      if (waiting > 0) return;
      if (first !== undefined) host.write('stdout', `calico/node is not ready: ${first}${profile.newline ? '\n' : ''}`);
      host.exit(first === undefined ? 0 : 1);
    };
    check(context, done);
  }
}

/** One check after another; the first that fails is the last. Models projectcalico/node v3.8 pkg/health/health.go Run. */
function runInTurn(context: CheckContext, wanted: readonly string[]): void {
  const [next, ...rest] = CHECKS.filter(([flag]) => wanted.includes(flag));
  if (next === undefined) {
    context.host.exit(0);
    return;
  }
  const [, check] = next;
  check(context, (problem) => {
    if (problem === undefined) {
      runInTurn(
        context,
        rest.map(([flag]) => flag),
      );
      return;
    }
    context.host.write('stdout', `calico/node is not ready: ${problem}${context.profile.newline ? '\n' : ''}`);
    context.host.exit(1);
  });
}

/** Go's end of a program that panics. */
export function panic(host: ProgramHost, message: string): void {
  host.write('stderr', `panic: ${message}\n\ngoroutine 1 [running]:\n`);
  host.exit(2);
}
