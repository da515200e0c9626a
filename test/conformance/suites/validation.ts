import { decodeObject, decodingMessage } from '../../../sim/kube/decoding/decode-object.ts';
import { deepEqual } from '../../../sim/kube/deep-equal.ts';
import { defaultPodSpec } from '../../../sim/kube/defaulting/pod-spec.ts';
import { defaultObject } from '../../../sim/kube/defaulting.ts';
import type { NewObject } from '../../../sim/kube/store.ts';
import { invalidMessage, validateObject, validatePod } from '../../../sim/kube/validation.ts';
import { readCases } from '../golden.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';
import { type ApplyCase, compareApply } from '../validation/apply-case.ts';

/** What the API server's own code said of one pod. */
interface PodCase {
  name: string;
  pod: NewObject;
  decodeError?: string;
  strictError?: string;
  defaultedSpec?: unknown;
  errors: unknown[];
  errorsWithoutDroppingDisabledFields?: unknown[];
  message?: string;
}

/** The same facts as our code says them. */
function play({ pod, errorsWithoutDroppingDisabledFields }: PodCase): Omit<PodCase, 'name' | 'pod'> {
  const decoded = decodeObject(pod);
  const strictError = decodingMessage(decoded);
  if (decoded.typeError !== undefined) return { decodeError: decoded.typeError.text, strictError, errors: [] };
  const object = decoded.object as NewObject;
  const defaulted = defaultObject(object);
  const errors = validateObject(defaulted);
  // Defaults come with decoding; what disabled features brought is dropped afterwards, before validation.
  const undropped = object.kind === 'Pod' ? { ...object, spec: defaultPodSpec(object.spec ?? {}) } : defaulted;
  return {
    strictError,
    defaultedSpec: undropped.spec,
    errors,
    errorsWithoutDroppingDisabledFields: errorsWithoutDroppingDisabledFields && validatePod(undropped),
    message: errors.length === 0 ? undefined : invalidMessage(defaulted as never, errors),
  };
}

const FACTS = [
  'decodeError',
  'strictError',
  'defaultedSpec',
  'errors',
  'errorsWithoutDroppingDisabledFields',
  'message',
] as const;

function comparePod(recorded: PodCase): string | undefined {
  const played = play(recorded);
  for (const fact of FACTS) {
    const expected = recorded[fact];
    const got = played[fact];
    if (!deepEqual(expected, got)) {
      return `${fact}\nexpected ${JSON.stringify(expected)}\ngot      ${JSON.stringify(got)}`;
    }
  }
  return undefined;
}

export const suite: Suite = {
  name: 'validation',
  about: 'decoding, defaulting and validation of pods, with whole messages',
  async *run(files: readonly string[], options: SuiteOptions): AsyncIterable<CaseResult> {
    for (const file of files) {
      for (const recorded of readCases<PodCase | ApplyCase>(file)) {
        const name = 'case' in recorded ? recorded.case : recorded.name;
        if (options.caseName !== undefined && options.caseName !== name) continue;
        const difference = 'case' in recorded ? compareApply(recorded) : comparePod(recorded);
        if (difference === undefined) yield { name, status: 'passed' };
        else yield { name, status: 'failed', difference };
      }
    }
  },
};
