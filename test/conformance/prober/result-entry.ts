import type { StampedFact } from '../../../sim/kube/fact.ts';
import type { TraceEntry } from './scenario.ts';

/** A changed or dropped result as the recording shows it; undefined for any other fact. */
export function resultEntry(fact: StampedFact): Omit<TraceEntry, 't'> | undefined {
  if (fact.kind !== 'result' && fact.kind !== 'result-removed') return undefined;
  const { container: c, probe, previous } = fact;
  const id = fact.containerID.replace('test://', '');
  const prev = previous === undefined ? {} : { prev: previous };
  if (fact.kind === 'result-removed') return { k: 'remove', c, probe, id, ...prev };
  return { k: 'update', c, probe, id, result: fact.result, ...prev };
}
