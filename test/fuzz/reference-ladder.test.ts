import { beforeAll, describe, expect, it } from 'vitest';
import type { StampedFact } from '../../sim/kube/fact.ts';
import { fromDocument, play } from './play.ts';
import { differencesFromLadder } from './reference-ladder.ts';

const PROBE = { periodSeconds: 5, failureThreshold: 2, exec: { command: ['check'] } };
const CONTAINER = { name: 'app', image: 'registry.local/fuzzed:1', livenessProbe: PROBE, startupProbe: PROBE };
const STORY = {
  apiVersion: 'probelab.dev/v1alpha1',
  kind: 'Scenario',
  metadata: { name: 'fuzzed' },
  spec: {
    duration: '60s',
    manifests: [{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'fuzzed' }, spec: { containers: [CONTAINER] } }],
    apps: { app: { exec: [{ command: 'check', exitCode: 1, from: '20s' }, { command: 'check' }] } },
  },
};

describe('the reference ladder', () => {
  let facts: readonly StampedFact[];
  let epochMs: number;
  beforeAll(async () => {
    const { result } = await play(fromDocument(STORY));
    facts = result?.facts ?? [];
    epochMs = result?.epochMs ?? 0;
  });
  const differences = (changed: readonly StampedFact[]) =>
    differencesFromLadder({ facts: changed, endMs: 60_000, epochMs, uptimeMs: 3_600_000, version: '1.34' });
  const liveness = (result: string) => (fact: StampedFact) =>
    fact.kind === 'probe' && fact.probe === 'liveness' && fact.result === result;

  it('agrees with a run in which the container is restarted', () => {
    expect(facts.filter(liveness('failure')).length).toBeGreaterThanOrEqual(2);
    expect(differences(facts)).toEqual([]);
  });

  it('misses an attempt that was left out', () => {
    const [, second] = facts.filter(liveness('success'));
    expect(differences(facts.filter((fact) => fact !== second))).toEqual([expect.stringContaining('no probe')]);
  });

  it('sees an attempt off the grid', () => {
    const late = facts.map((fact) => (liveness('success')(fact) ? { ...fact, startedAt: fact.at - 1 } : fact));
    expect(differences(late as StampedFact[])).toContainEqual(expect.stringContaining('off its grid'));
  });

  it('sees a result that its attempts do not give', () => {
    const failed = facts.map((fact) => (liveness('failure')(fact) ? { ...fact, result: 'success' } : fact));
    expect(differences(failed as StampedFact[])).toContainEqual(expect.stringContaining('but nothing was due'));
  });

  it('sees a result that was never recorded', () => {
    const silent = facts.filter((fact) => !(fact.kind === 'result' && fact.previous === 'Success'));
    expect(differences(silent)).toContainEqual(expect.stringContaining('never recorded'));
  });

  it('sees a probe of a worker that holds', () => {
    const verdict = facts.findIndex((fact) => fact.kind === 'result' && fact.result === 'Success');
    const again = facts.find((fact) => fact.kind === 'probe' && fact.probe === 'startup') as StampedFact;
    const more = [...facts.slice(0, verdict + 1), again, ...facts.slice(verdict + 1)];
    expect(differences(more)).toContainEqual(expect.stringContaining('probes while it holds'));
  });
});
