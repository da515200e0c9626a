import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probelab, temporaryFolder } from './probelab.ts';

const folder = temporaryFolder();
const runs = join(folder.path, 'out');
const look = (...args: string[]) => probelab([...args, '--output-dir', runs]);

beforeAll(async () => {
  expect((await look('run', 'scenarios/osm/liveness-restart.yaml', '-q')).code).toBe(0);
}, 60_000);
afterAll(() => folder.remove());

describe('get -w of a finished run', () => {
  it('prints each change of a pod, as kubectl does', async () => {
    const { code, stdout, stderr } = await look('get', 'pods', '-w');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'NAME           READY   STATUS    RESTARTS   AGE',
      'bookstore-v1   0/2     Pending   0          0s',
    ]);
    const states = lines.slice(1).map((line) => line.split(/ {3,}/).slice(1, 3).join(' '));
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
      '0/2 Pending',
      '0/2 Init:0/1',
      '0/2 PodInitializing',
      '1/2 Running',
      '2/2 Running',
      '1/2 Running',
      '2/2 Running',
    ]);
    expect(lines.at(-1)).toMatch(/^bookstore-v1 {3}2\/2 {5}Running {11}1 \(\d+s ago\) {3}\d+s$/);
  });

  it('the last row is what get prints', async () => {
    const watch = (await look('get', 'endpointslices', '-w', '--no-headers')).stdout.trimEnd().split('\n').at(-1) ?? '';
    const get = (await look('get', 'endpointslices', '--no-headers')).stdout.trim();
    expect(watch.split(/ {2,}/).slice(0, 4)).toEqual(get.split(/ {2,}/).slice(0, 4));
  });

  it('says what kind of change it was, and when', async () => {
    const { stdout } = await look('get', 'pods', '-w', '--output-watch-events', '--timestamps');
    expect(stdout).toMatch(/^\+0s {8}EVENT {3}NAME/);
    expect(stdout).toMatch(/^\+0s {8}ADDED {3}bookstore-v1/m);
    expect(stdout).toMatch(/^\+[\d.]+s +MODIFIED {3}bookstore-v1/m);
  });

  it('-o json, yaml, name', async () => {
    const names = (await look('get', 'pods', '-w', '-o', 'name')).stdout.trimEnd().split('\n');
    expect(new Set(names)).toEqual(new Set(['pod/bookstore-v1']));
    const yaml = (await look('get', 'pods', '-w', '-o', 'yaml')).stdout;
    expect(yaml.startsWith('apiVersion: v1\n')).toBe(true);
    expect(yaml.split('\n---\n')).toHaveLength(names.length);
    const json = (await look('get', 'pods', '-w', '-o', 'json')).stdout;
    expect(json.split('\n}\n').length - 1).toBe(names.length);
  });

  it('several kinds at once are refused as kubectl refuses them', async () => {
    const result = await look('get', 'pods,svc', '-w');
    expect(result.code).toBe(64);
    expect(result.stderr).toContain('you may only specify a single resource type');
  });
});

it('events -w: each event when it is written, with its count', async () => {
  const { stdout } = await look('events', '-w', '--types', 'Warning');
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE$/);
  expect(lines.at(-1)).toMatch(
    /^\d+s \(x\d+ over \d+s\) +Warning +Unhealthy +Pod\/bookstore-v1 +Readiness probe failed/,
  );
  const one = await look('events', '-w', '--for', 'pod/nothing');
  expect(one).toMatchObject({ code: 0, stdout: '' });
});
