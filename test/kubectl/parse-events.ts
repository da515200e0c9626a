import type { Event } from '../../sim/kube/objects.ts';
import { ageMs } from './describe-lines.ts';

/** The events at the end of a describe, made so that printing them at `now` shows the same ages. */
export function parseDescribedEvents(text: string, now: number): Event[] {
  const start = text.indexOf('\nEvents:\n');
  if (start < 0) return [];
  const all = text.slice(start).replace(/\n$/, '').split('\n').slice(4);
  const lines: string[] = [];
  for (const line of all) {
    // A message may have several lines; an event begins with its type.
    if (/^ {2}(Normal|Warning) /.test(line)) lines.push(line);
    else lines[lines.length - 1] += `\n${line}`;
  }
  return lines.map((line, index) => {
    const match =
      /^ {2}(\S+) +(\S+) +(\S+(?: \(x\d+ over \S+\))?) +(\S+) {2,}(.*)$/s.exec(line) ??
      /^ {2}(\S+) +(\S+) +(\S+(?: \(x\d+ over \S+\))?) +(\S+) *()$/.exec(line);
    if (match === null) throw new Error(`no event: ${line}`);
    const [, type, reason, age = '', from, message = ''] = match;
    const counted = /^(\S+) \(x(\d+) over (\S+)\)$/.exec(age);
    const scheduler = from === 'default-scheduler';
    const first = new Date(now - ageMs(counted?.[3] ?? age)).toISOString();
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `e.${String(index).padStart(4, '0')}`,
        namespace: '',
        uid: '',
        resourceVersion: '',
        creationTimestamp: '',
      },
      involvedObject: { kind: 'Pod', name: '' },
      type,
      reason,
      message,
      source: { component: scheduler ? '' : from },
      reportingComponent: from,
      reportingInstance: '',
      firstTimestamp: scheduler ? null : first,
      eventTime: scheduler ? first : null,
      lastTimestamp: scheduler ? null : new Date(now - ageMs(counted?.[1] ?? age)).toISOString(),
      ...(counted === null ? {} : { count: Number(counted[2]) }),
    } as unknown as Event;
  });
}
