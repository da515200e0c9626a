import { keepHeapSmall } from '../../cli/heap.ts';
import type { NewObject } from '../../sim/kube/store.ts';
import { createLab } from '../../sim/lab.ts';
import type { Figure } from './figure.ts';

/** Three probes: the startup probe succeeds once, so a day has 17,280 attempts. */
const PROBES = {
  startupProbe: { httpGet: { path: '/startupz', port: 8080 }, periodSeconds: 10 },
  readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 10 },
  livenessProbe: { httpGet: { path: '/livez', port: 8080 }, periodSeconds: 10 },
};

function pod(name: string): NewObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'app', image: 'registry.local/probeapp:1', ...PROBES }] },
  };
}

/** `pods` pods with three probes each for `seconds` of run time: wall seconds, seconds of CPU, MB and attempts. */
async function play(pods: number, seconds: number, level: 'attempts' | 'changes') {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  const lab = await createLab({ history: { level } });
  let attempts = 0;
  lab.history.subscribe((fact) => {
    if (fact.kind === 'probe') attempts++;
  });
  lab.start();
  lab.apply(Array.from({ length: pods }, (_, i) => pod(`pod-${i}`)));
  await lab.advance(seconds * 1000);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = process.cpuUsage(cpuBefore).user / 1e6;
  const megabytes = process.memoryUsage().rss / 2 ** 20;
  await lab.dispose();
  return { wallSeconds, cpuSeconds, megabytes, attempts };
}

/** The virtual runtime's figures: a day of one pod, an hour of a thousand, and how the cost of a probe grows. */
export async function virtualFigures(): Promise<Figure[]> {
  // As the command does.
  keepHeapSmall();
  await play(1, 600, 'attempts');
  const day = await play(1, 86_400, 'attempts');
  const ten = await play(10, 3600, 'changes');
  const thousand = await play(1000, 3600, 'changes');
  // By CPU: a short run and a long one are not disturbed alike by what else the machine does.
  const perProbe = (run: { cpuSeconds: number; attempts: number }) => run.cpuSeconds / run.attempts;
  return [
    {
      name: `one pod, one day, every attempt (${day.attempts} probes)`,
      value: day.wallSeconds,
      unit: 's',
      budget: 0.8,
    },
    {
      name: `1,000 pods, one hour, changes (${thousand.attempts} probes)`,
      value: thousand.wallSeconds,
      unit: 's',
      budget: 30,
    },
    { name: '1,000 pods, one hour, memory', value: thousand.megabytes, unit: 'MB', budget: 600 },
    {
      name: 'cost of a probe, 1,000 pods against 10',
      value: perProbe(thousand) / perProbe(ten),
      unit: '×',
      budget: 1.5,
    },
  ];
}
