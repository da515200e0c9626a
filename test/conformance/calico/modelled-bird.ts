import { encodeEndOfRib, encodeKeepalive, encodeOpen } from '../../../sim/programs/calico/bird/bgp-messages.ts';
import type { ProgramHost, TcpConnection } from '../../../sim/programs/host.ts';

/** Where the peers of the recording's link listen in the pod of the model: from this port on, in the order of their rows. */
const PEER_PORTS = 1000;
/** How long BIRD has before the probe looks. */
export const SETTLE_MS = 9000;

const OPEN = encodeOpen({ as: 64_512, holdTime: 240, routerId: '10.65.0.99', gracefulRestart: true });
const encoder = new TextEncoder();

/** What is at the other end of a recorded row: nobody, a host without BGP, or one that does this with a connection. */
type Behaviour = 'absent' | 'refuses' | ((connection: TcpConnection) => void);

interface RecordedPeer {
  name: string;
  neighbor: string;
  /** Where the peer listens in its own words, if not at 179. */
  port: string | undefined;
  state: string;
  down: boolean;
  behaviour: Behaviour;
}

/** The hosts of a recorded table: each does what its row shows. */
export class RecordedLink {
  readonly #peers: readonly RecordedPeer[];
  readonly #status: string;

  constructor(rows: readonly string[] = [], status = '') {
    this.#status = status;
    this.#peers = recordedPeers(rows, status);
  }

  /** Where a connection of the node under test to a host of the link goes. */
  endpoint(ip: string, podIP: string): { ip: string; port: number } | 'refused' | undefined {
    const index = this.#peers.findIndex(({ neighbor }) => neighbor === ip);
    const behaviour = this.#peers[index]?.behaviour ?? 'absent';
    if (behaviour === 'absent') return undefined;
    return behaviour === 'refuses' ? 'refused' : { ip: podIP, port: PEER_PORTS + index };
  }

  /** Starts the modelled BIRD with the peers of the table, and those peers. */
  start(host: ProgramHost): void {
    for (const [index, { behaviour }] of this.#peers.entries()) {
      if (typeof behaviour === 'string') continue;
      host.listenTcp({ port: PEER_PORTS + index }, { onConnection: behaviour });
    }
    const template = `template bgp t { local as 64512; graceful restart; connect delay time 2; connect retry time 5; error wait time 5,30; }`;
    const config = `router id 10.65.0.1;\nprotocol device {}\n${template}\n${this.#peers.map(block).join('')}`;
    host.files.write('/bird.cfg', encoder.encode(config));
    const socket = '/var/run/calico/bird.ctl';
    // Without -R there is no recovery that could be seen.
    const restarts = this.#status.includes('0024') ? ['-R'] : [];
    host.spawn({ command: ['/bird', '-c', '/bird.cfg', '-s', socket, ...restarts], output: () => {}, ended: () => {} });
    for (const { name } of this.#peers.filter(({ down }) => down)) {
      host.clock.setTimeout(() => host.exec(['/bin/birdcl', '-s', socket, 'disable', name], () => {}), 1000);
    }
  }
}

function recordedPeers(rows: readonly string[], status: string): RecordedPeer[] {
  const cells = rows.map((row) => row.trim().split(/\s+/));
  // A recovery waits for peers that are not up, and for the routes of so many that are.
  const waiting = Number(/Waiting for (\d+) protocols/.exec(status)?.[1] ?? 0);
  const missing = cells.filter(([, , , state, , info]) => info !== 'Established' && state !== 'down').length;
  let withoutRoutes = waiting - missing;
  return cells.map(([name = '', , , protocol, , state = '', ...words], index) => {
    const match = /^(?:Mesh|Global|Node)_(\d+_\d+_\d+_\d+)(?:_port_(\d+))?$/.exec(name);
    const routes = state !== 'Established' || withoutRoutes-- <= 0;
    return {
      name,
      // A name that is no address says nothing of where its peer was.
      neighbor: match?.[1]?.replaceAll('_', '.') ?? `10.65.0.${200 + index}`,
      port: match?.[2],
      state,
      down: protocol === 'down',
      behaviour: behaviourOf(state, words.join(' '), routes),
    };
  });
}

/** A host whose peer comes to stand in such a row. */
function behaviourOf(state: string, error: string, routes: boolean): Behaviour {
  if (error === 'Socket: Connection refused') return 'refuses';
  if (state === 'Established') return (connection) => establish(connection, routes);
  if (state === 'OpenConfirm') return (connection) => connection.send(OPEN);
  if (state === 'OpenSent') return () => {};
  if (error !== '' && error !== 'Socket: No route to host') return (connection) => connection.close();
  return 'absent';
}

function establish(connection: TcpConnection, routes: boolean): void {
  connection.send(OPEN);
  let established = false;
  connection.onData(() => {
    connection.send(encodeKeepalive());
    if (!established && routes) connection.send(encodeEndOfRib());
    established = true;
  });
}

function block({ name, neighbor, port, state }: RecordedPeer): string {
  const at = port === undefined ? '' : ` port ${port}`;
  return `protocol bgp ${name} from t { neighbor ${neighbor}${at} as 64512;${state === 'Passive' ? ' passive on;' : ''} }\n`;
}
