import junit, { type Builder } from 'junit-report-builder';
import { type Check, leaves } from '../../sim/doctor/check.ts';
import type { Diagnosis } from '../../sim/doctor/doctor.ts';

/** A diagnosis as JUnit XML: a suite a heading, a test case a check; warnings are no failures, unknown is skipped. */
export function diagnosisJunit(diagnosis: Diagnosis): string {
  // The package is CommonJS and exports the builder itself, which its types do not say.
  const builder = (junit as unknown as Builder).newBuilder();
  for (const check of diagnosis.checks) {
    const suite = builder.testSuite().name(check.context).property('source', diagnosis.source);
    for (const leaf of leaves([check])) {
      const test = suite.testCase().className(`${diagnosis.metadata.name}.${leaf.rule}`).name(nameOf(leaf));
      const text = [leaf.reason, leaf.suggestion].filter((part) => part !== undefined).join('\n');
      if (leaf.status === 'Failure') test.failure(text, leaf.rule);
      else if (leaf.status === 'Unknown') test.skipped();
      if (leaf.status !== 'Success' && leaf.status !== 'Failure') test.standardOutput(`${leaf.status}: ${text}`);
    }
  }
  return builder.build();
}

function nameOf({ context, object }: Check): string {
  return object === undefined ? context : `${context} (${object})`;
}
