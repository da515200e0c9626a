import { LabError } from '../sim/core/errors.ts';
import type { Scenario } from '../sim/scenario/scenario.ts';
import type { LoadedScenario } from './load-all.ts';

export interface Selection {
  /** A regular expression that the name or the file of a scenario has to match. */
  grep?: string;
  /** Labels that a scenario has to have, all of them: `topic=osm`, or `osm` for any label of this value or name. */
  tag?: readonly string[];
}

/**
 * The scenarios that are asked for.
 * @throws LabError USAGE: no regular expression; none is left.
 */
export function selectScenarios(loaded: readonly LoadedScenario[], { grep, tag = [] }: Selection): LoadedScenario[] {
  const pattern = grep === undefined ? undefined : patternOf(grep);
  const left = loaded.filter(
    ({ scenario }) =>
      (pattern === undefined || pattern.test(scenario.name) || pattern.test(scenario.file)) &&
      tag.every((one) => hasTag(scenario, one)),
  );
  if (left.length > 0) return left;
  const asked = [...(grep === undefined ? [] : [`--grep ${grep}`]), ...tag.map((one) => `--tag ${one}`)].join(' ');
  throw new LabError('USAGE', `none of ${loaded.length} scenarios fits ${asked}`, { hint: known(loaded) });
}

function patternOf(grep: string): RegExp {
  try {
    return new RegExp(grep, 'i');
  } catch (error) {
    throw new LabError('USAGE', `--grep needs a regular expression: ${(error as Error).message}`);
  }
}

function hasTag({ labels }: Scenario, tag: string): boolean {
  const [key = '', ...rest] = tag.split('=');
  if (rest.length > 0) return labels[key] === rest.join('=');
  return Object.hasOwn(labels, tag) || Object.values(labels).includes(tag);
}

function known(loaded: readonly LoadedScenario[]): string {
  const labels = loaded.flatMap(({ scenario }) =>
    Object.entries(scenario.labels).map(([key, value]) => `${key}=${value}`),
  );
  const names = loaded.map(({ scenario }) => scenario.name);
  const list = (all: readonly string[]) => [...new Set(all)].sort().slice(0, 10).join(', ');
  return `Names: ${list(names)}${labels.length === 0 ? '' : `; labels: ${list(labels)}`}.`;
}

/**
 * The scenario with only the expectation in which a line lies; all of them if the line lies elsewhere in the file.
 * @throws LabError USAGE: the file has no such line.
 */
export function atLine(scenario: Scenario, text: string, line: number): Scenario {
  const lines = text.split('\n');
  if (line < 1 || line > lines.length) {
    throw new LabError('USAGE', `"${scenario.file}" has no line ${line}`, { hint: `It has ${lines.length}.` });
  }
  const found = scenario.expect
    .filter(({ location }) => location.file === scenario.file && location.line <= line)
    .at(-1);
  if (found === undefined || endsBefore(lines, found.location.line, line)) return scenario;
  return { ...scenario, expect: [found] };
}

/** True if a block that begins at a line is over before another: a line between them is indented less. */
function endsBefore(lines: readonly string[], start: number, line: number): boolean {
  const indent = (text: string) => text.search(/\S/);
  const own = indent(lines[start - 1] ?? '');
  return lines.slice(start, line).some((text) => indent(text) >= 0 && indent(text) < own);
}
