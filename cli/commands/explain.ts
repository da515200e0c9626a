import { LabError } from '../../sim/core/errors.ts';
import { nearestName } from '../../sim/kube/decoding/nearest-name.ts';
import type { GlobalOptions } from '../action.ts';
import { EXIT } from '../exit-codes.ts';
import { type ExplainedField, PROBE_FIELDS } from '../explain/probe-fields.ts';
import { parseTargets } from '../output/targets.ts';
import { err, out } from '../streams.ts';

const PROBES = ['startupProbe', 'livenessProbe', 'readinessProbe'];

/** What stands above a probe, as in `kubectl explain deployment.spec.template.spec.containers.livenessProbe`. */
const ABOVE =
  /^(pods?|po|deployments?|deploy|daemonsets?|ds|statefulsets?|sts|replicasets?|rs|jobs?|cronjobs?|jobTemplate|template|spec|containers?|initContainers?|probe)$/;

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
  const words = (what ?? '').split('.').filter((word) => word !== '' && !ABOVE.test(word));
  const [first = ''] = words;
  const probe = PROBES.includes(first) ? first : undefined;
  const path = (probe === undefined ? words : words.slice(1))
    .join('.')
    .replace(/^(httpGet\.httpHeaders)\.(name|value)$/, '$1');
  const below = PROBE_FIELDS.filter((candidate) => path === '' || candidate.path.startsWith(`${path}.`));
  if (below.length > 0) {
    out(overview(below, probe, path));
    return EXIT.ok;
  }
  const field = PROBE_FIELDS.find((candidate) => candidate.path === path || candidate.path.split('.').at(-1) === path);
  if (field === undefined) {
    const near = nearestField(what ?? '', path, probe);
    throw new LabError('USAGE', `there is nothing to explain about "${what}"`, {
      hint:
        near !== undefined
          ? `Did you mean ${near}?`
          : `Known are: ${PROBE_FIELDS.map((candidate) => candidate.path).join(', ')}.`,
    });
  }
  out(page(field, probe));
  return EXIT.ok;
}

/** What was likely meant, as it can be typed again. */
function nearestField(what: string, path: string, probe: string | undefined): string | undefined {
  const names = PROBE_FIELDS.flatMap((field) => [field.path, field.path.split('.').at(-1) ?? '']);
  const field = nearestName(path, names);
  if (field !== undefined) return probe === undefined ? field : `${probe}.${field}`;
  const [first = '', ...rest] = what.split('.');
  const type = nearestName(first, PROBES);
  return type === undefined || type === first ? undefined : [type, ...rest].join('.');
}

function overview(fields: readonly ExplainedField[], probe: string | undefined, path: string): string {
  const width = Math.max(...fields.map((field) => field.path.length));
  const rows = fields.map((field) => `  ${field.path.padEnd(width)}  ${field.summary}`);
  const whole = [probe, path].filter(Boolean).join('.');
  const head =
    whole === '' ? 'Fields of a probe (startupProbe, livenessProbe, readinessProbe):' : `Fields of ${whole}:`;
  const example = path === '' ? 'failureThreshold' : fields[0]?.path;
  return `${head}\n${rows.join('\n')}\n\nMore: probelab explain ${probe ?? 'livenessProbe'}.${example}\n`;
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
