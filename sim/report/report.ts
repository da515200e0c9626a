import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { Event, KubeObject } from '../kube/objects.ts';
import { type Discovery, discoveryOf } from './discovery.ts';
import { type EndpointChange, endpointChanges } from './endpoint-changes.ts';
import { type FailureContext, failureContext } from './failure-context.ts';
import { buildLanes, type Lane } from './lanes.ts';
import { findRestarts, type Restart } from './restarts.ts';
import type { BrokenInvariant, ExpectationOutcome, Notice, RunRecord } from './run-record.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export const REPORT_API_VERSION = 'probelab.dev/v1alpha1';

/** Lines of a container instance that are kept. */
const LOG_LINES = 1000;

/** What one container instance wrote. */
export interface ContainerLog {
  namespace: string;
  pod: string;
  container: string;
  /** Restarts before this instance. */
  attempt: number;
  lines: { at: number; stream: 'stdout' | 'stderr'; line: string }[];
  /** Earlier lines that are not kept. */
  dropped: number;
}

/** An expectation; a failed one with what led to it. */
export type ReportedExpectation = ExpectationOutcome & Partial<FailureContext>;

/** The report of one run, plain data: the same file and seed in virtual time give the same bytes as JSON. */
export interface Report {
  apiVersion: typeof REPORT_API_VERSION;
  kind: 'Report';
  metadata: { name: string };
  tool: { name: 'probelab'; version: string };
  profiles: Readonly<Record<string, string>>;
  file?: string;
  description?: string;
  source?: string;
  runtime: 'virtual' | 'docker';
  seed: number;
  /** Calendar time of t = 0. */
  startTime: string;
  duration: string;
  /** Milliseconds. */
  endMs: number;
  verdict: Verdict;
  expectations: readonly ReportedExpectation[];
  restarts: readonly Restart[];
  endpointChanges: readonly EndpointChange[];
  /** Registry, endpoints and callers side by side, if there are any. */
  discovery?: Discovery;
  notices: readonly Notice[];
  violations: readonly BrokenInvariant[];
  /** How many facts of each kind were recorded. */
  facts: Record<string, number>;
  steps: readonly { at: number; text: string }[];
  lanes: readonly Lane[];
  logs: readonly ContainerLog[];
  events: readonly Event[];
  objects: readonly KubeObject[];
}

/** Makes the report of a finished run. `toolVersion`: of probelab. */
export function buildReport(record: RunRecord, toolVersion: string): Report {
  const { facts, objects } = record;
  const discovery = discoveryOf(facts, record.endMs);
  return {
    apiVersion: REPORT_API_VERSION,
    kind: 'Report',
    metadata: { name: record.name },
    tool: { name: 'probelab', version: toolVersion },
    profiles: record.profiles,
    ...(record.file === undefined ? {} : { file: record.file }),
    ...(record.description === undefined ? {} : { description: record.description }),
    ...(record.source === undefined ? {} : { source: record.source }),
    runtime: record.runtime,
    seed: record.seed,
    startTime: new Date(record.epochMs).toISOString(),
    duration: formatDuration(record.endMs),
    endMs: record.endMs,
    verdict: verdictOf(record),
    expectations: record.expectations.map((outcome) =>
      outcome.ok ? outcome : { ...outcome, ...failureContext(facts, outcome) },
    ),
    restarts: findRestarts(facts),
    endpointChanges: endpointChanges(facts),
    ...(discovery === undefined ? {} : { discovery }),
    notices: [...record.notices, ...facts.filter((fact) => fact.kind === 'notice').map(notice)],
    violations: record.violations,
    facts: countKinds(facts),
    steps: facts.filter((fact) => fact.kind === 'step').map(({ at, text }) => ({ at, text })),
    lanes: buildLanes(facts, record.endMs),
    logs: collectLogs(facts),
    events: objects.filter((object) => object.kind === 'Event') as unknown as Event[],
    objects: objects.filter((object) => object.kind !== 'Event'),
  };
}

/** Milliseconds since 1970 at which the run ended: the `now` of everything that shows its final state. */
export function reportNow(report: Pick<Report, 'startTime' | 'endMs'>): number {
  return Date.parse(report.startTime) + report.endMs;
}

function notice(fact: Extract<StampedFact, { kind: 'notice' }>): Notice {
  const { at, level, code, message, location } = fact;
  return { at, level, code, message, ...(location === undefined ? {} : { location }) };
}

function countKinds(facts: readonly StampedFact[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of facts) counts[kind] = (counts[kind] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function collectLogs(facts: readonly StampedFact[]): ContainerLog[] {
  const attempts = new Map<string, number>();
  const logs = new Map<string, ContainerLog>();
  for (const fact of facts) {
    if (fact.kind === 'container') attempts.set(fact.containerID, fact.attempt);
    if (fact.kind !== 'log') continue;
    let log = logs.get(fact.containerID);
    if (log === undefined) {
      const { namespace, name } = fact.pod;
      const attempt = attempts.get(fact.containerID) ?? 0;
      log = { namespace, pod: name, container: fact.container, attempt, lines: [], dropped: 0 };
      logs.set(fact.containerID, log);
    }
    log.lines.push({ at: fact.at, stream: fact.stream, line: fact.line });
    if (log.lines.length > LOG_LINES) {
      log.lines.shift();
      log.dropped++;
    }
  }
  return [...logs.values()];
}
