import { ClusterView, type DoctorAnswer, type DoctorInput, type DoctorLog } from '../../sim/doctor/cluster-view.ts';
import type { Doctor, DoctorOptions, WantedAnswer, WantedResource } from '../../sim/doctor/doctor.ts';
import { type ReadObjects, readObjects } from '../../sim/doctor/read-objects.ts';
import type { KubeObject, Pod } from '../../sim/kube/objects.ts';
import type { Kubectl } from './kubectl.ts';

const AT_ONCE = 4;
const LOG_LINES = 500;
const PODS_WITH_LOGS = 12;
const ENDPOINTS_ASKED = 24;
const NO_SUCH_RESOURCE = /doesn't have a resource type|could not find the requested resource|no matches for kind/i;

/**
 * What a doctor wants to see of a live cluster. A kind that may not be read, or whose answer is no list of objects, is
 * noted in `unread`; a kind that the cluster does not have has no objects.
 * @throws LabError KUBECTL_MISSING, CLUSTER_UNREACHABLE.
 */
export async function readCluster(kubectl: Kubectl, doctor: Doctor, options: DoctorOptions): Promise<DoctorInput> {
  await kubectl.reach();
  const unread = new Map<string, string>();
  const parts = await inTurn(doctor.resources, async (wanted) => {
    const read = await readResource(kubectl, wanted);
    if (typeof read !== 'string') return read;
    unread.set(wanted.kind, read);
    return { objects: [], events: [], errors: [] };
  });
  const objects = parts.flatMap((part) => part.objects);
  const events = parts.flatMap((part) => part.events);
  const input: DoctorInput = { origin: 'cluster', objects, events, logs: [], unread, now: Date.now() };
  const fields = doctor.fields?.(new ClusterView(input), options) ?? [];
  const secrets = await inTurn(fields, async (field) => {
    const path = `jsonpath={.data.${field.key.replaceAll('.', '\\.')}}`;
    const answer = await kubectl.get(field.resource, field.name, '-n', field.namespace, '-o', path);
    if (!answer.ok || answer.stdout.trim() === '') return [];
    const metadata = {
      name: field.name,
      namespace: field.namespace,
      uid: '',
      resourceVersion: '',
      creationTimestamp: '',
    };
    const data = { [field.key]: answer.stdout.trim() };
    return [{ apiVersion: 'v1', kind: field.kind, metadata, data } as KubeObject];
  });
  return {
    ...input,
    objects: [...objects, ...secrets.flat()],
    logs: await readLogs(kubectl, doctor, objects),
    answers: await readAnswers(kubectl, doctor.answers?.(new ClusterView(input), options) ?? []),
  };
}

/** What health endpoints say, asked through the API server: another `get`. */
function readAnswers(kubectl: Kubectl, wanted: readonly WantedAnswer[]): Promise<DoctorAnswer[]> {
  return inTurn(wanted.slice(0, ENDPOINTS_ASKED), async ({ namespace, pod, scheme, port, path }) => {
    const name = `${scheme === 'https' ? 'https:' : ''}${encodeURIComponent(pod)}:${port}`;
    const answer = await kubectl.get(
      '--raw',
      `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${name}/proxy${path}`,
    );
    const text = answer.ok ? answer.stdout.trim().slice(0, 300) : answer.message;
    return { namespace, pod, port, path, ok: answer.ok, text };
  });
}

/** The objects, or why there are none. */
async function readResource(kubectl: Kubectl, wanted: WantedResource): Promise<ReadObjects | string> {
  const answer = await kubectl.get(
    wanted.resource,
    '--all-namespaces',
    '--ignore-not-found',
    '-o',
    'json',
    ...(wanted.selector === undefined ? [] : ['--selector', wanted.selector]),
    ...(wanted.managedFields === true ? ['--show-managed-fields'] : []),
  );
  const none: ReadObjects = { objects: [], events: [], errors: [] };
  if (!answer.ok) return NO_SUCH_RESOURCE.test(answer.message) ? none : answer.message;
  if (answer.stdout.trim() === '') return none;
  try {
    const read = readObjects(JSON.parse(answer.stdout));
    return read.errors[0] === undefined ? read : read.errors[0].message;
  } catch {
    return 'kubectl did not answer with JSON';
  }
}

async function readLogs(kubectl: Kubectl, doctor: Doctor, objects: readonly KubeObject[]): Promise<DoctorLog[]> {
  const pods = (objects.filter(({ kind }) => kind === 'Pod') as unknown as Pod[]).filter(({ metadata }) =>
    doctor.logs.some(({ label, value }) => metadata.labels?.[label] === value),
  );
  const containers = pods
    .slice(0, PODS_WITH_LOGS)
    .flatMap(({ metadata, spec }) =>
      spec.containers.map(({ name }) => ({ namespace: metadata.namespace, pod: metadata.name, container: name })),
    );
  const logs = await inTurn(containers, async ({ namespace, pod, container }): Promise<DoctorLog[]> => {
    const place = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log`;
    const query = `container=${encodeURIComponent(container)}&tailLines=${LOG_LINES}`;
    const answer = await kubectl.get('--raw', `${place}?${query}`);
    return answer.ok ? [{ namespace, pod, container, lines: answer.stdout.split('\n').filter(Boolean) }] : [];
  });
  return logs.flat();
}

/** All of them, a few at once; results in order. */
async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await work(items[index] as T);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
