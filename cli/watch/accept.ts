import type { RunRecord } from '../../sim/report/run-record.ts';
import { endpointPods } from '../../sim/scenario/expectations/endpoints-subject.ts';
import { type ExpectationResult, evaluateExpectations } from '../../sim/scenario/expectations.ts';
import { mismatch } from '../../sim/scenario/matching.ts';
import { type Expectation, type Scenario, toleranceAt } from '../../sim/scenario/scenario.ts';
import { applyEdits, type Edit, EditableYaml, nodeAt } from './yaml-edits.ts';

/** What came of taking what happened for what is expected. */
export interface Accepted {
  /** The scenario file, with its comments and layout. */
  text: string;
  /** Expectations that hold now. */
  updated: readonly ExpectationResult[];
  /** Those that failed and that a value cannot mend: what did not happen, what must not happen, another object. */
  left: readonly ExpectationResult[];
}

export interface AcceptOptions {
  scenario: Scenario;
  /** Of the file, as it was played. */
  text: string;
  record: Pick<RunRecord, 'facts' | 'endMs' | 'runtime'>;
  /** Reads a scenario from a text, as the file was read. */
  load: (text: string) => Scenario;
}

/** More wrong values than this in one expectation: it is about something else. */
const MOST_VALUES = 50;

/**
 * Replaces in a scenario's text the values of expectations that failed by those that were so, at the moment at which it
 * was clear that they failed. Only what then holds for the same run is taken: nothing is written that would fail again.
 */
export function acceptOutcome({ scenario, text, record, load }: AcceptOptions): Accepted {
  const judge = (judged: Scenario): ExpectationResult[] => {
    const toleranceMs = record.runtime === 'docker' ? toleranceAt(judged) : 0;
    return evaluateExpectations(judged, record.facts, { endMs: record.endMs, toleranceMs });
  };
  const yaml = new EditableYaml(text);
  const failed = judge(scenario).flatMap((result, i) =>
    result.ok ? [] : [{ result, expectation: scenario.expect[i] }],
  );
  const updated: ExpectationResult[] = [];
  const edits: Edit[] = [];
  for (const { result, expectation } of failed) {
    const own =
      expectation === undefined || result.location.file !== scenario.file ? [] : editsFor(expectation, result, yaml);
    if (own.length === 0 || !holds(applyEdits(text, own), result.location.line)) continue;
    edits.push(...own);
    updated.push(result);
  }
  const left = failed.map(({ result }) => result).filter((result) => !updated.includes(result));
  return { text: applyEdits(text, edits), updated, left };

  function holds(changed: string, line: number): boolean {
    try {
      return judge(load(changed)).find(({ location }) => location.line === line)?.ok ?? false;
    } catch {
      // The value has no place there: the schema refuses it.
      return false;
    }
  }
}

function editsFor(expectation: Expectation, result: ExpectationResult, yaml: EditableYaml): Edit[] {
  if (expectation.never !== undefined || expectation.absent === true) return [];
  const node = yaml.expectationAt(result.location.line);
  const { object, event, endpoints } = expectation;
  if (object !== undefined) return objectEdits(object, result.state, nodeAt(node, 'object'), yaml);
  if (endpoints !== undefined) {
    return Object.entries(endpointPods(result.state)).flatMap(([state, pods]) => {
      const value = typeof endpoints[state as keyof typeof endpoints] === 'object' ? pods : pods.length;
      return yaml.replace(nodeAt(node, `endpoints.${state}`), value) ?? [];
    });
  }
  const events = Array.isArray(result.state) ? (result.state as { count?: number }[]) : [];
  if (event?.count === undefined || events.length !== 1) return [];
  return [yaml.replace(nodeAt(node, 'event.count'), events[0]?.count ?? 1) ?? []].flat();
}

/** An edit for each value that is not as expected. */
function objectEdits(expected: unknown, actual: unknown, node: unknown, yaml: EditableYaml): Edit[] {
  if (actual === undefined) return [];
  const edits: Edit[] = [];
  const left = JSON.parse(JSON.stringify(expected)) as unknown;
  for (let wrong = mismatch(left, actual); wrong !== undefined; wrong = mismatch(left, actual)) {
    const value = wrong.actual ?? null;
    const edit = yaml.replace(nodeAt(node, wrong.path), value);
    if (edit === undefined || edits.length >= MOST_VALUES || !put(left, wrong.path, value)) return [];
    edits.push(edit);
  }
  return edits;
}

/** Sets the value at a path as mismatches name it; false if there is no such place. */
function put(target: unknown, path: string, value: unknown): boolean {
  if (typeof target !== 'object' || target === null) return false;
  const names = Array.isArray(target) ? labelsOf(target) : Object.keys(target).map((name) => [name, name] as const);
  const [best] = names
    .filter(([label]) => path === label || path.startsWith(`${label}.`) || path.startsWith(`${label}[`))
    .sort(([a], [b]) => b.length - a.length);
  if (best === undefined) return false;
  const rest = path.slice(best[0].length).replace(/^\./, '');
  const holder = target as Record<string, unknown>;
  if (rest !== '') return put(holder[best[1]], rest, value);
  holder[best[1]] = value;
  return true;
}

/** Items of a list go by their name where they have one. */
function labelsOf(list: readonly unknown[]): (readonly [string, string])[] {
  return list.map((item, i) => {
    const { name, type, mountPath } = (item ?? {}) as Record<string, unknown>;
    const key = [name, type, mountPath].find((one) => typeof one === 'string');
    return [`[${key ?? i}]`, String(i)] as const;
  });
}
