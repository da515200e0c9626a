import type { ShellIo } from './shell-system.ts';
import type { List } from './syntax.ts';

/** `exit`, also from within a subshell. */
export class ShellExit {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** `break` and `continue`, with the loops still to leave. */
export class LoopControl {
  readonly kind: 'break' | 'continue';
  depth: number;
  constructor(kind: 'break' | 'continue', depth: number) {
    this.kind = kind;
    this.depth = depth;
  }
}

/** What a shell or subshell remembers. */
export class Scope {
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly traps: Map<string, List | 'ignore'>;
  positional: readonly string[];
  cwd: string;
  status = 0;
  /** `set -e`. */
  exitOnError = false;
  io: ShellIo;

  constructor(options: {
    variables: Map<string, string>;
    exported: Set<string>;
    positional: readonly string[];
    cwd: string;
    io: ShellIo;
  }) {
    this.variables = options.variables;
    this.exported = options.exported;
    this.positional = options.positional;
    this.cwd = options.cwd;
    this.io = options.io;
    this.traps = new Map();
  }

  /** A subshell: what it changes stays its own; traps are reset, but for ignored signals. */
  fork(io: ShellIo = this.io): Scope {
    const copy = new Scope({
      variables: new Map(this.variables),
      exported: new Set(this.exported),
      positional: this.positional,
      cwd: this.cwd,
      io,
    });
    copy.status = this.status;
    copy.exitOnError = this.exitOnError;
    for (const [signal, action] of this.traps) if (action === 'ignore') copy.traps.set(signal, action);
    return copy;
  }

  /** A variable or special parameter. */
  variable(name: string, pid: number): string | undefined {
    switch (name) {
      case '?':
        return String(this.status);
      case '$':
        return String(pid);
      case '#':
        return String(Math.max(0, this.positional.length - 1));
      case '@':
      case '*':
        return this.positional.slice(1).join(' ');
      default:
        return /^\d+$/.test(name) ? this.positional[Number(name)] : this.variables.get(name);
    }
  }

  environment(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const name of this.exported) {
      const value = this.variables.get(name);
      if (value !== undefined) env[name] = value;
    }
    return env;
  }
}
