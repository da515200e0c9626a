import { BUILTINS } from './builtins.ts';
import { runFor, runIf, runLoop } from './control-flow.ts';
import { type ExpansionScope, expandToText, expandWords } from './expansion.ts';
import { holdsOutput } from './holds-output.ts';
import { redirect } from './redirections.ts';
import { runCommand } from './run-command.ts';
import { LoopControl, Scope, ShellExit } from './scope.ts';
import type { Run, ShellIo, ShellSystem, Sink, Wait } from './shell-system.ts';
import type { AndOr, Command, List, Pipeline } from './syntax.ts';
import { Thread } from './thread.ts';

/** A background job. */
export interface Job {
  thread: Thread;
  code: number;
  holdsOutput: boolean;
  waiters: Set<() => void>;
}

/** Interprets a script in a container: an ash with busybox's commands, on the run's clock. */
export class Shell {
  readonly system: ShellSystem;
  readonly jobs = new Map<number, Job>();
  readonly scope: Scope;
  /** Passes of loops so far. */
  passes = 0;
  /** Traps that have run. */
  trapped = 0;
  /** The last command runs in place of the shell (`sh -c 'sleep 600'`). */
  replaced = false;
  readonly #pending: List[] = [];
  readonly #onJobEnd: () => void;
  readonly #killSelf: (signal: string) => void;
  #nextPid: number;

  constructor(
    system: ShellSystem,
    io: ShellIo,
    options: { args: readonly string[]; onJobEnd(): void; killSelf(signal: string): void },
  ) {
    this.system = system;
    this.#onJobEnd = options.onJobEnd;
    this.#killSelf = options.killSelf;
    this.#nextPid = system.pid + 1;
    this.scope = new Scope({
      variables: new Map(Object.entries(system.env)),
      exported: new Set(Object.keys(system.env)),
      positional: options.args,
      cwd: system.cwd,
      io,
    });
  }

  /** The whole script; ends with its exit code. */
  *main(list: List): Run {
    let code: number;
    try {
      code = yield* this.list(list, this.scope, true);
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error;
      code = error.code;
    }
    const atExit = this.scope.traps.get('EXIT');
    if (atExit === undefined || atExit === 'ignore') return code;
    this.scope.traps.delete('EXIT');
    try {
      yield* this.list(atExit, this.scope, false);
    } catch (error) {
      if (!(error instanceof ShellExit)) throw error;
      code = error.code;
    }
    return code;
  }

  /** A signal for the shell itself; false if it has no trap for it. */
  signal(name: string): boolean {
    const action = this.scope.traps.get(name);
    if (action === undefined) return false;
    if (action !== 'ignore') {
      this.#pending.push(action);
      this.trapped++;
    }
    return true;
  }

  /** `kill PID`: PID 1, this shell or one of its jobs. */
  kill(pid: number, signal: string): boolean {
    if (pid === this.system.pid) this.#killSelf(signal);
    else if (pid === 1) this.system.signalInit(`SIG${signal}`);
    else {
      const job = this.jobs.get(pid);
      if (job === undefined) return false;
      job.thread.kill(true);
    }
    return true;
  }

  forgetJobs(): void {
    for (const [pid, job] of this.jobs) if (job.thread.over) this.jobs.delete(pid);
  }

  *list(list: List, scope: Scope, last: boolean): Run {
    for (const [i, { andOr, background }] of list.entries()) {
      if (background) this.#startJob(andOr, scope);
      else scope.status = yield* this.#andOr(andOr, scope, last && i === list.length - 1);
    }
    return scope.status;
  }

  #startJob(andOr: AndOr, scope: Scope): void {
    const forked = scope.fork({ ...scope.io, stdin: '' });
    const pid = this.#nextPid++;
    const job: Job = {
      code: 0,
      holdsOutput: holdsOutput(andOr, scope.io),
      waiters: new Set(),
      thread: new Thread(this.#guarded(this.#andOr(andOr, forked, false)), (code) => {
        job.code = code ?? 2;
        for (const resume of [...job.waiters]) resume();
        this.#onJobEnd();
      }),
    };
    this.jobs.set(pid, job);
    scope.variables.set('!', String(pid));
    scope.status = 0;
    job.thread.step();
  }

  /** A subshell's `exit` ends only the subshell. */
  *#guarded(run: Run): Run {
    try {
      return yield* run;
    } catch (error) {
      if (error instanceof ShellExit) return error.code;
      if (error instanceof LoopControl) return 0;
      throw error;
    }
  }

  *#andOr(parts: AndOr, scope: Scope, last: boolean): Run {
    let status = 0;
    for (const [i, { operator, pipeline }] of parts.entries()) {
      if (operator === '&&' && status !== 0) continue;
      if (operator === '||' && status === 0) continue;
      const final = i === parts.length - 1;
      status = yield* this.#pipeline(pipeline, scope, last && final);
      scope.status = status;
      if (scope.exitOnError && status !== 0 && final && !pipeline.negated) throw new ShellExit(status);
    }
    return status;
  }

  *#pipeline(pipeline: Pipeline, scope: Scope, last: boolean): Run {
    const { commands, negated } = pipeline;
    const [only] = commands;
    let status = 0;
    if (commands.length === 1 && only !== undefined) status = yield* this.#command(only, scope, last && !negated);
    else {
      let stdin = scope.io.stdin;
      for (const [i, command] of commands.entries()) {
        let text = '';
        const out =
          i === commands.length - 1
            ? scope.io.out
            : collector((piece) => {
                text += piece;
              }, scope.io.out.pipe);
        status = yield* this.#guarded(this.#command(command, scope.fork({ ...scope.io, stdin, out }), false));
        stdin = text;
      }
    }
    return negated ? (status === 0 ? 1 : 0) : status;
  }

  *#command(command: Command, scope: Scope, last: boolean): Run {
    const status =
      command.type === 'simple' ? yield* this.#simple(command, scope, last) : yield* this.#compound(command, scope);
    if (this.#pending.length > 0) yield* this.#runTraps();
    return status;
  }

  *#runTraps(): Run {
    for (const list of this.#pending.splice(0)) yield* this.list(list, this.scope, false);
    return 0;
  }

  *#compound(command: Exclude<Command, { type: 'simple' }>, scope: Scope): Run {
    const before = scope.io;
    const io = yield* redirect(scope.io, command.redirects, this.#context(scope));
    if (typeof io === 'string') {
      scope.io.err.write(`${io}\n`);
      return 1;
    }
    scope.io = io;
    try {
      switch (command.type) {
        case 'group':
          return command.subshell
            ? yield* this.#guarded(this.list(command.body, scope.fork(), false))
            : yield* this.list(command.body, scope, false);
        case 'if':
          return yield* runIf(this, command, scope);
        case 'loop':
          return yield* runLoop(this, command, scope);
        case 'for':
          return yield* runFor(this, command, scope);
      }
    } finally {
      scope.io = before;
    }
  }

  *#simple(command: Extract<Command, { type: 'simple' }>, scope: Scope, last: boolean): Run {
    const expansion = this.expansion(scope);
    const argv = yield* expandWords(command.words, expansion);
    const io = yield* redirect(scope.io, command.redirects, this.#context(scope));
    if (typeof io === 'string') {
      scope.io.err.write(`${io}\n`);
      return 1;
    }
    const assigned: [string, string][] = [];
    for (const { name, value } of command.assignments) assigned.push([name, yield* expandToText(value, expansion)]);
    if (argv.length === 0) {
      for (const [name, value] of assigned) scope.variables.set(name, value);
      // The status of the last command substitution, if there was one.
      return command.assignments.some(({ value }) => value.some((part) => part.type === 'command')) ? scope.status : 0;
    }
    return yield* this.#call(argv, Object.fromEntries(assigned), io, scope, last);
  }

  *#call(argv: readonly string[], assigned: Record<string, string>, io: ShellIo, scope: Scope, last: boolean): Run {
    const [name = '', ...args] = argv;
    if (name === 'exec') return args.length === 0 ? 0 : yield* this.#exec(args, assigned, io, scope);
    const builtin = BUILTINS.get(name);
    if (builtin !== undefined) {
      const before = scope.io;
      scope.io = io;
      try {
        const result = builtin(this, scope, args);
        return typeof result === 'number' ? result : yield* result;
      } finally {
        scope.io = { ...before, stdin: scope.io.stdin === io.stdin ? before.stdin : scope.io.stdin };
      }
    }
    if (last && this.#pending.length === 0 && scope === this.scope && scope.traps.size === 0) this.replaced = true;
    return yield* runCommand(this.system, argv, { ...scope.environment(), ...assigned }, io, scope.cwd);
  }

  *#exec(argv: readonly string[], assigned: Record<string, string>, io: ShellIo, scope: Scope): Run {
    if (scope === this.scope) this.replaced = true;
    throw new ShellExit(yield* runCommand(this.system, argv, { ...scope.environment(), ...assigned }, io, scope.cwd));
  }

  #context(scope: Scope) {
    return { files: this.system.files, cwd: scope.cwd, scope: this.expansion(scope) };
  }

  /** How words are expanded in `scope`. */
  expansion(scope: Scope): ExpansionScope {
    return {
      variable: (name) => scope.variable(name, this.system.pid),
      assign: (name, value) => void scope.variables.set(name, value),
      positional: scope.positional.slice(1),
      substitute: (list) => this.#substitute(list, scope),
    };
  }

  *#substitute(list: List, scope: Scope): Generator<Wait, string, void> {
    let text = '';
    const out = collector((piece) => {
      text += piece;
    }, true);
    scope.status = yield* this.#guarded(this.list(list, scope.fork({ ...scope.io, out }), false));
    return text.replace(/\n+$/, '');
  }
}

function collector(write: (text: string) => void, pipe: boolean): Sink {
  return { write, pipe };
}
