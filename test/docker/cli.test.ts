import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectEngine } from '../../containers/docker/engine.ts';
import { probelab, temporaryFolder } from '../e2e/probelab.ts';
import { LIVENESS, POD, writeFiles } from '../e2e/scenario-files.ts';
import { describeDocker, ensureImages } from './engine.ts';

const folder = temporaryFolder();
let docker: Dockerode;

beforeAll(() => writeFiles(folder.path, { 'pod.yaml': POD, 'liveness.yaml': LIVENESS }));
afterAll(() => folder.remove());

async function prepare(): Promise<void> {
  await ensureImages();
  docker = (await connectEngine()).docker;
}

/** What is at the engine of the runs of one process: their names hold its id. */
async function leftOf(pid: number | undefined): Promise<string[]> {
  const mark = `probelab-${pid?.toString(36)}-`;
  const [containers, networks] = await Promise.all([docker.listContainers({ all: true }), docker.listNetworks()]);
  return [...containers.flatMap(({ Names }) => Names), ...networks.map(({ Name }) => Name)].filter((name) =>
    name.includes(mark),
  );
}

describeDocker('a run on docker', () => {
  beforeAll(prepare);

  it('diff --runtimes: the same story as in virtual time, and how far apart; a narrower tolerance is exit 1', async () => {
    const short = LIVENESS.replace('name: liveness', 'name: short')
      .replace('duration: 60s', 'duration: 12s')
      .replace('pod.yaml', 'live.yaml')
      .replace(/ {2}steps:[\s\S]*$/, '');
    // Without readinessProbe: whether an attempt meets an app that is coming up differs from run to run.
    writeFiles(folder.path, { 'short.yaml': short, 'live.yaml': POD.replace(/ *readinessProbe: .*\n/, '') });
    const diff = (...more: string[]) =>
      probelab(['diff', '--runtimes', 'virtual..docker', 'short.yaml', '-o', 'json', ...more], { cwd: folder.path });
    const [wide, narrow] = await Promise.all([diff('--tolerance', '5s'), diff('--tolerance', '0ms')]);
    expect({ code: wide.code, ...JSON.parse(wide.stdout) }).toMatchObject({
      code: 0,
      runtimes: ['virtual', 'docker'],
      files: [{ file: 'short.yaml', differences: [] }],
    });
    const { skew } = JSON.parse(wide.stdout).files[0];
    expect(skew.moments).toBeGreaterThan(10);
    expect(Math.abs(skew.most.ms)).toBeLessThanOrEqual(5000);
    expect(narrow.code).toBe(1);
    const [{ differences }] = JSON.parse(narrow.stdout).files;
    expect(differences).toContainEqual(expect.objectContaining({ subject: 'pod/web', what: 'events' }));
  });

  it.each([
    ['while it starts', 'ContainerCreating'],
    ['while it runs', 'Started container'],
  ])('ends with 130 and leaves nothing on Ctrl-C %s', async (_, moment) => {
    let pid: number | undefined;
    const { code, stdout, stderr } = await probelab(['run', 'liveness.yaml', '--runtime', 'docker'], {
      cwd: folder.path,
      started: (child) => {
        pid = child.pid;
        let seen = '';
        child.stderr?.on('data', (text) => {
          const before = seen.includes(moment);
          seen += text;
          if (!before && seen.includes(moment)) child.kill('SIGINT');
        });
      },
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('error[INTERRUPTED]');
    expect(await leftOf(pid)).toEqual([]);
  });

  it('ends with 124 and leaves nothing when its time is up', async () => {
    let pid: number | undefined;
    const { code, stderr } = await probelab(['run', 'liveness.yaml', '--runtime', 'docker', '--timeout', '4s'], {
      cwd: folder.path,
      started: (child) => {
        pid = child.pid;
      },
    });
    expect(code).toBe(124);
    expect(stderr).toContain('error[WALL_CLOCK_LIMIT]');
    expect(await leftOf(pid)).toEqual([]);
  });
});

describeDocker('up and down', () => {
  beforeAll(prepare);

  it('leave a pod running, and end it', async () => {
    let pid: number | undefined;
    const up = await probelab(['up', 'liveness.yaml'], {
      cwd: folder.path,
      started: (child) => {
        pid = child.pid;
      },
    });
    const run = /probelab down (\S+)/.exec(up.stdout)?.[1] ?? '';
    const end = () => probelab(['down', run], { cwd: folder.path });
    try {
      expect(up.code).toBe(0);
      expect(up.stdout).toMatch(/^web +1\/1 +Running/m);
      expect(await leftOf(pid)).not.toEqual([]);
    } catch (error) {
      // A run that is kept stays for good.
      if (run !== '') await end();
      throw error;
    }
    expect((await end()).stdout).toBe('Ended 1 run.\n');
    expect(await leftOf(pid)).toEqual([]);
    expect((await end()).code).toBe(64);
  });
});
