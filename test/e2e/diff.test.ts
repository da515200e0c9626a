import { describe, expect, it } from 'vitest';
import { probelab } from './probelab.ts';

const RESTART = 'scenarios/kubernetes/kubelet-restart.yaml';
const VIRTUAL_ONLY = 'scenarios/osm/keep-alive-race.yaml';

describe('probelab diff', () => {
  it('shows what changes from one kubelet to another, with exit code 1', async () => {
    const { code, stdout } = await probelab(['diff', '--kubelet', '1.34..1.36', RESTART]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^--- \S+\tkubelet 1\.34\n\+\+\+ \S+\tkubelet 1\.36\n/);
    expect(stdout).toMatch(/^@@ pod\/ready status @@\n-\+\S+ +Ready=False$/m);
  });

  it('leaves out the pods for which nothing changes', async () => {
    const { stdout } = await probelab(['diff', '--kubelet', '1.34..1.36', RESTART]);
    expect(stdout).toContain('pod/unready');
    expect(stdout).not.toContain('pod/crashing');
  });

  it('says that nothing changes, with exit code 0', async () => {
    const { code, stdout } = await probelab(['diff', 'scenarios/kubernetes/http-liveness.yaml']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: no difference between kubelet 1\.34 and 1\.36\n$/);
  });

  it('gives the differences as JSON', async () => {
    const { code, stdout } = await probelab(['diff', RESTART, '-o', 'json']);
    expect(code).toBe(1);
    const { kubelet, files } = JSON.parse(stdout);
    expect(kubelet).toEqual(['1.34', '1.36']);
    expect(files[0].differences).toContainEqual(expect.objectContaining({ subject: 'pod/ready', what: 'status' }));
  });

  it.each([
    [['--runtimes', 'docker'], '--runtimes needs two runtimes, not "docker". Such as virtual..docker'],
    [['--runtimes', 'virtual..docker', '--kubelet', '1.34..1.36'], 'give --kubelet or --runtimes, not both'],
    [['--runtimes', 'virtual..docker', '--tolerance', 'soon'], '--tolerance needs a duration'],
    [['--tolerance', '1s'], '--tolerance is for --runtimes'],
  ])('refuses %j', async (args, text) => {
    const { code, stdout, stderr } = await probelab(['diff', ...args, RESTART]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain(text);
  });

  it('leaves out what one of the runtimes cannot play', async () => {
    const { code, stderr } = await probelab(['diff', '--runtimes', 'virtual..docker', VIRTUAL_ONLY]);
    expect(code).toBe(64);
    expect(stderr).toContain('cannot be played on virtual and docker. The scenario says so in spec.runtimes.');
  });

  it('of one runtime with itself: no difference, and no skew', async () => {
    const { code, stdout } = await probelab(['diff', '--runtimes', 'virtual..virtual', RESTART]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/: no difference between virtual and virtual\n$/);
  });

  it('refuses versions that are not modelled', async () => {
    const { code, stderr } = await probelab(['diff', '--kubelet', '1.2..1.36', RESTART]);
    expect(code).toBe(64);
    expect(stderr).toContain('1.34, 1.36');
  });
});
