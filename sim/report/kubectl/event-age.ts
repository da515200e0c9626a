import type { Event } from '../../kube/objects.ts';
import { age } from './age.ts';

/** An event's series, as events.k8s.io/v1 clients write it. */
interface Series {
  count?: number;
  lastObservedTime?: string;
}

/**
 * The age of an event as `describe` and `kubectl events` show it: `7s`, or `3s (x4 over 6s)` once it was counted.
 * Models k8s.io/kubectl v0.34 pkg/describe DescribeEvents and pkg/cmd/events getInterval.
 */
export function eventAge(event: Event, now: number): string {
  const first = age(event.eventTime ?? event.firstTimestamp, now);
  const series = seriesOf(event);
  if (series !== undefined) return `${age(series.lastObservedTime, now)} (x${series.count ?? 0} over ${first})`;
  if ((event.count ?? 0) > 1) return `${age(event.lastTimestamp, now)} (x${event.count} over ${first})`;
  return first;
}

/**
 * The age of an event in `kubectl get events`: when it was last seen.
 * Models kubernetes v1.34 pkg/printers/internalversion/printers.go printEvent.
 */
export function lastSeen(event: Event, now: number): string {
  const series = seriesOf(event);
  if (series !== undefined) return age(series.lastObservedTime, now);
  return event.lastTimestamp === null || event.lastTimestamp === undefined
    ? firstSeen(event, now)
    : age(event.lastTimestamp, now);
}

/** When an event was first seen (`get events -o wide`). */
export function firstSeen(event: Event, now: number): string {
  return age(event.firstTimestamp ?? event.eventTime, now);
}

/** How often an event was seen. */
export function eventCount(event: Event): number {
  return seriesOf(event)?.count ?? (event.count === undefined || event.count === 0 ? 1 : event.count);
}

/** Ms since 1970 by which `kubectl events` orders. */
export function sortTime(event: Event): number {
  const text = seriesOf(event)?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime;
  return text === null || text === undefined ? Number.NEGATIVE_INFINITY : Date.parse(text);
}

/** Events in the order in which the API server lists them: by namespace and name. */
export function inListOrder(events: readonly Event[]): Event[] {
  return [...events].sort(
    (a, b) =>
      compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') || compare(a.metadata.name, b.metadata.name),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function seriesOf(event: Event): Series | undefined {
  return (event as { series?: Series }).series ?? undefined;
}
