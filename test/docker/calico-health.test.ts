import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HealthCase, masked } from '../conformance/calico/health-case.ts';
import { readCases } from '../conformance/golden.ts';
import { RealNode } from './calico/real-node.ts';
import { describeDocker, ensureImages } from './engine.ts';

const FILE = new URL('../golden/calico/health.jsonl', import.meta.url).pathname;

/** Recorded with a real BIRD or runit, in a state that can be set up here: not another BIRD, not IPv6, not felix. */
function isReal({ name, setup }: HealthCase): boolean {
  if (setup.felix !== undefined || setup.socketScript !== undefined || setup.rows !== undefined) return false;
  // A table that stays for less than a second, and a timeline, cannot be met again.
  if (/^(?:gr-wait|sv-confd-crashloop|calicobird|bird2)/.test(name)) return false;
  return setup.birdRows !== undefined || setup.svStatus !== undefined || name === 'bird-sigstop-ready';
}

const cases = Map.groupBy(readCases<HealthCase>(FILE).filter(isReal), ({ name }) => name);

describeDocker('calico-node health, real BIRD and runit', () => {
  const node = new RealNode(`probelab-calico-${process.pid}`);
  beforeAll(async () => {
    await ensureImages(['calico-node', 'net']);
    await node.start();
  }, 300_000);
  afterAll(() => node.stop(), 60_000);

  it('has cases', () => expect(cases.size).toBeGreaterThan(20));

  it.each([...cases.keys()])('%s', { timeout: 120_000, retry: 1 }, async (name) => {
    const [first, ...rest] = cases.get(name) ?? [];
    if (first === undefined) throw new Error('no case');
    await node.setUp(first);
    for (const item of [first, ...rest]) {
      const { exitCode, stdout, stderr } = await node.probe(item);
      const got = item.exitCode === null && exitCode === -1 ? null : exitCode;
      expect({ version: item.version, exitCode: got, stdout: masked(stdout), stderr: masked(stderr) }).toEqual({
        version: item.version,
        exitCode: item.exitCode,
        stdout: masked(item.stdout),
        stderr: masked(item.stderr),
      });
      if (item.exitCode === null) await node.sh("signal KILL '/bin/birdcl *'; signal KILL '*/node *'");
    }
  });
});
