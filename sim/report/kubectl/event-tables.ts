import type { Event } from '../../kube/objects.ts';
import { eventAge, eventCount, firstSeen, inListOrder, lastSeen, sortTime } from './event-age.ts';
import type { GetOptions } from './pod-table.ts';
import type { Table } from './table.ts';

const HEADERS = ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'];
const WIDE_HEADERS = [
  'LAST SEEN',
  'TYPE',
  'REASON',
  'OBJECT',
  'SUBOBJECT',
  'SOURCE',
  'MESSAGE',
  'FIRST SEEN',
  'COUNT',
  'NAME',
];

/** `kubectl get events`, in the order of the API server. */
export function eventTable(events: readonly Event[], options: GetOptions): Table {
  return {
    headers: options.wide === true ? WIDE_HEADERS : HEADERS,
    rows: inListOrder(events).map((event) => getRow(event, options)),
  };
}

/** `kubectl events`: in order of time, counted events with how often and since when; `namespaces`: and where. */
export function eventsCommandTable(events: readonly Event[], options: GetOptions & { namespaces?: boolean }): Table {
  const where = options.namespaces === true;
  const sorted = inListOrder(events).sort((a, b) => sortTime(a) - sortTime(b) || 0);
  return {
    headers: [...(where ? ['NAMESPACE'] : []), ...HEADERS],
    raw: true,
    rows: sorted.map((event) => [
      ...(where ? [event.metadata.namespace] : []),
      eventAge(event, options.now),
      event.type,
      event.reason,
      `${event.involvedObject.kind}/${event.involvedObject.name}`,
      event.message.trim(),
    ]),
  };
}

function getRow(event: Event, options: GetOptions): string[] {
  const seen = lastSeen(event, options.now);
  const object = `${event.involvedObject.kind.toLowerCase()}/${event.involvedObject.name}`;
  if (options.wide !== true) return [seen, event.type, event.reason, object, event.message.trim()];
  return [
    seen,
    event.type,
    event.reason,
    object,
    event.involvedObject.fieldPath ?? '',
    source(event),
    event.message.trim(),
    firstSeen(event, options.now),
    String(eventCount(event)),
    event.metadata.name,
  ];
}

/** Events of the newer API have no source. Models pkg/printers/internalversion/printers.go formatEventSource. */
function source(event: Event): string {
  const component = event.source.component || event.reportingComponent || '';
  const host = event.source.host || event.reportingInstance;
  return host ? `${component}, ${host}` : component;
}
