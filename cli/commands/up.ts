import { LabError } from '../../sim/core/errors.ts';
import { type KubeObject, PODS, type Pod } from '../../sim/kube/objects.ts';
import { createLab, type Lab } from '../../sim/lab.ts';
import { OSM_VERSIONS, type OsmVersion } from '../../sim/mesh/osm/profiles.ts';
import { podTable } from '../../sim/report/kubectl/pod-table.ts';
import { printTable } from '../../sim/report/kubectl/table.ts';
import type { Scenario } from '../../sim/scenario/scenario.ts';
import type { GlobalOptions } from '../action.ts';
import { paint, wantsColor } from '../color.ts';
import { EXIT } from '../exit-codes.ts';
import { findFiles } from '../find-files.ts';
import { Interrupt } from '../interrupt.ts';
import { openLiveLog } from '../live-log.ts';
import { loadAll, warnUnsupported } from '../load-all.ts';
import { dockerFactory } from '../play.ts';
import { out } from '../streams.ts';

/** Pods that are not ready by then are left as they are. */
const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 250;

/**
 * `probelab up FILE`: starts what a file describes on Docker, waits until its pods are ready, and leaves it running
 * without a kubelet: no probes, no restarts. `down` ends it.
 */
export async function upCommand(file: string, options: GlobalOptions & { seed?: string }): Promise<number> {
  const [loaded] = loadAll(findFiles([file]), { strict: false });
  if (loaded === undefined) throw new LabError('USAGE', 'up needs a file');
  const color = wantsColor(options.color, process.stderr);
  warnUnsupported([loaded], paint(color));
  const { scenario } = loaded;
  const interrupt = new Interrupt({ signals: true });
  const { endRun } = await import('../../containers/docker/cleanup.ts');
  const factory = await dockerFactory(scenario, true);
  let up = false;
  try {
    const lab = await createLab({
      ...labOptions(scenario),
      seed: Number(options.seed ?? scenario.seed),
      runtime: factory,
    });
    interrupt.signal.addEventListener('abort', () => lab.abort(new LabError('INTERRUPTED', 'interrupted')));
    const log = await openLiveLog({
      format: 'auto',
      verbosity: 0,
      quiet: false,
      color,
      paint: paint(color),
      absolute: false,
    });
    lab.history.subscribe((fact) => log.onFact(fact, lab.clock));
    try {
      lab.start();
      lab.apply(scenario.manifests);
      await untilReady(lab);
      up = true;
    } finally {
      await lab.dispose();
    }
    out(
      `${whatIsUp(lab)}\nRunning as ${factory.runId}, without probes and restarts. End it: probelab down ${factory.runId}\n`,
    );
    return EXIT.ok;
  } finally {
    interrupt.dispose();
    if (!up) await endRun(factory.runId);
  }
}

/** `probelab down [RUN]`: ends what was left running. */
export async function downCommand(run: string | undefined): Promise<number> {
  const { endRun, keptRuns } = await import('../../containers/docker/cleanup.ts');
  const runs = run === undefined ? await keptRuns() : [run];
  let ended = 0;
  for (const id of runs) if (await endRun(id)) ended++;
  if (run !== undefined && ended === 0) {
    const known = await keptRuns();
    throw new LabError('NO_RUN', `no run "${run}" is left running`, {
      hint: known.length === 0 ? 'Nothing is.' : `There are: ${known.join(', ')}.`,
    });
  }
  out(ended === 0 ? 'Nothing is running.\n' : `Ended ${ended} ${ended === 1 ? 'run' : 'runs'}.\n`);
  return EXIT.ok;
}

function labOptions({ kubelet, apps, images, mesh }: Scenario) {
  const version = OSM_VERSIONS.find((known) => known === (mesh.osm?.version ?? '1.1')) as OsmVersion;
  const meshConfig = mesh.osm?.meshConfig;
  return {
    kubelet: { ...kubelet },
    apps,
    images,
    mesh: mesh.osm === undefined ? {} : { osm: { version, ...(meshConfig === undefined ? {} : { meshConfig }) } },
  };
}

async function untilReady(lab: Lab): Promise<void> {
  while (lab.clock.now() < READY_WITHIN_MS) {
    await lab.advance(LOOK_EVERY_MS);
    const pods = lab.store.list(PODS);
    if (pods.length > 0 && pods.every(isSettled)) return;
  }
}

function isSettled(pod: Pod): boolean {
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return true;
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** The pods with their IPs, and which container of the engine is which. */
function whatIsUp(lab: Lab): string {
  const pods = lab.store.list(PODS);
  const table = printTable(podTable(pods, { now: lab.clock.epochMs + lab.clock.now(), wide: true }));
  const rows = pods.flatMap((pod: Pod) =>
    (pod.status.containerStatuses ?? []).map(({ name, containerID = '' }) => [
      `${(pod as KubeObject).metadata.name}/${name}`,
      containerID.replace(/^\w+:\/\//, '').slice(0, 12),
    ]),
  );
  return `${table}\n${printTable({ headers: ['CONTAINER', 'DOCKER'], rows })}`;
}
