import { writeFileSync } from 'node:fs';
import { parseDuration } from '../../sim/core/duration.ts';
import { LabError } from '../../sim/core/errors.ts';
import type { DoctorInput } from '../../sim/doctor/cluster-view.ts';
import { type Diagnosis, type Doctor, type DoctorOptions, diagnose } from '../../sim/doctor/doctor.ts';
import { DOCTORS } from '../../sim/doctor/doctors.ts';
import { OSM_VERSIONS } from '../../sim/mesh/osm/profiles.ts';
import type { GlobalOptions } from '../action.ts';
import { paint, wantsColor } from '../color.ts';
import { diagnosisText } from '../doctor/diagnosis-text.ts';
import { liveInput, runInput } from '../doctor/read-run.ts';
import { EXIT } from '../exit-codes.ts';
import { findLiveRun } from '../live-run.ts';
import { parseTargets, type Target } from '../output/targets.ts';
import { loadRun, outputFolder, runIds, runsFolder } from '../run-store.ts';
import { out } from '../streams.ts';

interface DoctorFlags extends GlobalOptions {
  filename: string[];
  run?: string;
  cluster?: boolean;
  context?: string;
  kubeconfig?: string;
  requestTimeout: string;
  namespace?: string;
  output: string[];
  failOn: 'error' | 'warning';
  verbose?: boolean;
  meshName?: string;
  meshVersion?: string;
  osmNamespace?: string;
}

/**
 * `probelab doctor SYSTEM`: performs a procedure of diagnosis on a run, on files or on a live cluster. Exit 1 if a check
 * failed.
 */
export async function doctorCommand(name: string, flags: DoctorFlags): Promise<number> {
  const doctor = DOCTORS.find((one) => one.name === name);
  if (doctor === undefined) {
    throw new LabError('USAGE', `there is no doctor for "${name}"`, {
      hint: `There are: ${DOCTORS.map((one) => one.name).join(', ')}.`,
    });
  }
  const targets = parseTargets(flags.output, ['table', 'json', 'yaml', 'junit']);
  const options = optionsOf(flags);
  const { input, source } = await read(doctor, flags, options);
  const diagnosis = diagnose(doctor, input, source, options);
  for (const target of targets) {
    const text = await textOf(diagnosis, target, flags);
    if (target.file === undefined) out(text);
    else write(target.file, text);
  }
  const { Failure, Warning } = diagnosis.counts;
  return Failure > 0 || (flags.failOn === 'warning' && Warning > 0) ? EXIT.failed : EXIT.ok;
}

function optionsOf(flags: DoctorFlags): DoctorOptions {
  const { meshVersion, meshName, osmNamespace, namespace } = flags;
  if (meshVersion !== undefined && !(OSM_VERSIONS as readonly string[]).includes(meshVersion)) {
    throw new LabError('USAGE', `OSM ${meshVersion} is not modelled`, {
      hint: `Use one of ${OSM_VERSIONS.join(', ')}.`,
    });
  }
  return {
    ...(meshVersion === undefined ? {} : { version: meshVersion }),
    ...(meshName === undefined ? {} : { name: meshName }),
    ...(osmNamespace === undefined ? {} : { systemNamespace: osmNamespace }),
    ...(namespace === undefined ? {} : { namespace }),
  };
}

/** Files if there are any, a cluster or a run if one is named; else the last run, else the cluster of kubectl. */
async function read(
  doctor: Doctor,
  flags: DoctorFlags,
  options: DoctorOptions,
): Promise<{ input: DoctorInput; source: string }> {
  const ofCluster = flags.cluster === true || flags.context !== undefined || flags.kubeconfig !== undefined;
  const chosen = [flags.filename.length > 0, flags.run !== undefined, ofCluster].filter(Boolean);
  if (chosen.length > 1) {
    throw new LabError('USAGE', 'doctor examines one thing at a time', {
      hint: 'Give -f FILE, or --run RUN, or --context/--kubeconfig/--cluster.',
    });
  }
  if (flags.filename.length > 0) {
    const { readDumps } = await import('../doctor/read-dump.ts');
    return { input: readDumps(flags.filename), source: flags.filename.join(', ') };
  }
  const live = ofCluster ? undefined : findLiveRun(outputFolder(flags.outputDir), flags.run);
  if (live !== undefined) return { input: await liveInput(live), source: `run ${live.name}, which goes on` };
  const folder = runsFolder(flags.outputDir);
  if (flags.run !== undefined || (!ofCluster && runIds(folder).length > 0)) {
    const report = loadRun(folder, flags.run);
    return { input: runInput(report), source: `run ${report.metadata.name}` };
  }
  const [{ Kubectl }, { readCluster }] = await Promise.all([
    import('../doctor/kubectl.ts'),
    import('../doctor/read-cluster.ts'),
  ]);
  const { context, kubeconfig } = flags;
  const kubectl = new Kubectl({
    timeoutMs: timeoutOf(flags.requestTimeout),
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
  });
  const input = await readCluster(kubectl, doctor, options);
  return { input, source: `the cluster${context === undefined ? '' : ` of context ${context}`}` };
}

function timeoutOf(text: string): number {
  const timeout = parseDuration(text);
  if (timeout === undefined || timeout <= 0) {
    throw new LabError('USAGE', `--request-timeout needs a duration such as 15s, not "${text}"`);
  }
  return timeout;
}

async function textOf(diagnosis: Diagnosis, { format, file }: Target, flags: DoctorFlags): Promise<string> {
  if (format === 'json') return `${JSON.stringify(diagnosis, null, 4)}\n`;
  if (format === 'yaml') return (await import('../output/objects.ts')).objectsText(diagnosis, 'yaml');
  if (format === 'junit') return (await import('../doctor/diagnosis-junit.ts')).diagnosisJunit(diagnosis);
  const colors = paint(file === undefined && wantsColor(flags.color, process.stdout));
  return diagnosisText(diagnosis, { all: flags.verbose === true, paint: colors });
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new LabError('OUTPUT_FAILED', `"${file}" cannot be written: ${(error as Error).message}`, { cause: error });
  }
}
