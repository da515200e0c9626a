import type { Check, CheckStatus } from '../../sim/doctor/check.ts';
import type { Diagnosis } from '../../sim/doctor/doctor.ts';
import type { Paint } from '../../sim/report/text.ts';

const LINE = '-'.repeat(45);

/**
 * A diagnosis as `osm verify` prints its results: Context, Status, Reason, Suggestion. Below a heading stand the checks
 * that did not succeed; `all`: every one.
 */
export function diagnosisText(diagnosis: Diagnosis, options: { all: boolean; paint: Paint }): string {
  const blocks = diagnosis.checks
    .flatMap((check) => shown(check, options.all))
    .map((check) => block(check, options.paint));
  return `${LINE}\n${blocks.join('')}${LINE}\n${summary(diagnosis, options.paint)}\n`;
}

function shown(check: Check, all: boolean): Check[] {
  const nested = (check.nested ?? []).filter(({ status }) => all || status !== 'Success');
  return [check, ...nested.flatMap((one) => shown(one, all))];
}

function block({ context, status, reason, suggestion }: Check, paint: Paint): string {
  const lines = [
    `[+] Context: ${context}`,
    `Status: ${colored(status, paint)}`,
    ...(reason === undefined ? [] : [`Reason: ${reason}`]),
    ...(suggestion === undefined ? [] : [`Suggestion: ${suggestion}`]),
  ];
  return `${lines.join('\n')}\n\n`;
}

function colored(status: CheckStatus, paint: Paint): string {
  if (status === 'Success') return paint.ok(status);
  return status === 'Failure' ? paint.failed(status) : paint.warning(status);
}

function summary({ status, counts, source }: Diagnosis, paint: Paint): string {
  const total = counts.Success + counts.Warning + counts.Failure + counts.Unknown;
  const parts = [`${counts.Failure} failed`, `${counts.Warning} warnings`, `${counts.Unknown} unknown`];
  return `${colored(status, paint)}: ${total} checks of ${source}, ${parts.join(', ')}`;
}
