import { LabError, LabErrors } from '../../sim/core/errors.ts';
import type { DoctorInput } from '../../sim/doctor/cluster-view.ts';
import { type ReadObjects, readObjects } from '../../sim/doctor/read-objects.ts';
import { isRecord, recordsAt } from '../../sim/doctor/untyped.ts';
import { decodeManifests } from '../../sim/kube/decoding/manifests.ts';
import { readYaml } from '../../sim/kube/decoding/yaml-file.ts';
import { yaml11Scalar } from '../../sim/kube/decoding/yaml-scalar.ts';
import type { Report } from '../../sim/report/report.ts';
import { readInput } from '../input.ts';
import { runInput } from './read-run.ts';

/**
 * The objects in files: YAML or JSON, lists, several documents; or a report of probelab's.
 * @throws LabErrors of everything wrong with them; LabError FILE_NOT_FOUND, FILE_UNREADABLE.
 */
export function readDumps(files: readonly string[]): DoctorInput {
  const errors: LabError[] = [];
  const parts: ReadObjects[] = [];
  let logs: DoctorInput['logs'] = [];
  const runs: DoctorInput[] = [];
  for (const file of files) {
    const text = readInput(file);
    for (const part of partsOf(text, file)) {
      if ('report' in part) {
        const input = runInput(part.report);
        // The file may have been changed by hand: its objects are read as anybody's.
        parts.push(readObjects({ kind: 'List', items: [...input.objects, ...input.events] }));
        logs = [...logs, ...input.logs];
        runs.push(input);
      } else parts.push(part);
    }
  }
  errors.push(...parts.flatMap((part) => part.errors));
  if (errors.length > 0) throw new LabErrors(errors);
  const objects = parts.flatMap((part) => part.objects);
  const scenario = objects.find(
    ({ kind, apiVersion }) => kind === 'Scenario' && apiVersion?.startsWith('probelab.dev/'),
  );
  if (scenario !== undefined) {
    throw new LabError('USAGE', `"${files.join(' ')}" is a scenario, which has no objects yet`, {
      hint: 'Run it first: probelab run FILE, then probelab doctor.',
    });
  }
  const events = parts.flatMap((part) => part.events);
  const [run] = runs;
  // A report holds all that there was: what is not in it did not exist.
  if (run !== undefined && runs.length === parts.length) return { ...run, objects, events, logs };
  return { origin: 'files', objects, events, logs };
}

function partsOf(text: string, file: string): (ReadObjects | { report: Report })[] {
  const json = fromJson(text);
  if (json !== undefined) return (Array.isArray(json) ? json : [json]).map((one) => partOf(one, file));
  const yaml = readYaml(text, { file });
  if (yaml.errors.length > 0) return [{ objects: [], events: [], errors: [...yaml.errors] }];
  if (yaml.documents.length === 0) {
    const { errors } = decodeManifests(text, file);
    return [{ objects: [], events: [], errors: [...errors] }];
  }
  return yaml.documents.map((document) => {
    try {
      return partOf(document.value(yaml11Scalar), file, (path) => document.locate(path));
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
      return { objects: [], events: [], errors: [error] };
    }
  });
}

/** JSON as a whole is far quicker than YAML; undefined: it is not JSON, and YAML's reader says where it is wrong. */
function fromJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function partOf(
  raw: unknown,
  file: string,
  locate?: Parameters<typeof readObjects>[1],
): ReadObjects | { report: Report } {
  if (isRecord(raw) && raw.kind === 'Report' && Array.isArray(raw.objects)) {
    const list = (value: unknown) => (Array.isArray(value) ? value : []);
    const whole = {
      ...raw,
      events: list(raw.events),
      logs: recordsAt(raw, 'logs').map((log) => ({ ...log, lines: recordsAt(log, 'lines') })),
    };
    return { report: whole as unknown as Report };
  }
  return readObjects(raw, locate ?? (() => ({ file, line: 1, column: 1 })));
}
