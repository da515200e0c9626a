import { describe, expect, it } from 'vitest';
import type { StampedFact } from '../../kube/fact.ts';
import { Teacher } from './teacher.ts';

const UID = { namespace: 'shop', name: 'web', uid: '1' };
const fact = (more: object): StampedFact =>
  ({ at: 0, seq: 0, pod: UID, container: 'app', ...more }) as unknown as StampedFact;
const pod = (container: object, spec: object = {}, metadata: object = {}): StampedFact =>
  fact({
    kind: 'object',
    op: 'ADDED',
    object: {
      kind: 'Pod',
      metadata: { ...UID, ...metadata },
      spec: { restartPolicy: 'Always', containers: [{ name: 'app', ...container }], ...spec },
    },
  });
const failed = (probe: string) => fact({ kind: 'probe', probe, result: 'failure' });
const result = (probe: string, value: string, previous?: string) =>
  fact({ kind: 'result', probe, result: value, previous });
const LIVE = { livenessProbe: { periodSeconds: 5, failureThreshold: 2 } };
const READY = { readinessProbe: { periodSeconds: 3 } };

function lessons(...facts: StampedFact[]): string[] {
  const teacher = new Teacher();
  return facts.flatMap((one) => teacher.tell(one).map(({ text }) => text));
}
/** The lessons after the first fact, which makes the pod known. */
const taught = (first: StampedFact, ...facts: StampedFact[]) => lessons(first, ...facts).slice(lessons(first).length);

describe('lessons', () => {
  it("say what a pod's probes will do, with its own numbers, and about whom", () => {
    const teacher = new Teacher();
    const [lesson] = teacher.tell(pod({ ...LIVE, startupProbe: { failureThreshold: 30 } }));
    expect(lesson?.subject).toBe('pod/web');
    expect(lesson?.text).toContain(
      'startup every 10s: until it succeeds no other probe runs, and after 30 failures in a row (300s)',
    );
    expect(lesson?.text).toContain('liveness every 5s: 2 failures in a row restart the container');
    expect(lesson?.text).toContain('without readinessProbe it is ready as soon as it runs');
    expect(lessons(pod({}))).toEqual([]);
  });

  it('are given once, also for pods that are alike', () => {
    const twin = pod(LIVE, {}, { uid: '2', name: 'web-2' });
    expect(lessons(pod(LIVE), twin, failed('liveness'), failed('liveness'))).toHaveLength(2);
  });

  it('say who is asked when a mesh rewrote the probes, and nothing of one otherwise', () => {
    const rewritten = { livenessProbe: { httpGet: { path: '/osm-liveness-probe', port: 15901 } } };
    expect(lessons(pod(rewritten)).at(-1)).toContain('the kubelet now asks Envoy');
    expect(lessons(pod({ livenessProbe: { httpGet: { path: '/livez', port: 80 } } }))).toHaveLength(1);
  });

  it('liveness: the first failure, the threshold, the grace period that holds', () => {
    const [first, kill] = taught(pod(LIVE), failed('liveness'), result('liveness', 'Failure', 'Success'));
    expect(first).toMatch(/^Failure 1 of 2: an event and no more\. 2 in a row restart/);
    expect(kill).toMatch(/^Failure 2 of 2 in a row: .*SIGTERM, and SIGKILL if it is still there after 30s/);
    const probe = {
      livenessProbe: { failureThreshold: 1, terminationGracePeriodSeconds: 7 },
      lifecycle: { preStop: {} },
    };
    const own = taught(
      pod(probe, { restartPolicy: 'Never', terminationGracePeriodSeconds: 60 }),
      failed('liveness'),
      result('liveness', 'Failure', 'Success'),
    );
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(
      /failureThreshold 1.*its preStop hook, then SIGTERM.*after 7s.*restartPolicy Never no new one/,
    );
  });

  it('readiness: the value before any attempt is no failure; ready, unready, ready again', () => {
    const told = taught(
      pod(READY),
      result('readiness', 'Failure'),
      result('readiness', 'Success', 'Failure'),
      result('readiness', 'Failure', 'Success'),
      result('readiness', 'Success', 'Failure'),
    );
    expect(told.map((text) => text.slice(0, 20))).toEqual([
      'The first success: t',
      'Failure 3 of 3 in a ',
      'One success is enoug',
    ]);
  });

  it('an end of its own is told from one that the kubelet wanted', () => {
    const exited = fact({ kind: 'container', op: 'exited', containerID: 'a', exitCode: 3 });
    const signalled = fact({ kind: 'container', op: 'signalled', signal: 'SIGTERM', containerID: 'a' });
    expect(taught(pod(LIVE), exited)[0]).toContain(
      'ended by itself with code 3: with restartPolicy Always it is started again',
    );
    expect(taught(pod(LIVE, { restartPolicy: 'Never' }), exited)[0]).toContain('it is not started again');
    expect(taught(pod(LIVE), signalled, exited)).toEqual([]);
    expect(taught(pod(LIVE), fact({ kind: 'container', op: 'exited', container: 'init', containerID: 'b' }))).toEqual(
      [],
    );
  });

  it('back-off, deletion, a process that outlives its grace period', () => {
    const event = (reason: string, message: string) =>
      fact({
        kind: 'object',
        object: { kind: 'Event', metadata: {}, involvedObject: { name: 'web' }, reason, message },
      });
    expect(lessons(event('BackOff', 'Back-off restarting failed container'))[0]).toContain('10s, then 20s, 40s');
    expect(lessons(event('BackOff', 'Back-off pulling image'))).toEqual([]);
    expect(lessons(event('Failed', 'Failed to pull image "x"'))[0]).toContain('ErrImagePull');
    expect(taught(pod(LIVE), pod(LIVE, {}, { deletionTimestamp: 'now', deletionGracePeriodSeconds: 5 }))[0]).toContain(
      '(5s until SIGKILL)',
    );
    expect(lessons(fact({ kind: 'container', op: 'signalled', signal: 'SIGKILL', containerID: 'a' }))[0]).toContain(
      'code 137',
    );
  });
});
