import type { Event } from '../../kube/objects.ts';
import type { DescribeWriter } from './describe-writer.ts';
import { eventAge, inListOrder } from './event-age.ts';

/** The Events section, ordered by the time last seen. Models k8s.io/kubectl v0.34 pkg/describe DescribeEvents. */
export function describeEvents(w: DescribeWriter, events: readonly Event[], now: number): void {
  if (events.length === 0) {
    w.line(0, 'Events:\t<none>');
    return;
  }
  w.flush();
  w.line(0, 'Events:');
  w.line(1, 'Type\tReason\tAge\tFrom\tMessage');
  w.line(1, '----\t------\t----\t----\t-------');
  // Events of events.k8s.io/v1 clients have no last timestamp and so come first.
  const sorted = inListOrder(events).sort((a, b) => lastTime(a) - lastTime(b));
  for (const event of sorted) {
    const source = event.source?.component ? event.source.component : event.reportingComponent;
    w.line(1, [event.type, event.reason, eventAge(event, now), source, (event.message ?? '').trim()].join('\t'));
  }
}

/** The events that are about an object: same kind, namespace and name, and the same uid where both have one. */
export function eventsOf(
  events: readonly Event[],
  object: { kind: string; metadata: { name: string; namespace?: string; uid?: string } },
): Event[] {
  return events.filter(({ involvedObject: about }) => {
    const { name, namespace, uid } = object.metadata;
    if (about.kind !== object.kind || about.name !== name) return false;
    if ((about.namespace ?? '') !== (namespace ?? '')) return false;
    return about.uid === undefined || uid === undefined || about.uid === uid;
  });
}

function lastTime(event: Event): number {
  return event.lastTimestamp === null || event.lastTimestamp === undefined ? 0 : Date.parse(event.lastTimestamp);
}
