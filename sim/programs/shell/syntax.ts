/** A piece of a word, to be expanded. */
export type Part =
  | { type: 'text'; text: string; quoted: boolean }
  | { type: 'variable'; name: string; quoted: boolean; operator?: string; argument?: Word }
  | { type: 'command'; list: List; quoted: boolean }
  | { type: 'arithmetic'; expression: Word; quoted: boolean };

export type Word = readonly Part[];

export interface Redirect {
  /** The descriptor that is redirected. */
  fd: number;
  operator: '<' | '>' | '>>' | '>&' | '<<';
  target: Word;
}

export type Command =
  | {
      type: 'simple';
      assignments: readonly { name: string; value: Word }[];
      words: readonly Word[];
      redirects: readonly Redirect[];
    }
  | { type: 'group'; body: List; subshell: boolean; redirects: readonly Redirect[] }
  | {
      type: 'if';
      branches: readonly { condition: List; body: List }[];
      otherwise: List | undefined;
      redirects: readonly Redirect[];
    }
  | { type: 'loop'; until: boolean; condition: List; body: List; redirects: readonly Redirect[] }
  | { type: 'for'; name: string; words: readonly Word[]; body: List; redirects: readonly Redirect[] };

export interface Pipeline {
  negated: boolean;
  commands: readonly Command[];
}

/** Pipelines joined by && and ||, each with the operator before it. */
export type AndOr = readonly { operator: '&&' | '||' | undefined; pipeline: Pipeline }[];

export type List = readonly { andOr: AndOr; background: boolean }[];

/** A script that cannot be read. `unsupported`: the shell could, this interpreter cannot. */
export class ShellSyntaxError extends Error {
  readonly unsupported: boolean;

  constructor(message: string, unsupported = false) {
    super(message);
    this.unsupported = unsupported;
  }
}
