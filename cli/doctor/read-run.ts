import type { DoctorInput } from '../../sim/doctor/cluster-view.ts';
import type { Report } from '../../sim/report/report.ts';

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
  };
}
