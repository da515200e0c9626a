import { logPeers, wallNow } from '../go-log.ts';
import type { BirdProblem } from './bird-socket.ts';
import { type BirdPeer, getPeers, restartInProgress } from './bird-table.ts';
import { type Check, type CheckContext, initial } from './check.ts';

const NODENAME = '/var/lib/calico/nodename';

/**
 * Readiness of BIRD. For the threshold's time after `nodename` was written every peer must be Established and no
 * graceful restart may be under way; later one peer is enough, and none at all is ready, too.
 * Models projectcalico/calico node/pkg/health/health.go checkBIRDReady.
 */
export function birdCheck(version: '4' | '6'): Check {
  const name = version === '4' ? 'BIRD' : 'BIRD6';
  return (context, done) => {
    const { host, profile } = context;
    const finish = (problem: string | undefined) =>
      done(problem === undefined ? undefined : `${name} is not ready: ${problem}`);
    const writtenAt = host.files.modifiedAt(NODENAME);
    if (writtenAt === undefined) {
      const failed = initial(profile, 'Failed to stat() nodename file');
      finish(`${failed}: stat ${NODENAME}: no such file or directory`);
      return;
    }
    getPeers(host, version, (answer) => {
      if ('problem' in answer) {
        tell(context, answer.problem, 'Error executing command: ', finish);
        return;
      }
      const strict = wallNow(host) - writtenAt < context.thresholdMs;
      judge(context, version, { peers: answer.value, strict }, finish);
    });
  };
}

function judge(
  context: CheckContext,
  version: '4' | '6',
  { peers, strict }: { peers: readonly BirdPeer[]; strict: boolean },
  finish: (problem: string | undefined) => void,
): void {
  const missing = peers.filter(({ state }) => state !== 'Established').map(({ ip }) => ip);
  const established = peers.length - missing.length;
  logPeers(context.host, context.profile, `Number of node(s) with BGP peering established = ${established}`);
  if (peers.length === 0 || (!strict && established > 0)) finish(undefined);
  else if (!strict || missing.length > 0) finish(`BGP not established with ${missing.join(',')}`);
  else {
    restartInProgress(context.host, version, (answer) => {
      if ('problem' in answer) tell(context, answer.problem, '', finish);
      else finish(answer.value ? 'graceful restart in progress' : undefined);
    });
  }
}

function tell(
  { profile, panic }: CheckContext,
  { kind, text }: BirdProblem,
  reading: string,
  finish: (problem: string) => void,
): void {
  if (kind === 'panic') panic(text);
  else if (kind === 'connect') finish(`${initial(profile, 'Error querying BIRD')}: ${text}`);
  else finish(initial(profile, reading) + text);
}
