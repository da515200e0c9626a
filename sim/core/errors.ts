/** Where in a file an error lies; line and column count from 1. */
export interface SourceLocation {
  file: string;
  line: number;
  column: number;
}

export interface LabErrorOptions {
  /** What the user can do about it, one sentence. */
  hint?: string;
  location?: SourceLocation;
  cause?: unknown;
  /** `user`: their input or surroundings, no stack is shown. `system`: ours. Default `user`. */
  fault?: 'user' | 'system';
}

/** An error with a stable code (`SCENARIO_UNKNOWN_FIELD`). Branch on the code, never on the message. */
export class LabError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly location: SourceLocation | undefined;
  readonly fault: 'user' | 'system';

  constructor(code: string, message: string, options: LabErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'LabError';
    this.code = code;
    this.hint = options.hint;
    this.location = options.location;
    this.fault = options.fault ?? 'user';
  }
}

/** Several errors found at once (all errors of a file, of a manifest). */
export class LabErrors extends Error {
  readonly errors: readonly LabError[];

  constructor(errors: readonly LabError[]) {
    super(errors.map((error) => `${error.code}: ${error.message}`).join('\n'));
    this.name = 'LabErrors';
    this.errors = errors;
  }
}
