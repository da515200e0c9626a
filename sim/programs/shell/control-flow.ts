import { expandWords } from './expansion.ts';
import { LoopControl, type Scope } from './scope.ts';
import type { Shell } from './shell.ts';
import { type Run, sleepFor, type Wait } from './shell-system.ts';
import type { Command, List } from './syntax.ts';

/** Passes of loops before a pause is put in, and from when on it is a long one: a busy loop must not stop the run's clock. */
const BUSY_PASSES = 200;
const LONG = 20_000;

export function* runIf(shell: Shell, command: Extract<Command, { type: 'if' }>, scope: Scope): Run {
  for (const { condition, body } of command.branches) {
    if ((yield* holds(shell, condition, scope)) === 0) return yield* shell.list(body, scope, false);
  }
  return command.otherwise === undefined ? 0 : yield* shell.list(command.otherwise, scope, false);
}

/** `set -e` does not count in conditions. */
function* holds(shell: Shell, list: List, scope: Scope): Run {
  const { exitOnError } = scope;
  scope.exitOnError = false;
  try {
    return yield* shell.list(list, scope, false);
  } finally {
    scope.exitOnError = exitOnError;
  }
}

export function* runLoop(shell: Shell, command: Extract<Command, { type: 'loop' }>, scope: Scope): Run {
  let status = 0;
  while (((yield* holds(shell, command.condition, scope)) === 0) !== command.until) {
    const control = yield* passBody(shell, command.body, scope);
    status = scope.status;
    if (control === 'break') break;
  }
  return status;
}

export function* runFor(shell: Shell, command: Extract<Command, { type: 'for' }>, scope: Scope): Run {
  const words = yield* expandWords(command.words, shell.expansion(scope));
  for (const word of words) {
    scope.variables.set(command.name, word);
    if ((yield* passBody(shell, command.body, scope)) === 'break') break;
  }
  return scope.status;
}

function* passBody(shell: Shell, body: List, scope: Scope): Generator<Wait, 'break' | undefined, void> {
  if (++shell.passes % BUSY_PASSES === 0) yield sleepFor(shell.system, shell.passes > LONG ? 50 : 1, { child: false });
  try {
    yield* shell.list(body, scope, false);
  } catch (error) {
    if (!(error instanceof LoopControl)) throw error;
    if (--error.depth > 0) throw error;
    return error.kind === 'break' ? 'break' : undefined;
  }
  return undefined;
}
