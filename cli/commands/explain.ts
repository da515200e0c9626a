import { LabError } from '../../sim/core/errors.ts';
import type { GlobalOptions } from '../action.ts';
import { EXIT } from '../exit-codes.ts';
import { type ExplainedField, PROBE_FIELDS } from '../explain/probe-fields.ts';
import { parseTargets } from '../output/targets.ts';
import { err, out } from '../streams.ts';

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];

interface ExplainOptions extends GlobalOptions {
  output: string[];
}

/**
 * `probelab explain livenessProbe.initialDelaySeconds`: what a field really does, and where that is written;
 * `probelab explain FILE`: the probes in a file as they really are.
 */
export async function explainCommand(what: string | undefined, options: ExplainOptions): Promise<number> {
  if (what !== undefined && /^-$|\.(ya?ml|json)$/.test(what)) return explainFile(what, options);
  return explainField(what);
}

async function explainFile(file: string, options: ExplainOptions): Promise<number> {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const [{ effectiveProbes, effectiveText }, { findFiles }, { loadAll }] = await Promise.all([
    import('../explain/effective.ts'),
    import('../find-files.ts'),
    import('../load-all.ts'),
  ]);
  const sources = loadAll(findFiles([file]), { strict: false }).flatMap(({ scenario }) => scenario.sources);
  const probes = effectiveProbes(sources);
  if (target?.format === 'json') {
    out(`${JSON.stringify({ apiVersion: 'probelab.dev/v1alpha1', kind: 'EffectiveProbes', probes }, null, 4)}\n`);
  } else if (probes.length === 0) err(`${file} has no probes.\n`);
  else out(effectiveText(probes));
  return EXIT.ok;
}

function explainField(what: string | undefined): number {
  const words = (what ?? '')
    .split('.')
    .filter((word) => word !== '' && !/^(pod|spec|containers?|initContainers?)$/.test(word));
  const [first = ''] = words;
  const probe = PROBES.includes(first) ? first : undefined;
  const path = (probe === undefined ? words : words.slice(1)).join('.');
  if (path === '') {
    out(overview(probe));
    return EXIT.ok;
  }
  const field = PROBE_FIELDS.find((candidate) => candidate.path === path || candidate.path.split('.').at(-1) === path);
  if (field === undefined) {
    throw new LabError('USAGE', `there is nothing to explain about "${what}"`, {
      hint: `Known are: ${PROBE_FIELDS.map((candidate) => candidate.path).join(', ')}.`,
    });
  }
  out(page(field, probe));
  return EXIT.ok;
}

function overview(probe: string | undefined): string {
  const width = Math.max(...PROBE_FIELDS.map(({ path }) => path.length));
  const rows = PROBE_FIELDS.map(({ path, summary }) => `  ${path.padEnd(width)}  ${summary}`);
  const head =
    probe === undefined ? 'Fields of a probe (startupProbe, livenessProbe, readinessProbe):' : `Fields of ${probe}:`;
  return `${head}\n${rows.join('\n')}\n\nMore: probelab explain ${probe ?? 'livenessProbe'}.failureThreshold\n`;
}

function page(field: ExplainedField, probe: string | undefined): string {
  const lines = [
    `FIELD:    ${probe === undefined ? '' : `${probe}.`}${field.path} <${field.type}>`,
    field.default === undefined ? 'DEFAULT:  none, it must be given' : `DEFAULT:  ${field.default}`,
    ...(field.minimum === undefined ? [] : [`MINIMUM:  ${field.minimum}`]),
    '',
    ...wrap(field.rule, 76),
    '',
    `SOURCE:   ${field.source}`,
    `SEE IT:   probelab run ${field.scenario}`,
  ];
  return `${lines.join('\n')}\n`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
