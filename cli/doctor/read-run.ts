import type { DoctorInput } from '../../sim/doctor/cluster-view.ts';
import type { Event } from '../../sim/kube/objects.ts';
import { type ObjectWrite, objectsAfter } from '../../sim/report/object-writes.ts';
import { type Report, reportNow } from '../../sim/report/report.ts';
import { type LiveRun, readLiveWrites } from '../live-run.ts';

/** What a run that goes on holds now; what its containers write is not kept before its end. */
export async function liveInput(live: LiveRun): Promise<DoctorInput> {
  const writes: ObjectWrite[] = [];
  for await (const write of readLiveWrites(live, false)) writes.push(write);
  const all = objectsAfter(writes);
  return {
    origin: 'run',
    objects: all.filter(({ kind }) => kind !== 'Event'),
    events: all.filter(({ kind }) => kind === 'Event') as unknown as Event[],
    logs: [],
    unread: new Map([['Log', 'the run goes on']]),
  };
}

/** What a lab held at the end of a run, and what its containers wrote. */
export function runInput(report: Report): DoctorInput {
  return {
    origin: 'run',
    objects: report.objects,
    events: report.events,
    logs: report.logs.map(({ namespace, pod, container, lines }) => ({
      namespace,
      pod,
      container,
      lines: lines.map(({ line }) => line),
    })),
    profiles: report.profiles,
    now: reportNow(report),
  };
}
