import { formatDuration } from '../../core/duration.ts';
import type { Event } from '../../kube/objects.ts';
import { eventCount } from '../kubectl/event-age.ts';
import type { Report } from '../report.ts';

/** Something that happened at one moment of a run: a line of the page's story. */
export interface Moment {
  at: number;
  kind: 'step' | 'event' | 'warning' | 'restart' | 'endpoint' | 'failed';
  subject: string;
  text: string;
}

/** The story of a run: steps, events, restarts, endpoints and failed expectations, by time. */
export function momentsOf(report: Report): Moment[] {
  const moments: Moment[] = [
    ...report.steps.map(({ at, text }): Moment => ({ at, kind: 'step', subject: 'step', text })),
    ...report.events.map((event) => eventMoment(event, Date.parse(report.startTime))),
    ...report.restarts.map(
      ({ at, pod, container, text }): Moment => ({ at, kind: 'restart', subject: `${pod}/${container}`, text }),
    ),
    ...report.endpointChanges.map(({ at, service, address, pod, change, ready }): Moment => {
      const state = change === 'removed' ? 'removed' : ready ? 'ready' : 'not ready';
      return { at, kind: 'endpoint', subject: `service/${service}`, text: `${address} (${pod}) ${state}` };
    }),
    ...report.expectations
      .filter(({ ok }) => !ok)
      .map(({ at, text, actual }): Moment => {
        const instead = actual === undefined ? '' : `, but ${actual.split('\n')[0]}`;
        return { at: at ?? report.endMs, kind: 'failed', subject: 'expectation', text: `expected ${text}${instead}` };
      }),
  ];
  return moments.sort((a, b) => a.at - b.at);
}

/** A repeated event stands where it was seen first, with how often and for how long. */
function eventMoment(event: Event, startMs: number): Moment {
  const first = Date.parse(event.firstTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp);
  const last = Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp);
  const at = nameTime(event.metadata.name) ?? first;
  const count = eventCount(event);
  const times = count > 1 ? ` (x${count} over ${formatDuration(Math.max(0, last - first))})` : '';
  return {
    at: Math.max(0, (at - first >= 0 && at - first < 1000 ? at : first) - startMs),
    kind: event.type === 'Warning' ? 'warning' : 'event',
    subject: `${event.involvedObject.kind.toLowerCase()}/${event.involvedObject.name}`,
    text: `${event.reason}: ${event.message}${times}`,
  };
}

/**
 * An event's own times are whole seconds; its name ends with the nanosecond of its first time, as client-go makes it.
 * Undefined for other names.
 */
function nameTime(name: string): number | undefined {
  const [, hex] = /\.([0-9a-f]{16})$/.exec(name) ?? [];
  return hex === undefined ? undefined : Math.round(Number.parseInt(hex, 16) / 1e6);
}
