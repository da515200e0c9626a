import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGolden } from '../conformance/golden.ts';
import { probelab, temporaryFolder } from './probelab.ts';

/** `kubectl get pod d -o yaml` of a real node. */
const RECORDED = readGolden('test/golden/cluster/23-describe-formats/pod.yaml');
const APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

const folder = temporaryFolder();
const inFolder = (...args: string[]) => probelab([...args, '--output-dir', folder.path], { stdin: appliedPod() });

/** The manifest of the recorded pod, as kubectl noted it. */
function appliedPod(): string {
  return (parse(RECORDED) as { metadata: { annotations: Record<string, string> } }).metadata.annotations[APPLIED] ?? '';
}

/** Without what differs from run to run, and kubectl's note. */
function masked(text: string): string {
  return text
    .replace(/^ {2}annotations:\n {4}kubectl.*\n.*\n/m, '')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:]+Z"/g, 'TIME')
    .replaceAll(/\b(uid|resourceVersion|nodeName|containerID|imageID|hostIP|podIP|ip): .*/g, '$1: ID')
    .replaceAll(/kube-api-access-\w+/g, 'kube-api-access-ID');
}

beforeAll(async () => {
  expect(await inFolder('run', '-', '-q')).toMatchObject({ code: 0 });
});
afterAll(() => folder.remove());

it('get -o yaml prints a pod as kubectl did that of a real node', async () => {
  const { stdout } = await inFolder('get', 'pod', 'd', '-o', 'yaml');
  expect(masked(stdout)).toBe(masked(RECORDED));
});

it('get -o json has the same in it, its keys in order', async () => {
  const { stdout } = await inFolder('get', 'pod', 'd', '-o', 'json');
  const { stdout: yaml } = await inFolder('get', 'pod', 'd', '-o', 'yaml');
  expect(JSON.parse(stdout)).toEqual(parse(yaml));
  expect(stdout).toMatch(
    /^\{\n {4}"apiVersion": "v1",\n {4}"kind": "Pod",\n {4}"metadata": \{\n {8}"creationTimestamp"/,
  );
});
