/** What a suite says of one case. `environment`: depends on the machine, counted apart, never as passed. */
export interface CaseResult {
  name: string;
  status: 'passed' | 'failed' | 'environment';
  /** The first difference: where, expected, got. Shown for a failed case. */
  difference?: string;
}

export interface SuiteOptions {
  /** Only cases of this name. */
  caseName?: string;
  /** Print both sides of each case instead of the first difference. */
  sideBySide: boolean;
}

/** A case that cannot be played, for its setup is not understood or the model throws, fails by itself, not its whole file. */
export function attempt<T extends Omit<CaseResult, 'name'>>(play: () => T): T | Omit<CaseResult, 'name'> {
  try {
    return play();
  } catch (error) {
    return { status: 'failed', difference: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** A conformance suite: plays the cases of recorded files. Knows the format, never a case. */
export interface Suite {
  name: string;
  /** One line for `--help`. */
  about: string;
  run(files: readonly string[], options: SuiteOptions): AsyncIterable<CaseResult>;
}
