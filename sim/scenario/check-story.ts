import { formatDuration } from '../core/duration.ts';
import { LabError } from '../core/errors.ts';
import type { FieldPath } from '../kube/decoding/decode-object.ts';
import type { YamlDocument } from '../kube/decoding/yaml-file.ts';
import { badPattern } from './matching.ts';
import { subjectNames, timeNames } from './schema/expectations.ts';
import { stepNames } from './schema/steps.ts';
import type { ScenarioFile } from './schema.ts';

type Spec = ScenarioFile['spec'];
type Times = NonNullable<Spec['expect']>[number];

/** What a schema cannot say: one action a step, moments within the run, intervals that go forward, sound patterns. */
export function checkStory(scenario: ScenarioFile, file: string, document: YamlDocument): LabError[] {
  const { spec, metadata } = scenario;
  const name = file
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/\.(ya?ml|json)$/, '');
  const errors: LabError[] = [];
  if (file !== '-' && name !== metadata.name) {
    errors.push(
      new LabError('SCENARIO_NAME', `The scenario is called "${metadata.name}", its file "${name}"`, {
        location: document.locate(['metadata', 'name'], 'value'),
        hint: `Call it ${name}.`,
      }),
    );
  }
  const end = spec.duration;
  (spec.steps ?? []).forEach((step, i) => {
    const path = ['spec', 'steps', i];
    errors.push(...exactlyOne(step, stepNames, 'A step has one action', path, document));
    if (step.at > end)
      errors.push(afterEnd('SCENARIO_STEP_AFTER_END', 'The step', step.at, end, [...path, 'at'], document));
  });
  (spec.expect ?? []).forEach((expectation, i) => {
    const path = ['spec', 'expect', i];
    errors.push(...exactlyOne(expectation, timeNames, 'An expectation has one time', path, document));
    errors.push(...exactlyOne(expectation, subjectNames, 'An expectation has one subject', path, document));
    errors.push(...checkTimes(expectation, end, path, document));
    errors.push(...checkPatterns(expectation, path, document));
  });
  return errors;
}

function exactlyOne(
  value: object,
  names: readonly string[],
  rule: string,
  path: FieldPath,
  document: YamlDocument,
): LabError[] {
  const given = names.filter((name) => (value as Record<string, unknown>)[name] !== undefined);
  if (given.length === 1) return [];
  const message = given.length === 0 ? `${rule}: there is none` : `${rule}: there are ${given.join(' and ')}`;
  const location = document.locate(
    given.length === 0 ? path : [...path, given[1] as string],
    given.length === 0 ? 'value' : 'key',
  );
  return [new LabError('SCENARIO_AMBIGUOUS', message, { location, hint: `One of ${names.join(', ')}.` })];
}

function afterEnd(
  code: string,
  what: string,
  at: number,
  end: number,
  path: FieldPath,
  document: YamlDocument,
): LabError {
  const message = `${what} at ${formatDuration(at)} is after the end of the run at ${formatDuration(end)}`;
  return new LabError(code, message, {
    location: document.locate(path, 'value'),
    hint: `Make spec.duration ${formatDuration(at)} or more.`,
  });
}

function checkTimes(expectation: Times, end: number, path: FieldPath, document: YamlDocument): LabError[] {
  return timeNames.flatMap((name) => {
    const given = expectation[name as keyof Times] as number | [number, number] | true | undefined;
    if (given === undefined || given === true) return [];
    const [from, until] = typeof given === 'number' ? [given, given] : given;
    if (until > end) {
      return [afterEnd('SCENARIO_EXPECTATION_AFTER_END', 'The expectation', until, end, [...path, name], document)];
    }
    if (from <= until) return [];
    const message = `The interval ends at ${formatDuration(until)}, before it begins at ${formatDuration(from)}`;
    return [
      new LabError('SCENARIO_INVALID_INTERVAL', message, {
        location: document.locate([...path, name], 'value'),
        hint: `Write [${formatDuration(until)}, ${formatDuration(from)}].`,
      }),
    ];
  });
}

function checkPatterns(expectation: Times, path: FieldPath, document: YamlDocument): LabError[] {
  return subjectNames.flatMap((name) => {
    const bad = badPattern(expectation[name as keyof Times], [...path, name]);
    if (bad === undefined) return [];
    return [
      new LabError('SCENARIO_INVALID_REGEX', `${bad.text} is not a regular expression`, {
        location: document.locate(bad.path, 'value'),
        hint: bad.problem,
      }),
    ];
  });
}
