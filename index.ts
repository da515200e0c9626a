/**
 * probelab as a library: run a scenario and read its report, or drive a lab by hand from a test.
 * The test helpers for vitest are under `probelab/vitest`.
 */
export type { Clock } from './sim/core/clock.ts';
export { formatDuration, parseDuration } from './sim/core/duration.ts';
export { LabError, LabErrors, type SourceLocation } from './sim/core/errors.ts';
export type { Fact, LabHistory, StampedFact } from './sim/kube/fact.ts';
export * from './sim/kube/objects.ts';
export { createLab, type Lab, type LabOptions, type RuntimeFactory } from './sim/lab.ts';
export type { AppDescription } from './sim/programs/app/description.ts';
export { describePod } from './sim/report/kubectl/describe-pod.ts';
export { getText, select } from './sim/report/kubectl/get.ts';
export { buildReport, type Report, reportNow } from './sim/report/report.ts';
export type { ExpectationOutcome, RunRecord } from './sim/report/run-record.ts';
export { type Paint, type ReportTextOptions, reportText } from './sim/report/text.ts';
export { renderTimeline } from './sim/report/timeline.ts';
export { type RunOptions, type RunResult, runScenario } from './sim/run-scenario.ts';
export type { ExpectationResult } from './sim/scenario/expectations.ts';
export { type LoadOptions, loadScenario } from './sim/scenario/load.ts';
export type { Scenario } from './sim/scenario/scenario.ts';
