import { describe, expect, it } from 'vitest';
import { WorkerStory } from './worker-story.fixture.ts';

const probeTimes = (log: string[]): number[] =>
  log.filter((line) => line.endsWith(' probe')).map((line) => Number.parseInt(line, 10));

describe('probe worker: its grid', () => {
  it('runs at once and then every period from there, however long a probe takes', () => {
    const story = new WorkerStory({ answer: () => ({ outcome: 'Success', durationMs: 3000 }) });
    expect(probeTimes(story.until(35_000))).toEqual([0, 10_000, 20_000, 30_000]);
  });

  it('keeps one tick that comes during a long probe, and loses more', () => {
    const story = new WorkerStory({ answer: (i) => ({ outcome: 'Success', durationMs: i === 0 ? 35_000 : 1 }) });
    expect(probeTimes(story.until(51_000))).toEqual([0, 35_000, 40_000, 50_000]);
  });

  it('takes a tick as pending that falls due in the millisecond in which its probe ends', () => {
    const story = new WorkerStory({ answer: (i) => ({ outcome: 'Success', durationMs: i === 0 ? 10_000 : 1 }) });
    expect(probeTimes(story.until(21_000))).toEqual([0, 10_000, 20_000]);
  });

  it('waits for its jitter before the first run, and starts its grid after it', () => {
    const story = new WorkerStory({ jitterMs: 4000 });
    expect(probeTimes(story.until(25_000))).toEqual([4000, 14_000, 24_000]);
  });

  it('gates with the initial delay inside a tick: the first probe is the first tick after it', () => {
    const story = new WorkerStory({ spec: { initialDelaySeconds: 7 } });
    expect(story.until(20_000)).toEqual(['0 Success', '10000 probe', '20000 probe']);
  });

  it('starts a new grid with a trigger', () => {
    const story = new WorkerStory({ probe: 'readiness' });
    story.at(3456, () => story.worker.send({ type: 'trigger' }));
    expect(probeTimes(story.until(25_000))).toEqual([0, 3456, 13_456, 23_456]);
  });

  it('keeps one trigger of those that come during a probe', () => {
    const story = new WorkerStory({ probe: 'readiness', answer: () => ({ outcome: 'Failure', durationMs: 100 }) });
    for (const ms of [20, 40, 60]) story.at(ms, () => story.worker.send({ type: 'trigger' }));
    expect(probeTimes(story.until(11_000))).toEqual([0, 100, 10_100]);
  });

  it('starts a new grid even with a trigger that the initial delay makes idle', () => {
    const story = new WorkerStory({ probe: 'readiness', spec: { initialDelaySeconds: 5 } });
    story.at(3000, () => story.worker.send({ type: 'trigger' }));
    expect(probeTimes(story.until(25_000))).toEqual([13_000, 23_000]);
  });
});

describe('probe worker: a container is killed for its liveness', () => {
  const story = new WorkerStory({
    spec: { failureThreshold: 2 },
    answer: () => ({ outcome: 'Failure', durationMs: 5 }),
  });

  it('first: fails twice, publishes the failure and holds', () => {
    expect(story.until(35_000)).toEqual(['0 Success', '0 probe', '10000 probe', '10005 Failure']);
  });

  it('then: stays silent while the old instance is being killed and is dead', () => {
    story.stopped('app-1', { terminated: { exitCode: 137 } });
    expect(story.until(45_000)).toHaveLength(4);
  });

  it('at last: starts anew with the next instance, on the old grid, and counts from zero', () => {
    story.at(46_000, () => story.running('app-2'));
    expect(story.until(65_000).slice(4)).toEqual([
      '50000 removed',
      '50000 Success',
      '50000 probe',
      '60000 probe',
      '60005 Failure',
    ]);
  });
});

describe('probe worker: results', () => {
  it('carries a run of failures over a crash to the next instance', () => {
    const story = new WorkerStory({
      spec: { failureThreshold: 3 },
      answer: () => ({ outcome: 'Failure', durationMs: 5 }),
    });
    story.at(15_000, () => story.running('app-2'));
    expect(story.until(25_000)).toEqual([
      '0 Success',
      '0 probe',
      '10000 probe',
      '20000 removed',
      '20000 Success',
      '20000 probe',
      '20005 Failure',
    ]);
  });

  it('ignores thrown-away runs: they neither count nor end a run', () => {
    const outcomes = ['Failure', 'error', 'Failure'] as const;
    const story = new WorkerStory({
      spec: { failureThreshold: 2 },
      answer: (i) => ({ outcome: outcomes[i] ?? 'Failure', durationMs: 5 }),
    });
    expect(story.until(25_000)).toEqual(['0 Success', '0 probe', '10000 probe', '20000 probe', '20005 Failure']);
  });

  it('holds after a startup success until the container is another one', () => {
    const story = new WorkerStory({ probe: 'startup' });
    expect(story.until(35_000)).toEqual(['0 Unknown', '0 probe', '2 Success']);
  });

  it('publishes Failure of a crashed container, and probes again when it is back', () => {
    const story = new WorkerStory({ probe: 'readiness' });
    story.at(12_000, () => story.stopped('app-1', { waiting: { reason: 'CrashLoopBackOff' } }));
    story.at(33_000, () => story.running('app-2'));
    expect(story.until(45_000)).toEqual([
      '0 Failure',
      '0 probe',
      '2 Success',
      '10000 probe',
      '20000 Failure',
      '40000 removed',
      '40000 Failure',
      '40000 probe',
      '40002 Success',
    ]);
  });
});

describe('probe worker: its end', () => {
  it('stops at once while it waits, and drops its result', () => {
    const story = new WorkerStory();
    story.at(5000, () => story.worker.send({ type: 'stop' }));
    expect(story.until(60_000)).toEqual(['0 Success', '0 probe', '5000 removed', '5000 ended']);
    expect(story.clock.pending).toBe(0);
  });

  it('ends only with the probe that is under way', () => {
    const story = new WorkerStory({
      answer: () => ({ outcome: 'Failure', durationMs: 800 }),
      spec: { failureThreshold: 1 },
    });
    story.at(300, () => story.worker.send({ type: 'stop' }));
    expect(story.until(60_000)).toEqual(['0 Success', '0 probe', '800 Failure', '800 removed', '800 ended']);
  });

  it('runs once more before it heeds a stop that came during the jitter', () => {
    const story = new WorkerStory({ jitterMs: 4000 });
    story.at(1000, () => story.worker.send({ type: 'stop' }));
    expect(story.until(60_000)).toEqual(['4000 Success', '4000 probe', '4002 removed', '4002 ended']);
  });

  it('ends when the pod has finished', () => {
    const story = new WorkerStory();
    story.at(5000, () => {
      story.status = { phase: 'Succeeded' };
    });
    expect(story.until(60_000)).toEqual(['0 Success', '0 probe', '10000 removed', '10000 ended']);
  });

  it('says Failure once more when the container is done for good', () => {
    const story = new WorkerStory({ restartPolicy: 'Never' });
    story.at(5000, () => story.stopped('app-1', { terminated: { exitCode: 0 } }));
    expect(story.until(60_000)).toEqual(['0 Success', '0 probe', '10000 Failure', '10000 removed', '10000 ended']);
  });

  it('has nothing to drop if it never saw a container', () => {
    const story = new WorkerStory({ jitterMs: 10 });
    story.status = undefined;
    story.at(5000, () => story.worker.send({ type: 'stop' }));
    expect(story.until(60_000)).toEqual(['5000 ended']);
  });
});
