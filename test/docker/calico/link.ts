import { docker, dockerOk } from './docker-command.ts';
import { until } from './until.ts';

/** Names the process that uses the link. */
const OWNER = 'dev.probelab.test.owner';
/** As long as the test of another process may take. */
const LINK_FREE_MS = 240_000;

/** The recording's link, which a machine has once: what a dead process left of it goes, a living one is waited for. */
export async function createLink(name: string): Promise<void> {
  await until(async () => {
    const options = ['--subnet', '10.65.0.0/24', '--gateway', '10.65.0.254', '--label', `${OWNER}=${process.pid}`];
    const { exitCode, stderr } = await docker(['network', 'create', ...options, name]);
    if (exitCode === 0) return true;
    if (!/overlap/.test(stderr)) throw new Error(stderr);
    const listed = await dockerOk(
      'network',
      'ls',
      '--filter',
      `label=${OWNER}`,
      '--format',
      `{{.Name}} {{.Label "${OWNER}"}}`,
    );
    for (const line of listed.split('\n').filter(Boolean)) {
      const [network = '', pid = ''] = line.split(' ');
      if (!isAlive(Number(pid))) await removeLink(network);
    }
    return false;
  }, LINK_FREE_MS);
}

/** With the hosts on it. */
export async function removeLink(network: string): Promise<void> {
  const containers = await dockerOk('ps', '--all', '--quiet', '--filter', `network=${network}`);
  const ids = containers.split('\n').filter(Boolean);
  if (ids.length > 0) await docker(['rm', '-f', ...ids]);
  await docker(['network', 'rm', network]);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
