import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGolden } from '../../../test/conformance/golden.ts';
import { parseDescribedPod } from '../../../test/kubectl/parse-describe.ts';
import { parseDescribedEvents } from '../../../test/kubectl/parse-events.ts';
import type { Pod } from '../../kube/objects.ts';
import { describePod } from './describe-pod.ts';
import { podSummary } from './pod-status.ts';
import { podTable } from './pod-table.ts';

const ROOT = 'test/golden/cluster';
const RECORDED = [
  '02-http-liveness-crashloop/1-restart1',
  '02-http-liveness-crashloop/2-crashloop',
  '08-graceful-deletion/2-terminating',
  '10-two-container-gates/2-one-of-two',
  '10-two-container-gates/3-gate-open',
  '11-native-sidecar/4-after-sidecar-restart',
  '17-restart-endpoints-deletes/2-deleting',
  '31-config-trouble/1-8s',
  '33-termination-reasons/2-20s',
  '35-two-containers-liveness/3-steady-notready',
  '39-exec-probes/1-10s',
  '45-osm-seed/1-17s',
];

/** The pods of a recorded `kubectl describe pods` and the moment it was printed. */
function recordedPods(snapshot: string): { now: number; texts: string[] } {
  const raw = readGolden(`${ROOT}/${snapshot.replace('/', '/describe-')}.txt`);
  const now = Date.parse(/^# (\S+)/.exec(raw)?.[1] ?? '');
  const texts = raw.replace(/^#.*\n/, '').split('\n\n\n');
  return {
    now,
    texts: texts.filter((text) => /^Containers:/m.test(text)).map((text) => text.replace(/\n*$/, '\n')),
  };
}

describe('describePod', () => {
  it('prints the recorded object as kubectl 1.34 did', () => {
    const folder = `${ROOT}/23-describe-formats`;
    const text = readGolden(`${folder}/describe-kubectl-1.34.4.txt`);
    const pod = parse(readGolden(`${folder}/pod.yaml`)) as Pod;
    const now = Date.parse('2026-11-21T10:28:25.500Z');
    expect(describePod(pod, parseDescribedEvents(text, now), now)).toBe(text);
  });

  it.each(RECORDED)('prints the pods of %s again', (snapshot) => {
    const { now, texts } = recordedPods(snapshot);
    expect(texts.length).toBeGreaterThan(0);
    for (const text of texts) {
      expect(describePod(parseDescribedPod(text, now), parseDescribedEvents(text, now), now)).toBe(text);
    }
  });
});

describe('podSummary', () => {
  it.each(RECORDED)('says what kubectl get said in %s', (snapshot) => {
    const file = `${ROOT}/${snapshot.replace('/', '/get-')}.txt`;
    if (!existsSync(file)) throw new Error(`no ${file}`);
    const rows = readGolden(file).split('\n');
    const { now, texts } = recordedPods(snapshot);
    let compared = 0;
    for (const text of texts) {
      const pod = withSidecars(parseDescribedPod(text, now));
      const row = rows.find((line) => line.startsWith(`${pod.metadata.name} `));
      if (row === undefined) continue;
      const [, ready, status, restarts] = row.split(/ {2,}/);
      const got = podSummary(pod, now);
      // The describe was printed up to a second after the table.
      const ago = (restart: string | undefined) => restart?.replace(/\(\d+m?\d*s ago\)/, '(ago)');
      expect([got.ready, got.status, ago(got.restarts)]).toEqual([ready, status, ago(restarts)]);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });

  it('says how long ago the last restart was', () => {
    const { now, texts } = recordedPods('02-http-liveness-crashloop/2-crashloop');
    const pod = parseDescribedPod(texts[0] ?? '', now);
    pod.metadata.creationTimestamp = new Date(now - 73_000).toISOString();
    const [row] = podTable([pod], { now, wide: true }).rows;
    expect(row?.slice(1, 5)).toEqual(['0/1', 'CrashLoopBackOff', expect.stringMatching(/^3 \(\d+s ago\)$/), '73s']);
  });
});

/** A describe does not say which init container is a sidecar; in these recordings it is the one called proxy. */
function withSidecars(pod: Pod): Pod {
  for (const container of pod.spec.initContainers ?? []) {
    if (container.name !== 'proxy') continue;
    container.restartPolicy = 'Always';
    const status = pod.status.initContainerStatuses?.find(({ name }) => name === 'proxy');
    if (status !== undefined) status.started = status.state?.running !== undefined;
  }
  return pod;
}
