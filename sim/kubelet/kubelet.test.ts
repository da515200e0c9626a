import { afterEach, describe, expect, it } from 'vitest';
import { EVENTS, PODS, type Pod } from '../kube/objects.ts';
import { createLab, type Lab } from '../lab.ts';

const CRASHING = { name: 'app', image: 'registry.local/probeapp:1' };

let lab: Lab;
afterEach(() => lab.dispose());

async function labWith(spec: Record<string, unknown>): Promise<Lab> {
  lab = await createLab();
  lab.start();
  lab.apply([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec } as never]);
  return lab;
}

function web(): Pod | undefined {
  return lab.store.get(PODS, 'default', 'web');
}

function containers(op: string) {
  return lab.history.facts.filter((fact) => fact.kind === 'container' && fact.op === op);
}

/** Plays on until the container has got this far. */
async function until(op: string): Promise<void> {
  while (containers(op).length === 0) await lab.advance(1);
}

describe('a kubelet that restarts', () => {
  it('comes up in its time; one that comes up is not started twice', async () => {
    await labWith({ containers: [CRASHING] });
    await lab.advance(5000);
    const { clock, kubelet } = lab;
    expect(kubelet.start(clock.now())).toBeUndefined();
    kubelet.stop();
    const upAt = kubelet.start(clock.now());
    expect(upAt).toBeGreaterThan(clock.now() + 1000);
    expect(kubelet.start(clock.now())).toBeUndefined();
    const from = lab.history.facts.length;
    await lab.advance(5000);
    const first = lab.history.facts.slice(from).find(({ kind }) => kind === 'sync');
    expect(first?.at).toBe(upAt);
  });

  it('that is stopped while it comes up stays down', async () => {
    await labWith({ containers: [CRASHING] });
    await lab.advance(5000);
    const { clock, kubelet } = lab;
    kubelet.stop();
    kubelet.start(clock.now());
    kubelet.stop();
    const from = lab.history.facts.length;
    await lab.advance(10_000);
    expect(lab.history.facts.slice(from).filter(({ kind }) => kind === 'sync')).toEqual([]);
  });

  it('finds the container running whose start was under way', async () => {
    await labWith({ containers: [CRASHING] });
    await until('created');
    // The command to start it is on its way.
    await lab.advance(6);
    lab.kubelet.stop();
    lab.kubelet.start(lab.clock.now());
    await lab.advance(10_000);
    expect(containers('created')).toHaveLength(1);
    expect(web()?.status.containerStatuses?.[0]).toMatchObject({ restartCount: 0, state: { running: {} } });
  });
});

describe('a pod with activeDeadlineSeconds', () => {
  it('has failed a tick of the sync loop after its deadline, though nothing else happens to it', async () => {
    await labWith({ containers: [CRASHING], activeDeadlineSeconds: 20 });
    await lab.advance(19_000);
    expect(web()?.status.phase).toBe('Running');
    await lab.advance(5000);
    expect(web()?.status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
  });
});

describe('a readiness gate', () => {
  function open(): void {
    lab.store.mutate(
      PODS,
      'default',
      'web',
      (pod) => {
        const conditions = [...(pod.status.conditions ?? []), { type: 'example.com/gate', status: 'True' } as never];
        return { ...pod, status: { ...pod.status, conditions } };
      },
      { subresource: 'status' },
    );
  }

  /** How many syncs followed within half a second. */
  async function syncs(): Promise<number> {
    const from = lab.history.facts.length;
    open();
    await lab.advance(500);
    return lab.history.facts.slice(from).filter(({ kind }) => kind === 'sync').length;
  }

  const gates = { readinessGates: [{ conditionType: 'example.com/gate' }] };

  it('that opens when the containers are ready leads to a sync that makes the pod ready', async () => {
    await labWith({ containers: [CRASHING], ...gates });
    await lab.advance(10_000);
    expect(await syncs()).toBe(1);
    expect(web()?.status.conditions?.find(({ type }) => type === 'Ready')?.status).toBe('True');
  });

  it('that opens before that changes nothing and leads to none', async () => {
    const readinessProbe = { httpGet: { path: '/status/503', port: 8080 }, periodSeconds: 60 };
    await labWith({ containers: [{ ...CRASHING, readinessProbe }], ...gates });
    await lab.advance(10_000);
    expect(await syncs()).toBe(0);
  });
});

describe('a pod deleted by force', () => {
  const deleteByForce = () => lab.store.delete(PODS, 'default', 'web', { gracePeriodSeconds: 0 });
  const signals = () => containers('signalled').map((fact) => ('signal' in fact ? [fact.signal, fact.at] : []));

  it('is gone at once, but its hook has a second and its process two', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 20 } } };
    await labWith({ containers: [{ ...CRASHING, args: ['--ignore-term'], lifecycle }] });
    await lab.advance(10_000);
    const at = lab.clock.now();
    deleteByForce();
    await lab.advance(10);
    expect(web()).toBeUndefined();
    await lab.advance(10_000);
    const [[term, termAt = 0] = [], [kill, killAt = 0] = []] = signals();
    expect([term, kill]).toEqual(['SIGTERM', 'SIGKILL']);
    expect(Number(termAt) - at).toBeGreaterThanOrEqual(1000);
    expect(Number(termAt) - at).toBeLessThan(1100);
    expect(Number(killAt) - Number(termAt)).toBe(2000);
  });

  it('is not probed any more after the next clean-up, though it still ends', async () => {
    const readinessProbe = { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 };
    const lifecycle = { preStop: { sleep: { seconds: 20 } } };
    await labWith({ containers: [{ ...CRASHING, args: ['--ignore-term'], readinessProbe, lifecycle }] });
    await lab.advance(10_000);
    const at = lab.clock.now();
    deleteByForce();
    await lab.advance(10_000);
    const probed = lab.history.facts
      .filter((fact) => fact.kind === 'probe' && fact.at > at)
      .map((fact) => fact.at - at);
    expect(Math.max(0, ...probed)).toBeLessThanOrEqual(2000);
    expect(containers('exited')[0]?.at).toBeGreaterThan(at + 3000);
  });

  it('while no kubelet is there is killed when one comes, without its hook, and nothing of it is left', async () => {
    const lifecycle = { preStop: { sleep: { seconds: 20 } } };
    await labWith({ containers: [{ ...CRASHING, lifecycle }] });
    await lab.advance(5000);
    lab.kubelet.stop();
    deleteByForce();
    await lab.advance(5000);
    expect(containers('exited')).toEqual([]);
    const upAt = lab.kubelet.start(lab.clock.now()) ?? 0;
    await lab.advance(10_000);
    expect(containers('exited')).toHaveLength(1);
    expect(containers('exited')[0]?.at).toBeLessThan(upAt + 2200);
    expect(lab.kubelet.runtime.podUIDs()).toEqual([]);
    const told = lab.store.list(EVENTS, 'default').map((event) => `${event.reason}: ${event.message}`);
    expect(told).toContain('Killing: Stopping container app');
  });

  it('is not taken up again by the kubelet that has ended it, while its object still goes', async () => {
    await labWith({ containers: [CRASHING] });
    await lab.advance(5000);
    lab.store.delete(PODS, 'default', 'web');
    await lab.advance(20_000);
    const syncs = lab.history.facts.filter((fact) => fact.kind === 'sync');
    expect(syncs.at(-1)).toMatchObject({ type: 'terminated' });
  });
});
