import { encodeEndOfRib, encodeKeepalive, encodeOpen } from '../../../sim/programs/calico/bird/bgp-messages.ts';
import type { ProgramHost, TcpConnection } from '../../../sim/programs/host.ts';

/** Where the peers of the recording's link listen in the pod of the model: their port is 1000 and their address' last number. */
const PEER_PORTS = 1000;
/** How long BIRD has before the probe looks. */
export const SETTLE_MS = 9000;

const OPEN = encodeOpen({ as: 64_512, holdTime: 240, routerId: '10.65.0.99', gracefulRestart: true });
const encoder = new TextEncoder();

/** How port 179 of a host behaves. Hosts that are not here are absent. */
const HOSTS: Readonly<Record<string, 'refuses' | ((connection: TcpConnection) => void)>> = {
  '10.65.0.2': (connection) => {
    connection.send(OPEN);
    let established = false;
    connection.onData(() => {
      connection.send(encodeKeepalive());
      if (!established) connection.send(encodeEndOfRib());
      established = true;
    });
  },
  '10.65.0.31': () => {},
  '10.65.0.33': 'refuses',
  '10.65.0.35': (connection) => connection.send(OPEN),
};

/** Where a connection of the node under test to a host of the link goes. */
export function peerEndpoint(ip: string, podIP: string): { ip: string; port: number } | 'refused' | undefined {
  const host = HOSTS[ip];
  if (host === undefined) return undefined;
  return host === 'refuses' ? 'refused' : { ip: podIP, port: PEER_PORTS + Number(ip.split('.')[3]) };
}

/** The modelled BIRD with the peers of a recorded table, and those peers. */
export function startBird(host: ProgramHost, rows: readonly string[], status: string): void {
  for (const [ip, behaviour] of Object.entries(HOSTS)) {
    if (behaviour === 'refuses') continue;
    host.listenTcp({ port: PEER_PORTS + Number(ip.split('.')[3]) }, { onConnection: behaviour });
  }
  const template = `template bgp t { local as 64512; graceful restart; connect delay time 2; connect retry time 5; error wait time 5,30; }`;
  const config = `router id 10.65.0.1;\nprotocol device {}\n${template}\n${rows.map(block).join('')}`;
  host.files.write('/bird.cfg', encoder.encode(config));
  const socket = '/var/run/calico/bird.ctl';
  // Without -R there is no recovery that could be seen.
  const restarts = status.includes('0024') ? ['-R'] : [];
  host.spawn({ command: ['/bird', '-c', '/bird.cfg', '-s', socket, ...restarts], output: () => {}, ended: () => {} });
  for (const row of rows.filter((one) => / down /.test(one))) {
    host.clock.setTimeout(() => {
      host.exec(['/bin/birdcl', '-s', socket, 'disable', row.trim().split(/\s+/)[0] ?? ''], () => {});
    }, 1000);
  }
}

/** A protocol of a recorded row; one whose name is no address has the host that refuses. */
function block(row: string): string {
  const [name = '', , , , , state] = row.trim().split(/\s+/);
  const match = /^(?:Mesh|Global|Node)_(\d+_\d+_\d+_\d+)(?:_port_(\d+))?$/.exec(name);
  const neighbor = match?.[1]?.replaceAll('_', '.') ?? '10.65.0.33';
  const port = match?.[2] === undefined ? '' : ` port ${match[2]}`;
  return `protocol bgp ${name} from t { neighbor ${neighbor}${port} as 64512;${state === 'Passive' ? ' passive on;' : ''} }\n`;
}
