import { KUBELET_PROFILES } from '../../sim/kubelet/profiles.ts';
import { EXIT } from '../exit-codes.ts';
import { parseTargets } from '../output/targets.ts';
import { out } from '../streams.ts';
import { version } from '../version.ts';

/** `probelab version`: this tool and what it models. */
export function versionCommand(options: { output: string[] }): number {
  const [target] = parseTargets(options.output, ['table', 'json']);
  const versions = { probelab: version(), node: process.version, kubelet: Object.keys(KUBELET_PROFILES) };
  if (target?.format === 'json') out(`${JSON.stringify(versions, null, 2)}\n`);
  else out(`probelab ${versions.probelab}\nnode ${versions.node}\nkubelet ${versions.kubelet.join(', ')} (modelled)\n`);
  return EXIT.ok;
}
