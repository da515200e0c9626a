import junit, { type Builder } from 'junit-report-builder';
import { formatDuration } from '../../sim/core/duration.ts';
import type { Report } from '../../sim/report/report.ts';

/** Runs as JUnit XML: a suite a scenario, a test case an expectation. Times are those of the run. */
export function junitXml(reports: readonly Report[]): string {
  // The package is CommonJS and exports the builder itself, which its types do not say.
  const builder = (junit as unknown as Builder).newBuilder();
  for (const report of reports) {
    const suite = builder
      .testSuite()
      .name(report.metadata.name)
      .timestamp(new Date(report.startTime))
      .time(report.endMs / 1000);
    suite.property('seed', String(report.seed)).property('runtime', report.runtime);
    for (const expectation of report.expectations) {
      const test = suite.testCase().className(report.metadata.name).name(expectation.text);
      if (expectation.location !== undefined) {
        const { file, line } = expectation.location;
        test.file(`${file}:${line}`);
      }
      if (expectation.ok) continue;
      const events = (expectation.eventsBefore ?? []).map(
        (event) => `+${formatDuration(event.at)} ${event.type} ${event.reason} ${event.object}: ${event.message}`,
      );
      test.failure([expectation.actual ?? '', ...events].join('\n').trim() || expectation.text);
    }
    if (report.expectations.length === 0) suite.testCase().className(report.metadata.name).name('runs to its end');
    for (const violation of report.violations) {
      suite.testCase().className(report.metadata.name).name(violation.rule).error(violation.text);
    }
  }
  return builder.build();
}
