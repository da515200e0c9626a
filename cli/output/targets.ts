import { LabError } from '../../sim/core/errors.ts';

export const FORMATS = ['table', 'wide', 'json', 'yaml', 'name', 'junit', 'github', 'markdown', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** `-o jsonpath=TEMPLATE`: what stands behind is no file. */
const JSONPATH = 'jsonpath=';

/** The template of `-o jsonpath=TEMPLATE`, if that is what was asked for. */
export function jsonPathOf(values: readonly string[]): string | undefined {
  const [value, another] = values;
  return another === undefined && value?.startsWith(JSONPATH) ? value.slice(JSONPATH.length) : undefined;
}

/** One `-o`: a format, and the file it goes to; no file: stdout. */
export interface Target {
  format: Format;
  file: string | undefined;
}

/**
 * What the `-o` flags ask for; `table` on stdout if none goes there.
 * @throws LabError USAGE: unknown format, two formats on stdout.
 */
export function parseTargets(values: readonly string[], allowed: readonly Format[] = FORMATS): Target[] {
  const targets = values.map((value) => parseTarget(value, allowed));
  const onStdout = targets.filter(({ file }) => file === undefined);
  if (onStdout.length > 1) {
    throw new LabError(
      'USAGE',
      `only one output can go to stdout, not ${onStdout.map(({ format }) => format).join(' and ')}`,
      {
        hint: `Give the others a file: -o ${onStdout[1]?.format}=FILE.`,
      },
    );
  }
  return onStdout.length === 0 ? [{ format: 'table', file: undefined }, ...targets] : targets;
}

function parseTarget(value: string, allowed: readonly Format[]): Target {
  const [name = '', ...rest] = value.split('=');
  const format = allowed.find((candidate) => candidate === name);
  if (format === undefined) {
    throw new LabError('USAGE', `unknown output format "${name}"`, { hint: `Use one of ${allowed.join(', ')}.` });
  }
  const file = rest.join('=');
  if (rest.length > 0 && file === '') throw new LabError('USAGE', `-o ${name}= needs a file name`);
  return { format, file: rest.length > 0 ? file : undefined };
}
