import { formatDuration, parseDuration } from '../core/duration.ts';
import { LabError } from '../core/errors.ts';
import type { FieldPath } from '../kube/decoding/decode-object.ts';
import type { YamlDocument } from '../kube/decoding/yaml-file.ts';
import { badPattern } from './matching.ts';
import { EXPECTATION_SUBJECTS, EXPECTATION_TIMES, STEP_ACTIONS } from './words.ts';

type Raw = Record<string, unknown>;

/**
 * What a schema cannot say: one action a step, moments within the run, intervals that go forward, sound patterns.
 * Looks at the file as it was written, so that it finds its errors next to those of the schema; what is of a wrong
 * type is none of its business.
 */
export function checkStory(scenario: unknown, file: string, document: YamlDocument): LabError[] {
  if (!isRecord(scenario)) return [];
  const spec = isRecord(scenario.spec) ? scenario.spec : {};
  const end = milliseconds(spec.duration) ?? Number.POSITIVE_INFINITY;
  return [
    ...checkName(scenario.metadata, file, document),
    ...records(spec.steps).flatMap(([step, i]) => checkStep(step, end, ['spec', 'steps', i], document)),
    ...records(spec.expect).flatMap(([expectation, i]) =>
      checkExpectation(expectation, end, ['spec', 'expect', i], document),
    ),
  ];
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function records(list: unknown): [Raw, number][] {
  if (!Array.isArray(list)) return [];
  return list.map((item, i): [unknown, number] => [item, i]).filter((pair): pair is [Raw, number] => isRecord(pair[0]));
}

function milliseconds(value: unknown): number | undefined {
  return typeof value === 'string' ? parseDuration(value) : undefined;
}

function checkName(metadata: unknown, file: string, document: YamlDocument): LabError[] {
  const name = isRecord(metadata) ? metadata.name : undefined;
  const fileName = file
    .split(/[/\\]/)
    .at(-1)
    ?.replace(/\.(ya?ml|json)$/, '');
  if (file === '-' || typeof name !== 'string' || name === fileName) return [];
  return [
    new LabError('SCENARIO_NAME', `The scenario is called "${name}", its file "${fileName}"`, {
      location: document.locate(['metadata', 'name'], 'value'),
      hint: `Call it ${fileName}.`,
    }),
  ];
}

function checkStep(step: Raw, end: number, path: FieldPath, document: YamlDocument): LabError[] {
  const at = milliseconds(step.at);
  return [
    ...exactlyOne(step, STEP_ACTIONS, 'A step has one action', path, document),
    ...(at !== undefined && at > end
      ? [afterEnd('SCENARIO_STEP_AFTER_END', 'The step', at, end, [...path, 'at'], document)]
      : []),
  ];
}

function checkExpectation(expectation: Raw, end: number, path: FieldPath, document: YamlDocument): LabError[] {
  return [
    ...exactlyOne(expectation, EXPECTATION_TIMES, 'An expectation has one time', path, document),
    ...exactlyOne(expectation, EXPECTATION_SUBJECTS, 'An expectation has one subject', path, document),
    ...EXPECTATION_TIMES.flatMap((name) => checkTime(expectation[name], end, [...path, name], document)),
    ...EXPECTATION_SUBJECTS.flatMap((name) => checkPatterns(expectation[name], [...path, name], document)),
  ];
}

function exactlyOne(
  value: Raw,
  names: readonly string[],
  rule: string,
  path: FieldPath,
  document: YamlDocument,
): LabError[] {
  const [first, second] = names.filter((name) => value[name] !== undefined);
  if (first !== undefined && second === undefined) return [];
  const given = first === undefined ? 'there is none' : `there are ${first} and ${second}`;
  const location = second === undefined ? document.locate(path) : document.locate([...path, second], 'key');
  return [new LabError('SCENARIO_AMBIGUOUS', `${rule}: ${given}`, { location, hint: `One of ${names.join(', ')}.` })];
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
  const hint = `Make spec.duration ${formatDuration(at)} or more.`;
  return new LabError(code, message, { location: document.locate(path, 'value'), hint });
}

function checkTime(given: unknown, end: number, path: FieldPath, document: YamlDocument): LabError[] {
  const moments = (Array.isArray(given) ? given : [given]).map(milliseconds);
  const [from, until = from] = moments;
  if (from === undefined || until === undefined) return [];
  if (Math.max(from, until) > end) {
    const at = Math.max(from, until);
    return [afterEnd('SCENARIO_EXPECTATION_AFTER_END', 'The expectation', at, end, path, document)];
  }
  if (from <= until) return [];
  const message = `The interval ends at ${formatDuration(until)}, before it begins at ${formatDuration(from)}`;
  const hint = `Write [${formatDuration(until)}, ${formatDuration(from)}].`;
  return [new LabError('SCENARIO_INVALID_INTERVAL', message, { location: document.locate(path, 'value'), hint })];
}

function checkPatterns(subject: unknown, path: FieldPath, document: YamlDocument): LabError[] {
  const bad = badPattern(subject, path);
  if (bad === undefined) return [];
  return [
    new LabError('SCENARIO_INVALID_REGEX', `${bad.text} is not a regular expression`, {
      location: document.locate(bad.path, 'value'),
      hint: bad.problem,
    }),
  ];
}
