import type { ProgramHost } from '../../host.ts';
import type { CalicoProfile } from '../profiles.ts';

export const AVAILABLE = '/etc/service/available';
export const ENABLED = '/etc/service/enabled';

type CommandLine = Pick<CalicoProfile, 'cli'>;

/** The command line of one of the node's parts: a flag of calico-node, or from master on a component of `calico`. */
export function partCommand({ cli }: CommandLine, part: string): string[] {
  return cli === 'flag' ? ['calico-node', `-${part}`] : ['calico', 'component', 'node', part];
}

/** What is done before services run, in turn. */
export function startupCommands(profile: CommandLine): string[][] {
  const tunnels = [...partCommand(profile, 'allocate-tunnel-addrs'), '-allocate-tunnel-addrs-run-once'];
  return [partCommand(profile, 'startup'), ...(profile.cli === 'flag' ? [tunnels] : [])];
}

/** What each service's run script executes, as in calico/node's image; master has one process for what no probe sees. */
function commands(profile: CommandLine): Readonly<Record<string, string>> {
  const part = (name: string) => partCommand(profile, name).join(' ');
  return {
    felix: part('felix'),
    bird: 'bird -R -s /var/run/calico/bird.ctl -d -c /etc/calico/confd/config/bird.cfg',
    bird6: 'bird6 -R -s /var/run/calico/bird6.ctl -d -c /etc/calico/confd/config/bird6.cfg',
    confd: part('confd'),
    ...(profile.cli === 'flag'
      ? {
          'monitor-addresses': part('monitor-addresses'),
          'allocate-tunnel-addrs': part('allocate-tunnel-addrs'),
          'node-status-reporter': part('status-reporter'),
          cni: part('monitor-token'),
        }
      : { 'node-services': part('node-services') }),
  };
}

/** Run scripts by path below the image's root. */
export function runScripts(profile: CommandLine): Record<string, string> {
  return Object.fromEntries(
    Object.entries(commands(profile)).map(([name, command]) => [
      `${AVAILABLE}/${name}/run`,
      `#!/bin/sh\nexec 2>&1\nexec ${command}\n`,
    ]),
  );
}

/** Services that rc.local enables whatever the environment says. */
export function commonServices({ cli }: CommandLine): string[] {
  return cli === 'flag' ? ['monitor-addresses', 'allocate-tunnel-addrs', 'node-status-reporter'] : ['node-services'];
}

/** Which services rc.local enables. Models projectcalico/calico node/filesystem/etc/rc.local. */
export function enabledServices(env: ProgramHost['env'], profile: CommandLine): string[] {
  const { CALICO_NETWORKING_BACKEND: backend = 'bird' } = env;
  const services = commonServices(profile);
  if (env.CALICO_DISABLE_FELIX !== 'true') services.push('felix');
  if (backend !== 'none' && backend !== 'vxlan') services.push('bird', 'bird6', 'confd');
  if (profile.cli === 'flag' && env.CALICO_MANAGE_CNI !== 'false') services.push('cni');
  return services;
}
