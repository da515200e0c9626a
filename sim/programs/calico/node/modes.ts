import type { Program } from '../../host.ts';
import type { CalicoModes } from '../calico-node.ts';
import { felix } from '../felix/felix.ts';
import { confd } from './confd.ts';
import { startup } from './startup.ts';

/** A part of the node whose work shows in no probe: it runs until it is told to stop. */
const idle: Program = (host) => {
  host.onSignal('SIGTERM', () => host.exit(0));
};

/** Asking the datastore and looking at the node's addresses, as recorded between nodename and the first service. */
const ONE_SHOT_MS = 700;

const once =
  (ms: number): Program =>
  (host) => {
    host.clock.setTimeout(() => host.exit(0), ms);
  };

const runsOnce = (name: string) => (): Program => (host) =>
  (host.args.includes(`-${name}`) || host.args.includes(`--${name}`) ? once(ONE_SHOT_MS) : idle)(host);

/** What calico-node is under each of its flags. */
export const CALICO_MODES: CalicoModes = {
  felix,
  startup,
  confd,
  'allocate-tunnel-addrs': runsOnce('allocate-tunnel-addrs-run-once'),
  'monitor-addresses': () => idle,
  'status-reporter': () => idle,
  'monitor-token': () => idle,
  'node-services': () => idle,
  shutdown: () => once(50),
  init: () => once(100),
  'hostpath-init': () => once(100),
  'complete-startup': () => once(100),
};
