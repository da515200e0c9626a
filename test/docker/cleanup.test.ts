import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { cleanLeftovers, endRun, keptRuns } from '../../containers/docker/cleanup.ts';
import { connectEngine } from '../../containers/docker/engine.ts';
import { stateRoot } from '../../containers/docker/volumes.ts';
import { describeDocker, ensureImages } from './engine.ts';
import { get, newRunId, PodDriver, until } from './pod-driver.ts';

describeDocker('what a run leaves behind', () => {
  let docker: Dockerode;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    await ensureImages();
    docker = (await connectEngine()).docker;
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child);
    await cleanLeftovers({ docker });
  });

  /** Everything at the engine and on disk that carries the run's name. */
  async function remains(runId: string): Promise<{ containers: number; networks: number; directory: boolean }> {
    const filters = { label: [`dev.probelab.run=${runId}`] };
    const [containers, networks] = await Promise.all([
      docker.listContainers({ all: true, filters }),
      docker.listNetworks({ filters }),
    ]);
    const directory = existsSync(join(stateRoot(), runId));
    return { containers: containers.length, networks: networks.length, directory };
  }

  const NOTHING = { containers: 0, networks: 0, directory: false };

  /** A process with a run of its own. It ends with this one: its input does. */
  async function ownerProcess(): Promise<{ child: ChildProcess; runId: string }> {
    const script = new URL('owner-process.ts', import.meta.url).pathname;
    const runId = newRunId();
    const child = spawn(process.execPath, [script, runId], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (data: Buffer) => data.toString().includes('up') && resolve());
      child.on('exit', () => reject(new Error('the owner ended early')));
    });
    return { child, runId };
  }

  /** Whoever else starts a run at this moment cleans up, too, and may be about it still. */
  function isGone(runId: string): Promise<void> {
    return expect.poll(() => remains(runId), { timeout: 20_000 }).toEqual(NOTHING);
  }

  it('nothing after dispose, and dispose twice is fine', async () => {
    const pod = await PodDriver.open();
    await pod.sandbox();
    const data = { mountPath: '/data', readOnly: false, source: { type: 'emptyDir' as const, volume: 'data' } };
    await pod.up({ container: 'app', image: 'busybox:1.35', command: ['sleep', '600'], mounts: [data] });
    expect(await remains(pod.runId)).toEqual({ containers: 2, networks: 1, directory: true });
    await Promise.all([pod.dispose(), pod.dispose()]);
    expect(await remains(pod.runId)).toEqual(NOTHING);
  });

  it('nothing after dispose in the middle of a start, at any moment of it', async () => {
    for (const afterMs of [0, 10, 40, 100, 250, 400]) {
      const pod = await PodDriver.open();
      void pod
        .sandbox()
        .then(() => pod.up({ container: 'app', image: 'busybox:1.35', command: ['sleep', '600'] }))
        .catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await pod.dispose();
      expect(await remains(pod.runId), `after ${afterMs} ms`).toEqual(NOTHING);
    }
  });

  it("a killed owner's run is removed by the next one, a living one's is left alone", async () => {
    const dead = await ownerProcess();
    const alive = await ownerProcess();
    expect(await remains(dead.runId)).toEqual({ containers: 2, networks: 1, directory: true });
    await killed(dead.child);
    const next = await PodDriver.open();
    try {
      await isGone(dead.runId);
      expect(await remains(alive.runId)).toEqual({ containers: 2, networks: 1, directory: true });
    } finally {
      await next.dispose();
    }
    expect(await remains(alive.runId)).toEqual({ containers: 2, networks: 1, directory: true });
  });

  it('clean removes what a dead owner left, and nothing that it did not make', async () => {
    const foreign = await docker.createContainer({ Image: 'busybox:1.35', Labels: { 'org.example': 'mine' } });
    try {
      const dead = await ownerProcess();
      await killed(dead.child);
      await cleanLeftovers({ docker });
      await isGone(dead.runId);
      expect((await foreign.inspect()).Id).toBe(foreign.id);
    } finally {
      await foreign.remove({ force: true });
    }
  });

  it('a kept run outlives its process and clean, until it is ended', async () => {
    const pod = await PodDriver.open({ keep: true });
    await pod.sandbox();
    await pod.up({ container: 'app', image: 'busybox:1.35', command: ['sleep', '600'] });
    await pod.dispose();
    try {
      await cleanLeftovers({ docker });
      expect(await remains(pod.runId)).toEqual({ containers: 2, networks: 1, directory: true });
      expect(await keptRuns({ docker })).toContain(pod.runId);
    } finally {
      expect(await endRun(pod.runId, { docker })).toBe(true);
    }
    expect(await remains(pod.runId)).toEqual(NOTHING);
    expect(await endRun(pod.runId, { docker })).toBe(false);
  });

  it('two runs side by side have networks of their own, and the end of one leaves the other alone', async () => {
    const apps = { web: { servers: [{ port: 8080, protocol: 'http' as const }] } };
    const [one, two] = await Promise.all([PodDriver.open({ apps }), PodDriver.open({ apps })]);
    try {
      const ips = await Promise.all([one.sandbox(), two.sandbox()]);
      expect(ips[0].split('.').slice(0, 3)).not.toEqual(ips[1].split('.').slice(0, 3));
      await Promise.all([
        one.up({ container: 'web', image: 'probelab/app:1' }),
        two.up({ container: 'web', image: 'probelab/app:1' }),
      ]);
      await one.dispose();
      const answer = await until(
        () => get(ips[1], 8080, '/'),
        (got) => typeof got !== 'string',
      );
      expect(answer).toMatchObject({ status: 200 });
    } finally {
      await Promise.all([one.dispose(), two.dispose()]);
    }
  });
});

function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.on('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
