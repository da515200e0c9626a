import { describe, expect, it } from 'vitest';
import type { Event, Pod } from '../../sim/kube/objects.ts';
import { describePod } from '../../sim/report/kubectl/describe-pod.ts';
import { podTable } from '../../sim/report/kubectl/pod-table.ts';
import { printTable } from '../../sim/report/kubectl/table.ts';
import { runScenario } from '../../sim/run-scenario.ts';
import { readScenario } from '../../testing/vitest.ts';

/** The controller's pod, its events and the moment, when the scenario is stopped after `durationMs`. */
async function controllerAt(name: string, durationMs: number) {
  const scenario = readScenario(`scenarios/osm/control-plane/${name}.yaml`);
  const { objects, epochMs, endMs, facts } = await runScenario({ ...scenario, durationMs, expect: [] });
  const pod = objects.find(({ kind, metadata }) => kind === 'Pod' && metadata.labels?.app === 'osm-controller');
  const events = objects.filter(
    ({ kind, involvedObject }) => kind === 'Event' && involvedObject.uid === pod?.metadata.uid,
  );
  const log = facts.flatMap((fact) =>
    fact.kind === 'log' && fact.container === 'osm-controller' ? [JSON.parse(fact.line)] : [],
  );
  return { pod: pod as unknown as Pod, events: events as unknown as Event[], now: epochMs + endMs, log };
}

function eventLines(text: string): string[] {
  const lines = text.slice(text.indexOf('Events:')).trimEnd().split('\n').slice(3);
  return lines.map((line) => line.trim().replace(/ {2,}/g, '  '));
}

describe("the outputs of OSM's page on control plane health probes", () => {
  it('kubectl describe pod, one second after the liveness probe has failed for the third time', async () => {
    const { pod, events, now } = await controllerAt('liveness-failing', 41_400);
    const lines = eventLines(describePod(pod, events, now));
    expect(lines.find((line) => line.includes('Scheduled'))).toMatch(
      /^Normal {2}Scheduled {2}41s {2}default-scheduler {2}Successfully assigned osm-system\/osm-controller-\w+-\w+ to probelab$/,
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        expect.stringMatching(
          /^Normal {2}Pulling {2}25s {2}kubelet {2}Pulling image "openservicemesh\/osm-controller:v1.1.4"$/,
        ),
        expect.stringMatching(
          /^Normal {2}Created {2}\ds \(x2 over 25s\) {2}kubelet {2}Created container: osm-controller$/,
        ),
        expect.stringMatching(
          /^Normal {2}Started {2}\ds \(x2 over 25s\) {2}kubelet {2}Started container osm-controller$/,
        ),
        'Warning  Unhealthy  1s (x3 over 21s)  kubelet  Liveness probe failed: HTTP probe failed with statuscode: 503',
        'Normal  Killing  1s  kubelet  Container osm-controller failed liveness probe, will be restarted',
      ]),
    );
  });

  it('kubectl describe pod and get pods, while the readiness probe fails', async () => {
    const { pod, events, now } = await controllerAt('readiness-failing', 34_400);
    const lines = eventLines(describePod(pod, events, now));
    expect(lines.at(-1)).toMatch(
      /^Warning {2}Unhealthy {2}\ds \(x3 over \d+s\) {2}kubelet {2}Readiness probe failed: HTTP probe failed with statuscode: 503$/,
    );
    expect(printTable(podTable([pod], { now }))).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\nosm-controller-\w+-\w+ +0\/1 +Running +0 +34s\n$/,
    );
  });
});

it("the controller's log names the missing CRD at error level", async () => {
  const { log } = await controllerAt('smi-crd-missing', 50_000);
  expect(log.filter(({ level }) => level === 'error')[0]).toMatchObject({
    message: 'Error getting resources for groupVersion access.smi-spec.io/v1alpha3',
    error: 'the server could not find the requested resource',
  });
});
