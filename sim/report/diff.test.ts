import { describe, expect, it } from 'vitest';
import { type RunResult, runScenario } from '../run-scenario.ts';
import { loadScenario } from '../scenario/load.ts';
import { comparableText } from './comparable-text.ts';
import { compareRuns, diffRuns, diffText } from './diff.ts';
import type { RunRecord } from './run-record.ts';
import { compareSequences, type Moment } from './sequence-diff.ts';

const at = (...list: [number, string][]): Moment[] => list.map(([ms, text]) => ({ at: ms, text }));

describe('differences of two sequences', () => {
  it('finds none where texts are the same and times almost', () => {
    expect(compareSequences(at([1, 'a'], [500, 'b']), at([2, 'a'], [900, 'b']), 1000).differences).toEqual([]);
  });

  it('finds one more in the middle of many alike, not a shift of all after it', () => {
    const before = at([0, 'a'], [10_000, 'a'], [15_000, 'a'], [20_000, 'a'], [30_000, 'a']);
    const after = at([0, 'a'], [10_000, 'a'], [20_000, 'a'], [30_000, 'a']);
    expect(compareSequences(before, after, 1000).differences).toEqual([{ change: 'removed', at: 15_000, text: 'a' }]);
  });

  it('calls moved what both have at another time', () => {
    const moved = compareSequences(at([0, 'a'], [5000, 'b']), at([0, 'a'], [9000, 'b'], [9500, 'c']), 1000);
    expect(moved.differences).toEqual([
      { change: 'moved', at: 5000, to: 9000, text: 'b' },
      { change: 'added', at: 9500, text: 'c' },
    ]);
  });
});

describe('skew', () => {
  it('says how much later the second has what both have, within a tolerance that may grow', () => {
    const [before, after] = [at([1000, 'a'], [50_000, 'b']), at([900, 'a'], [54_000, 'b'])];
    expect(compareSequences(before, after, (ms) => 200 + ms / 10)).toEqual({
      differences: [],
      same: [
        { at: 1000, text: 'a', later: -100 },
        { at: 50_000, text: 'b', later: 4000 },
      ],
    });
    expect(compareSequences(before, after, 200).differences).toEqual([
      { change: 'moved', at: 50_000, to: 54_000, text: 'b' },
    ]);
  });

  it('takes the texts without addresses, ids and images', () => {
    expect(comparableText('liveness: read tcp 10.0.0.1:4711->10.0.0.2:80: i/o timeout')).toBe(
      comparableText('liveness: read tcp 172.18.0.1:99->172.18.0.3:80: i/o timeout'),
    );
    expect(comparableText('Get "http://10.0.0.2:80"')).not.toBe(comparableText('Get "http://10.0.0.2:81"'));
    expect(comparableText('Normal Pulled: Container image "x" already present on machine')).toBeUndefined();
    expect(comparableText('Normal Killing: Stopping container x')).toBe('Normal Killing: Stopping container x');
  });
});

const FILE = `
apiVersion: probelab.dev/v1alpha1
kind: Scenario
metadata: {name: restart}
spec:
  duration: 60s
  manifests:
    - apiVersion: v1
      kind: Pod
      metadata: {name: web, labels: {app: web}}
      spec:
        containers:
          - {name: app, image: registry.local/app:1, readinessProbe: {httpGet: {port: 8080}, periodSeconds: 5}}
    - {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}}
  apps: {app: {servers: [{port: 8080, protocol: http}]}}
  steps: [{at: 30s, kubelet: restart}]
`;

async function runWith(version: string): Promise<RunRecord> {
  const scenario = loadScenario(FILE, { file: 'restart.yaml', readFile: () => undefined });
  const result: RunResult = await runScenario({ ...scenario, kubelet: { ...scenario.kubelet, version } });
  return { ...result, name: 'restart', notices: [] };
}

describe('differences of two runs', () => {
  it('shows that 1.34 flaps readiness at a kubelet restart and 1.36 does not', async () => {
    const diffs = diffRuns(await runWith('1.34'), await runWith('1.36'));
    const lines = diffText(diffs, ['1.34', '1.36']).split('\n');
    expect(lines.slice(0, 2)).toEqual(['--- 1.34', '+++ 1.36']);
    expect(lines.filter((line) => /^-\S+ +Ready=/.test(line)).map((line) => line.split(/ +/)[1])).toEqual([
      'Ready=False',
      'Ready=True',
    ]);
    expect(diffs.map(({ subject, what }) => `${subject} ${what}`)).toContain('service/web endpoints');
    expect(lines.some((line) => line.startsWith('+') && /Ready=/.test(line))).toBe(false);
  });

  it('shows nothing for a kubelet and itself', async () => {
    const diffs = diffRuns(await runWith('1.34'), await runWith('1.34'));
    expect(diffs).toEqual([]);
    expect(diffText(diffs, ['a', 'b'])).toBe('');
  });

  it('counts what is in common, and names what is farthest apart', async () => {
    const [before, after] = [await runWith('1.34'), await runWith('1.34')];
    const later = {
      ...after,
      facts: after.facts.map((fact) => ({ ...fact, at: fact.at + (fact.kind === 'event' ? 300 : 10) })),
    };
    const { differences, skew } = compareRuns(before, later as RunRecord);
    expect(differences).toEqual([]);
    expect(skew).toMatchObject({ median: 10, most: { ms: 300, subject: 'pod/web' } });
    expect(compareRuns(before, later as RunRecord, { tolerance: 100 }).differences.map(({ what }) => what)).toEqual([
      'events',
    ]);
    expect(
      compareRuns(before, later as RunRecord, { tolerance: 0, without: ['workers'] }).differences.map(
        ({ what }) => what,
      ),
    ).not.toContain('workers');
  });
});
