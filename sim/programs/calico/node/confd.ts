import type { Program } from '../../host.ts';
import { calicoLog } from '../go-log.ts';
import { bird6Config, birdConfig } from './bird-template.ts';
import { datastoreOf } from './datastore-client.ts';
import { nodeIP, nodeName } from './startup.ts';

const CONFIG = '/etc/calico/confd/config';
/** Until its caches are in sync. */
const FIRST_MS = 900;
const POLL_MS = 1000;

/**
 * `calico-node -confd`: writes BIRD's configuration from the datastore, first a second after its start, and tells BIRD with
 * `sv hup bird`; when that fails, nobody hears of it. The datastore is asked every second where the real one watches.
 * Models projectcalico/calico confd.
 */
export const confd = (): Program => (host) => {
  const log = calicoLog(host);
  const self = { name: nodeName(host.env), ip: nodeIP(host), as: Number(host.env.AS || 64_512) };
  const datastore = datastoreOf(host);
  const write = (name: string, text: string): void => {
    const path = `${CONFIG}/${name}.cfg`;
    const before = host.files.read(path);
    if (before !== undefined && new TextDecoder().decode(before) === text) return;
    host.files.write(path, new TextEncoder().encode(text));
    log('INFO', 'confd/resource.go 278', `Target config ${path} has been updated due to change in key: `);
    host.exec(['sv', 'hup', name], () => {});
  };
  const render = (): void => {
    datastore.state((answer) => {
      if ('error' in answer) log('WARNING', 'confd/client.go 1036', `Unable to read the datastore: ${answer.error}`);
      else {
        write('bird6', bird6Config(self.ip));
        write('bird', birdConfig(answer.value, self));
      }
      host.clock.setTimeout(render, POLL_MS);
    });
  };
  host.clock.setTimeout(render, FIRST_MS);
  host.onSignal('SIGTERM', () => host.exit(0));
};
