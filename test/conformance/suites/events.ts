import { Random } from '../../../sim/core/random.ts';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import type { CorrelatedEvent } from '../../../sim/kube/events/correlated-event.ts';
import { EventCorrelator } from '../../../sim/kube/events/event-correlator.ts';
import { eventName } from '../../../sim/kube/events/event-name.ts';
import { humanDuration } from '../../../sim/kube/human-duration.ts';
import { readCases } from '../golden.ts';
import type { CaseResult, Suite, SuiteOptions } from '../suite.ts';

interface DurationCase {
  ms: number;
  text: string;
}

interface Step {
  t: number;
  pod: string;
  fieldPath: string;
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
  skip: boolean;
  op?: 'create' | 'patch';
  name?: string;
  count?: number;
  firstMs: number;
  lastMs: number;
  writtenMessage?: string;
}

interface StoredEvent {
  Name: string;
  Pod: string;
  FieldPath: string;
  Type: string;
  Reason: string;
  Message: string;
  Count: number;
  FirstMs: number;
  LastMs: number;
  Age: string;
}

interface EventsCase {
  name: string;
  endMs: number;
  steps: Step[];
  stored: StoredEvent[];
}

/** Plays recorder calls and compares each write, and what the API holds at the end with kubectl describe's ages. */
export const suite: Suite = {
  name: 'events',
  about: 'the event recorder: aggregation, counts, spam filter, ages',
  async *run(files: readonly string[], options: SuiteOptions): AsyncIterable<CaseResult> {
    for (const file of files) {
      for (const one of readCases<EventsCase | DurationCase>(file)) {
        const name = 'ms' in one ? `duration ${one.ms} ms` : one.name;
        if (options.caseName !== undefined && options.caseName !== name) continue;
        const difference = 'ms' in one ? compareDuration(one) : playEvents(one, options.sideBySide);
        yield difference === undefined ? { name, status: 'passed' } : { name, status: 'failed', difference };
      }
    }
  },
};

function compareDuration(one: DurationCase): string | undefined {
  const got = humanDuration(one.ms);
  return got === one.text ? undefined : `expected ${one.text}\ngot      ${got}`;
}

function playEvents(one: EventsCase, sideBySide: boolean): string | undefined {
  const { steps, stored } = play(one);
  const differences: string[] = [];
  compare(differences, one.steps.map(expectedStep), steps, 'step');
  compare(differences, one.stored.map(sorted).sort(), stored.map(sorted).sort(), 'stored');
  if (differences.length === 0) return undefined;
  return sideBySide ? differences.join('\n') : differences[0];
}

function compare(differences: string[], expected: readonly string[], got: readonly string[], what: string): void {
  for (let i = 0; i < Math.max(expected.length, got.length); i++) {
    if (expected[i] === got[i]) continue;
    differences.push(`${what} ${i}\nexpected ${expected[i] ?? 'none'}\ngot      ${got[i] ?? 'none'}`);
  }
}

function expectedStep(step: Step): string {
  if (step.skip) return 'skip';
  const { op, name, count, firstMs, lastMs } = step;
  return JSON.stringify({ op, name, count, firstMs, lastMs, message: step.writtenMessage ?? step.message });
}

function sorted(event: StoredEvent): string {
  return JSON.stringify(Object.entries(event).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function play(one: EventsCase): { steps: string[]; stored: StoredEvent[] } {
  const clock = new VirtualClock();
  const correlator = new EventCorrelator(new Random(1));
  const api = new Map<string, CorrelatedEvent>();
  const steps = one.steps.map((step) => {
    clock.runUntil(step.t);
    const name = () => eventName(clock, step.pod, step.t, 0);
    const result = correlator.correlate(incoming(step, name()), step.t, name);
    if (result.skip) return 'skip';
    const { event } = result;
    const op = event.count > 1 && api.has(event.name) ? 'patch' : 'create';
    api.set(event.name, event);
    const { count, firstMs, lastMs, message } = event;
    return JSON.stringify({ op, name: event.name, count, firstMs, lastMs, message });
  });
  return { steps, stored: [...api.values()].map((event) => describe(event, one.endMs)) };
}

function incoming(step: Step, name: string): CorrelatedEvent {
  const { pod, fieldPath, type, reason, message, t } = step;
  const involvedObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: pod,
    uid: `uid-${pod}`,
    fieldPath,
  };
  const source = { component: 'kubelet', host: 'node' };
  return { name, namespace: 'default', involvedObject, type, reason, message, source, count: 1, firstMs: t, lastMs: t };
}

function describe(event: CorrelatedEvent, endMs: number): StoredEvent {
  const last = humanDuration(endMs - event.lastMs);
  const age = event.count > 1 ? `${last} (x${event.count} over ${humanDuration(endMs - event.firstMs)})` : last;
  return {
    Name: event.name,
    Pod: event.involvedObject.name,
    FieldPath: event.involvedObject.fieldPath ?? '',
    Type: event.type,
    Reason: event.reason,
    Message: event.message,
    Count: event.count,
    FirstMs: event.firstMs,
    LastMs: event.lastMs,
    Age: age,
  };
}
