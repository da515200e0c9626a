import { LabError } from '../core/errors.ts';

/** The error `STEP_WITHOUT_TARGET`: `message` says which thing that a step names is not there when its time comes. */
export function stepWithoutTarget(message: string): LabError {
  return new LabError('STEP_WITHOUT_TARGET', message, { hint: 'Is it there by then, and spelt as in the manifest?' });
}
