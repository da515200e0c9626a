import { networkInterfaces } from 'node:os';
import type Dockerode from 'dockerode';
import { LabError } from '../../sim/core/errors.ts';
import { engineMessage } from './engine.ts';
import { LABEL, type OwnerLabels } from './owner.ts';

/**
 * Creates the run's network with a free pod range `10.244.N.0/24`. Runs that start at the same moment may pick the
 * same: the engine refuses the second, which takes the next.
 * @throws LabError NO_FREE_SUBNET when none of the 256 is free.
 */
export async function createRunNetwork(
  docker: Dockerode,
  labels: OwnerLabels,
): Promise<{ id: string; subnet: string; gateway: string }> {
  const taken = await takenRanges(docker);
  for (let n = 0; n < 256; n++) {
    const subnet = `10.244.${n}.0/24`;
    if (taken.some((range) => overlaps(range, subnet))) continue;
    const gateway = `10.244.${n}.1`;
    try {
      const network = await docker.createNetwork({
        Name: `probelab-${labels[LABEL.run]}`,
        CheckDuplicate: true,
        Driver: 'bridge',
        Labels: { ...labels },
        IPAM: { Driver: 'default', Config: [{ Subnet: subnet, Gateway: gateway }] },
      });
      return { id: network.id, subnet, gateway };
    } catch (error) {
      if (!/overlap|in use|conflict/i.test(engineMessage(error))) throw error;
    }
  }
  throw new LabError('NO_FREE_SUBNET', 'No range 10.244.N.0/24 is free for the pod network.', {
    hint: 'Remove networks that nobody uses: probelab clean, docker network prune.',
  });
}

async function takenRanges(docker: Dockerode): Promise<string[]> {
  const networks = await docker.listNetworks();
  const ranges = networks.flatMap((network) => (network.IPAM?.Config ?? []).map((config) => config.Subnet ?? ''));
  for (const addresses of Object.values(networkInterfaces())) {
    for (const address of addresses ?? []) if (address.family === 'IPv4' && address.cidr) ranges.push(address.cidr);
  }
  return ranges.filter((range) => /^\d+\.\d+\.\d+\.\d+\/\d+$/.test(range));
}

/** Do two IPv4 ranges share an address? */
export function overlaps(a: string, b: string): boolean {
  const [first, second] = [range(a), range(b)];
  return first.from <= second.to && second.from <= first.to;
}

function range(cidr: string): { from: number; to: number } {
  const [address = '', bits = '32'] = cidr.split('/');
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const from = Math.floor(value / size) * size;
  return { from, to: from + size - 1 };
}
