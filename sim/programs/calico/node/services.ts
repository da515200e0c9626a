import type { ProgramHost } from '../../host.ts';

export const AVAILABLE = '/etc/service/available';
export const ENABLED = '/etc/service/enabled';

/** What each service's run script executes, as in calico/node's image. */
const COMMANDS: Readonly<Record<string, string>> = {
  felix: 'calico-node -felix',
  bird: 'bird -R -s /var/run/calico/bird.ctl -d -c /etc/calico/confd/config/bird.cfg',
  bird6: 'bird6 -R -s /var/run/calico/bird6.ctl -d -c /etc/calico/confd/config/bird6.cfg',
  confd: 'calico-node -confd',
  'monitor-addresses': 'calico-node -monitor-addresses',
  'allocate-tunnel-addrs': 'calico-node -allocate-tunnel-addrs',
  'node-status-reporter': 'calico-node -status-reporter',
  cni: 'calico-node -monitor-token',
};

/** Run scripts by path below the image's root. */
export function runScripts(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(COMMANDS).map(([name, command]) => [
      `${AVAILABLE}/${name}/run`,
      `#!/bin/sh\nexec 2>&1\nexec ${command}\n`,
    ]),
  );
}

/** Which services rc.local enables. Models projectcalico/calico node/filesystem/etc/rc.local. */
export function enabledServices(env: ProgramHost['env']): string[] {
  const { CALICO_NETWORKING_BACKEND: backend = 'bird' } = env;
  const services = ['monitor-addresses', 'allocate-tunnel-addrs', 'node-status-reporter'];
  if (env.CALICO_DISABLE_FELIX !== 'true') services.push('felix');
  if (backend !== 'none' && backend !== 'vxlan') services.push('bird', 'bird6', 'confd');
  if (env.CALICO_MANAGE_CNI !== 'false') services.push('cni');
  return services;
}
