import { afterEach, describe, expect, it } from 'vitest';
import { PODS, type Pod } from '../kube/objects.ts';
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
