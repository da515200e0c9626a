import { parseDuration } from '../../sim/core/duration.ts';
import { LabError } from '../../sim/core/errors.ts';
import { checkManifests, RULES } from '../../sim/doctor/rules/check-manifests.ts';
import type { Finding } from '../../sim/doctor/rules/rule.ts';
import { saysScenario } from '../../sim/scenario/load.ts';
import type { GlobalOptions } from '../action.ts';
import { ruleText } from '../check-reference.ts';
import { paint, wantsColor } from '../color.ts';
import { EXIT } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { loadAll } from '../load-all.ts';
import { parseTargets } from '../output/targets.ts';
import { err, out } from '../streams.ts';

interface CheckOptions extends GlobalOptions {
  output: string[];
  ignore: string[];
  failOn: 'error' | 'warning';
  startup?: string;
  explain?: string;
}

/** `probelab check FILE|DIR…`: rules about the times of probes, without running anything. */
export async function checkCommand(paths: string[], options: CheckOptions): Promise<number> {
  if (options.explain !== undefined) {
    out(ruleText(ruleNamed(options.explain)));
    return EXIT.ok;
  }
  const [target] = parseTargets(options.output, ['table', 'json', 'github']);
  if (paths.length === 0) throw new LabError('USAGE', 'check needs a file or a folder');
  for (const id of options.ignore) ruleNamed(id);
  const startupMs = startupOf(options.startup);
  const files = findFiles(paths, { manifests: true });
  const sources = loadAll(files, { strict: false }).map(({ scenario }) => scenario.sources);
  // The objects of a scenario are a world of their own; plain manifests of all files are meant together.
  const isScenario = (_: unknown, index: number) => saysScenario(files[index]?.text ?? '');
  const plain = sources.filter((_, index) => !isScenario(_, index)).flat();
  const findings = checkManifests([...sources.filter(isScenario), plain], {
    ignore: options.ignore,
    ...(startupMs === undefined ? {} : { startupMs }),
  });
  if (target?.format === 'json') out(`${JSON.stringify(asJson(findings), null, 4)}\n`);
  else if (target?.format === 'github') out(findings.map(annotation).join(''));
  else print(findings, sources.flat().length, options);
  const grave = findings.some(({ level }) => level === 'error' || options.failOn === 'warning');
  return grave ? EXIT.failed : EXIT.ok;
}

function ruleNamed(id: string) {
  const rule = RULES.find((one) => one.id === id);
  if (rule !== undefined) return rule;
  throw new LabError('USAGE', `there is no rule "${id}"`, {
    hint: `There are: ${RULES.map((one) => one.id).join(', ')}.`,
  });
}

function startupOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = parseDuration(text);
  if (ms === undefined || ms < 0) throw new LabError('USAGE', `--startup needs a duration such as 45s, not "${text}"`);
  return ms;
}

function asJson(findings: readonly Finding[]): object {
  return { apiVersion: 'probelab.dev/v1alpha1', kind: 'Findings', findings };
}

function print(findings: readonly Finding[], objects: number, options: CheckOptions): void {
  const colors = paint(wantsColor(options.color, process.stdout));
  for (const { rule, level, object, container, message, location } of findings) {
    const mark = level === 'error' ? colors.failed(`error[${rule}]`) : colors.warning(`warning[${rule}]`);
    const subject = colors.name(`${object}${container === undefined ? '' : ` container "${container}"`}`);
    out(`${mark}: ${subject}: ${message} (${location.file}:${location.line}:${location.column})\n`);
  }
  const errors = findings.filter(({ level }) => level === 'error').length;
  const more = findings.length === 0 ? '' : '. Why, and what to do: probelab check --explain RULE';
  err(
    `${counted(objects, 'object')}: ${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}${more}\n`,
  );
}

function annotation({ rule, level, message, location }: Finding): string {
  const text = message.replaceAll('%', '%25').replaceAll('\n', '%0A');
  return `::${level} file=${location.file},line=${location.line},col=${location.column},title=${rule}::${text}\n`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
