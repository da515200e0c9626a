import { describe, expect, it } from 'vitest';
import { EPOCH, storyFacts } from '../../test/kubectl/story-facts.ts';
import type { KubeObject } from '../kube/objects.ts';
import { endpointChanges } from './endpoint-changes.ts';
import { buildLanes } from './lanes.ts';
import { buildReport } from './report.ts';
import { findRestarts } from './restarts.ts';
import type { ExpectationOutcome, RunRecord } from './run-record.ts';
import { Story } from './story.ts';
import { reportText } from './text.ts';
import { renderTimeline } from './timeline.ts';

const END = 60_000;
const same = (text: string) => text;
const PLAIN = { ok: same, failed: same, warning: same, name: same, dim: same };

function record(expectations: ExpectationOutcome[] = [], violations: RunRecord['violations'] = []): RunRecord {
  const facts = storyFacts();
  const last = new Map<string, KubeObject>();
  for (const fact of facts) {
    if (fact.kind === 'object') last.set(`${fact.object.kind}/${fact.object.metadata.name}`, fact.object);
  }
  return {
    name: 'web-liveness',
    file: 'web.yaml',
    seed: 7,
    runtime: 'virtual',
    epochMs: EPOCH,
    endMs: END,
    facts,
    objects: [...last.values()],
    expectations,
    violations,
    notices: [],
    profiles: { kubelet: '1.34' },
  };
}

describe('timeline', () => {
  const lanes = buildLanes(storyFacts(), END);

  it('has a lane per container, probe and endpoint', () => {
    expect(lanes.map(({ name }) => name)).toEqual(['app', 'app/startup', 'app/liveness', 'app/readiness', 'svc/web']);
  });

  it('shows states, attempts and endpoints where they belong', () => {
    expect(renderTimeline(lanes, { endMs: END, width: 76 })).toBe(
      [
        '               0s        10s       20s       30s       40s       50s',
        ` app           ▏▏st▏running${'─'.repeat(18)}▏▏starting${'┄'.repeat(20)}`,
        ' app/startup     ✗ ✓',
        ' app/liveness            ✓    ✓    ✗    ✗    ✗ → restart',
        ` app/readiness     ✓${'─'.repeat(26)}`,
        ` svc/web           ${'█'.repeat(27)}`,
        '',
      ].join('\n'),
    );
  });

  it.each([40, 60, 80, 120, 200])('keeps within %i columns', (width) => {
    for (const line of renderTimeline(lanes, { endMs: END, width }).split('\n')) {
      expect([...line].length).toBeLessThanOrEqual(width);
    }
  });

  it('needs nothing but ASCII if told so', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the ASCII range is meant.
    expect(renderTimeline(lanes, { endMs: END, ascii: true })).toMatch(/^[\x00-\x7f]*$/);
  });

  it('says how many lanes are left out', () => {
    expect(renderTimeline(lanes, { endMs: END, maxLanes: 2 })).toContain('3 more lanes');
  });
});

describe('restarts', () => {
  it('names the probe, how often it failed and why', () => {
    expect(findRestarts(storyFacts()).map(({ text, count, exitCode }) => ({ text, count, exitCode }))).toEqual([
      {
        text: 'container "app" restarted at +31.1s: liveness probe failed 3/3 (HTTP 503)',
        count: 1,
        exitCode: 137,
      },
    ]);
  });

  it('tells a container that ended by itself from one that was killed', () => {
    const facts = storyFacts().filter((fact) => fact.kind !== 'container' || fact.op !== 'signalled');
    expect(findRestarts(facts)[0]?.text).toBe('container "app" restarted at +31.1s: it exited with code 137');
  });
});

describe('endpoint changes', () => {
  it('has what was added and what changed', () => {
    expect(endpointChanges(storyFacts()).map(({ at, change, ready }) => ({ at, change, ready }))).toEqual([
      { at: 4014, change: 'added', ready: true },
      { at: 31_510, change: 'changed', ready: false },
    ]);
  });
});

describe('story', () => {
  const story = new Story(EPOCH);
  const lines = storyFacts().flatMap((fact) => story.tell(fact));
  const info = lines.filter(({ level }) => level === 'info' || level === 'warn').map(({ text }) => text);

  it('tells what happened, and a status only when it changes', () => {
    expect(info).toEqual([
      'created, 0/1 ContainerCreating',
      '0/1 Running',
      '1/1 Running',
      'endpoint 10.244.0.5 (web): ready',
      'app app /liveness → 503',
      'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 503',
      'Unhealthy (x2): Liveness probe failed: HTTP probe failed with statuscode: 503',
      'Unhealthy (x3): Liveness probe failed: HTTP probe failed with statuscode: 503',
      'container app: SIGTERM (liveness)',
      'container app exited with code 137',
      '0/1 Running, 1 restart',
      'endpoint 10.244.0.5 (web): not ready',
    ]);
  });
});

describe('report', () => {
  const failed: ExpectationOutcome = {
    ok: false,
    text: 'never: event BackOff',
    location: { file: 'web.yaml', line: 2, column: 3 },
    actual: 'restartCount was 1',
    at: 30_000,
    pod: 'web',
  };

  it('has a verdict with the cause of the restart', () => {
    const met = { ok: true, text: 'by 45s: …' };
    expect(buildReport(record([met, met]), '0').verdict).toEqual({
      result: 'pass',
      text: 'PASS web-liveness: all 2 expectations met; container "app" restarted at +31.1s: liveness probe failed 3/3 (HTTP 503)',
    });
    expect(buildReport(record([failed]), '0').verdict).toEqual({
      result: 'fail',
      text: 'FAIL web-liveness: expected never: event BackOff, but restartCount was 1',
    });
    expect(buildReport(record([], [{ at: 5, rule: 'x', text: 'y' }]), '0').verdict.result).toBe('broken');
  });

  it('fails a run in which a step could not be carried out', () => {
    const run = record([{ ok: true, text: 'by 45s: …' }]);
    const notice = {
      kind: 'notice',
      level: 'error',
      code: 'STEP_FAILED',
      message: 'no such pod',
      at: 5,
      seq: 0,
    } as const;
    expect(buildReport({ ...run, facts: [...run.facts, notice] }, '0').verdict).toEqual({
      result: 'fail',
      text: 'FAIL web-liveness: no such pod [STEP_FAILED]',
    });
  });

  it('keeps the events before a failure and the last lines of the containers', () => {
    const [expectation] = buildReport(record([failed]), '0').expectations;
    expect(expectation?.eventsBefore?.map(({ at, count }) => [at, count])).toEqual([
      [20_505, 1],
      [25_005, 2],
    ]);
    expect(expectation?.lastLogLines).toEqual([]);
  });

  it('is the same data for the same run', () => {
    expect(JSON.stringify(buildReport(record(), '0'))).toBe(JSON.stringify(buildReport(record(), '0')));
  });

  it('prints the verdict first and last, and a failure with its place', () => {
    const text = reportText(buildReport(record([failed]), '0'), {
      width: 80,
      ascii: false,
      paint: PLAIN,
      source: () => 'spec:\n  - never: true\n',
    });
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^✗ FAIL web-liveness: /);
    expect(lines.at(-1)).toBe(lines[0]);
    expect(text).toContain('✗ web.yaml:2:3 expected never: event BackOff\n  2 |   - never: true\n    |   ^\n');
    expect(text).toContain('replay: probelab run web.yaml --seed 7');
    expect(text).toMatch(/NAME +READY +STATUS +RESTARTS +AGE\nweb +0\/1 +Running +1 \(29s ago\) +60s\n/);
  });
});
