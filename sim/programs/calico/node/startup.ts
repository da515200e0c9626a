import type { Program, ProgramHost } from '../../host.ts';
import { calicoLog } from '../go-log.ts';
import { datastoreOf } from './datastore-client.ts';

const RETRY_MS = 1000;

/** The node's name in Calico. Models node/pkg/lifecycle/utils DetermineNodeName. */
export function nodeName(env: ProgramHost['env']): string {
  return (env.NODENAME || env.HOSTNAME || 'node').trim().toLowerCase();
}

/** The node's address: IP as it stands there, or what is found (the pod's own). */
export function nodeIP(host: ProgramHost): string {
  const given = (host.env.IP ?? '').replace(/\/\d+$/, '');
  return given === '' || given === 'autodetect' ? host.podIP : given;
}

/**
 * `calico-node -startup`: chooses the node's address, puts the node into the datastore, writes nodename. Waits for the
 * datastore with WAIT_FOR_DATASTORE=true, else fails with it.
 * Models projectcalico/calico node/pkg/lifecycle/startup/startup.go.
 */
export const startup = (): Program => (host) => {
  const log = calicoLog(host);
  const name = nodeName(host.env);
  const ip = nodeIP(host);
  const attempt = (): void => {
    datastoreOf(host).register({ name, ip, as: Number(host.env.AS || 64_512) }, (answer) => {
      if (!('error' in answer)) {
        log('INFO', 'startup/startup.go 468', `Using node name: ${name}`);
        log('INFO', 'startup/startup.go 571', `Using IPv4 address ${ip}`);
        host.files.write('/var/lib/calico/nodename', new TextEncoder().encode(name));
        host.exit(0);
      } else if (answer.error.startsWith('Calico node')) {
        log('WARNING', 'startup/startup.go 1102', answer.error);
        log('ERROR', 'startup/startup.go 172', 'Terminating');
        host.exit(1);
      } else if (host.env.WAIT_FOR_DATASTORE === 'true') {
        log('INFO', 'startup/startup.go 449', `Failed to reach datastore error=${JSON.stringify(answer.error)}`);
        host.clock.setTimeout(attempt, RETRY_MS);
      } else {
        log('ERROR', 'startup/startup.go 162', `Unable to reach datastore: ${answer.error}`);
        host.exit(1);
      }
    });
  };
  // Reading the configuration and looking for addresses takes a moment.
  host.clock.setTimeout(attempt, 100);
  host.onSignal('SIGTERM', () => host.exit(143));
};
