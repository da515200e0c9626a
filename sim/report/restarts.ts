import { formatDuration } from '../core/duration.ts';
import type { StampedFact } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';

/** A container instance that ended and was followed by another, and why it ended. */
export interface Restart {
  /** Run time in ms at which the new instance started. */
  at: number;
  namespace: string;
  pod: string;
  container: string;
  /** Restarts so far, this one included. */
  count: number;
  /** `liveness`, `startup`: the probe that failed; `exit`: it ended by itself. */
  cause: 'liveness' | 'startup' | 'exit';
  exitCode: number | undefined;
  /** One sentence without a full stop. */
  text: string;
}

interface Instance {
  signalled: string | undefined;
  exitCode: number | undefined;
  /** The last failed attempt's output by probe. */
  failures: Map<string, string>;
}

/** The restarts of a run in order of time, each with its cause. */
export function findRestarts(facts: readonly StampedFact[]): Restart[] {
  const instances = new Map<string, Instance>();
  const thresholds = new Map<string, number>();
  const restarts: Restart[] = [];
  for (const fact of facts) {
    if (fact.kind === 'object' && fact.op === 'ADDED' && fact.object.kind === 'Pod') {
      noteThresholds(thresholds, fact.object as unknown as Pod);
    } else if (fact.kind === 'probe' && fact.result === 'failure') {
      instance(instances, fact).failures.set(fact.probe, fact.output);
    } else if (fact.kind === 'container') {
      const current = instance(instances, fact);
      if (fact.op === 'signalled') current.signalled ??= fact.cause;
      if (fact.op === 'exited') current.exitCode = fact.exitCode;
      if (fact.op !== 'started') continue;
      if (fact.attempt > 0) restarts.push(restart(fact, current, thresholds));
      instances.set(key(fact), { signalled: undefined, exitCode: undefined, failures: new Map() });
    }
  }
  return restarts;
}

function restart(
  fact: Extract<StampedFact, { kind: 'container' }>,
  previous: Instance,
  thresholds: ReadonlyMap<string, number>,
): Restart {
  const probe = previous.signalled === 'liveness' || previous.signalled === 'startup' ? previous.signalled : undefined;
  const moment = `container "${fact.container}" restarted at +${formatDuration(fact.at)}`;
  const failures = thresholds.get(`${fact.pod.uid}/${fact.container}/${probe}`);
  const why =
    probe === undefined
      ? `it exited with code ${previous.exitCode ?? 'unknown'}`
      : `${probe} probe failed${failures === undefined ? '' : ` ${failures}/${failures}`}${because(previous.failures.get(probe))}`;
  return {
    at: fact.at,
    namespace: fact.pod.namespace,
    pod: fact.pod.name,
    container: fact.container,
    count: fact.attempt,
    cause: probe ?? 'exit',
    exitCode: previous.exitCode,
    text: `${moment}: ${why}`,
  };
}

function because(failure: string | undefined): string {
  const output = failure?.trim().split('\n')[0] ?? '';
  if (output === '') return '';
  const status = /^HTTP probe failed with statuscode: (\d+)$/.exec(output)?.[1];
  return ` (${status === undefined ? output : `HTTP ${status}`})`;
}

function noteThresholds(thresholds: Map<string, number>, pod: Pod): void {
  for (const container of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) {
    const id = `${pod.metadata.uid}/${container.name}`;
    thresholds.set(`${id}/liveness`, container.livenessProbe?.failureThreshold ?? 3);
    thresholds.set(`${id}/startup`, container.startupProbe?.failureThreshold ?? 3);
  }
}

function instance(instances: Map<string, Instance>, fact: { pod: { uid: string }; container: string }): Instance {
  const id = key(fact);
  let found = instances.get(id);
  if (found === undefined) {
    found = { signalled: undefined, exitCode: undefined, failures: new Map() };
    instances.set(id, found);
  }
  return found;
}

function key(fact: { pod: { uid: string }; container: string }): string {
  return `${fact.pod.uid}/${fact.container}`;
}
