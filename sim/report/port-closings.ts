import type { StampedFact } from '../kube/fact.ts';
import type { Pod } from '../kube/objects.ts';
import { readTold } from '../programs/registry-client/told.ts';
import { ipOf } from './discovery.ts';

/**
 * Run times in ms, in order, at which one of these pods stopped to take connections: one of its containers ended, or an
 * app that goes on running said so. A process that stands still closes nothing: its kernel takes connections for it.
 * @param addresses IPs of pods
 */
export function portClosings(facts: readonly StampedFact[], addresses: ReadonlySet<string>): number[] {
  // By uid; an init container has no port to close.
  const pods = new Map<string, ReadonlySet<string>>();
  const times: number[] = [];
  for (const fact of facts) {
    if (fact.kind === 'object' && fact.object.kind === 'Pod') {
      const { metadata, spec, status } = fact.object as unknown as Pod;
      if (addresses.has(status.podIP ?? '')) pods.set(metadata.uid, new Set(spec.containers.map(({ name }) => name)));
    } else if (fact.kind === 'container' && fact.op === 'exited') {
      if (pods.get(fact.pod.uid)?.has(fact.container)) times.push(fact.at);
    } else if (fact.kind === 'log') {
      const told = readTold(fact.line);
      if (told?.kind === 'closed' && addresses.has(ipOf(told.address))) times.push(fact.at);
    }
  }
  return times;
}
