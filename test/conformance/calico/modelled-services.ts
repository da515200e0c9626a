import { superviseAll } from '../../../sim/programs/calico/runit/runsvdir.ts';
import type { ProgramHost } from '../../../sim/programs/host.ts';
import type { HealthCase } from './health-case.ts';
import { SETTLE_MS } from './modelled-bird.ts';

const ENABLED = '/etc/service/enabled';
const encoder = new TextEncoder();

/** Services under the modelled runit, in the states that `sv status` was recorded with. */
export function startServices(host: ProgramHost, { setup, setupWords }: HealthCase): void {
  const write = (path: string, text: string) => host.files.write(path, encoder.encode(text));
  const sv = (command: string, service: string) => host.exec(['sv', command, `${ENABLED}/${service}`], () => {});
  write('/bird.cfg', 'router id 10.65.0.1;\nprotocol device {}\n');
  const states = Object.entries(setup.svStatus ?? {})
    .map(([service, { stdout }]) => ({ service, state: stdout }))
    .filter(({ state }) => !/^(?:fail|$)/.test(state));
  for (const { service, state } of states) {
    write(`${ENABLED}/${service}/run`, `#!/bin/sh\nexec ${/want up/.test(state) ? '/dies' : program(service)}\n`);
    if (/normally down/.test(state) || /^down: \S+ \d+s$/m.test(state)) write(`${ENABLED}/${service}/down`, '');
    if (/^finish/.test(state)) write(`${ENABLED}/${service}/finish`, '#!/bin/sh\nexec /steady\n');
  }
  if (!states.some(({ state }) => /^warning/.test(state))) superviseAll(host, ENABLED);
  host.clock.setTimeout(() => {
    for (const { service, state } of states) {
      if (/^down/.test(state) && !/want up/.test(state)) sv('down', service);
      if (/^finish/.test(state)) sv('term', service);
      if (/normally down/.test(state)) sv('up', service);
      if (/paused/.test(state)) sv('pause', service);
    }
    if (/SIGSTOP|process stopped/.test(setupWords)) sv('pause', 'bird');
    if (/just killed|killed with SIGKILL/.test(setupWords)) sv('kill', 'bird');
  }, SETTLE_MS - 500);
}

function program(service: string): string {
  return /^bird/.test(service) ? `/bird -c /bird.cfg -s /var/run/calico/${service}.ctl` : '/steady';
}
