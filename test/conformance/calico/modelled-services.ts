import { superviseAll } from '../../../sim/programs/calico/runit/runsvdir.ts';
import type { ProgramHost } from '../../../sim/programs/host.ts';
import type { HealthCase } from './health-case.ts';
import { SETTLE_MS } from './modelled-bird.ts';

const ENABLED = '/etc/service/enabled';
const BIRD = '/bird -c /bird.cfg -s /var/run/calico/bird.ctl';
const encoder = new TextEncoder();

/** Services under the modelled runit, in the states that `sv status` was recorded with. */
export function startServices(host: ProgramHost, { setup, setupWords }: HealthCase): void {
  const state = (service: string) => setup.svStatus?.[service]?.stdout ?? '';
  const write = (path: string, text: string) => host.files.write(path, encoder.encode(text));
  const sv = (command: string, service: string) => host.exec(['sv', command, `${ENABLED}/${service}`], () => {});
  write('/bird.cfg', 'router id 10.65.0.1;\nprotocol device {}\n');
  for (const service of ['confd', 'bird', 'bird6']) {
    if (/^(?:fail|$)/.test(state(service))) continue;
    const run = /want up/.test(state(service)) ? '/dies' : service === 'confd' ? '/steady' : BIRD;
    write(`${ENABLED}/${service}/run`, `#!/bin/sh\nexec ${run}\n`);
    if (/^finish/.test(state(service))) write(`${ENABLED}/${service}/finish`, '#!/bin/sh\nexec /steady\n');
  }
  if (!/^warning/.test(state('confd'))) superviseAll(host, ENABLED);
  host.clock.setTimeout(() => {
    for (const service of ['confd', 'bird', 'bird6']) {
      if (/^down/.test(state(service)) && !/want up/.test(state(service))) sv('down', service);
      if (/^finish/.test(state(service))) sv('term', service);
    }
    if (/SIGSTOP|process stopped/.test(setupWords)) sv('pause', 'bird');
    if (/just killed|killed with SIGKILL/.test(setupWords)) sv('kill', 'bird');
  }, SETTLE_MS - 500);
}
