import { Random } from '../../../sim/core/random.ts';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { bird } from '../../../sim/programs/calico/bird/bird.ts';
import { birdcl } from '../../../sim/programs/calico/bird/birdcl.ts';
import type { ChildProcess, Program, ProgramHost } from '../../../sim/programs/host.ts';
import { PLAIN_CONTAINER } from '../../../sim/runtime/plain-container.fixture.ts';
import type { RuntimeEvent } from '../../../sim/runtime/port.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';
import { type PeerDouble, peerDouble } from './birdctl-peers.ts';
import { type BirdctlRecording, shownBlocks, shownRow } from './birdctl-recording.ts';

const SOCKET = '/var/run/calico/bird.ctl';
/** The node on which it was recorded. */
const NODE_IP = '10.65.0.1';
/** From this port on the peers listen in the pod of the model. */
const PEER_PORTS = 1000;
/** What comes before BIRD: a pod and a container. */
const BEFORE_MS = 5000;
const POD = { podUID: 'pod', namespace: 'kube-system', podName: 'pod' };

/** As confd's template of Calico has it, with the filters of its names. */
const CALICO_CONFIG = `
protocol kernel { learn; persist; import all; export filter calico_kernel_programming; graceful restart; }
protocol device {}
protocol direct { interface "*"; }
template bgp t {
  description "Connection to BGP peer"; local as 64512; multihop; gateway recursive; import all;
  export filter calico_export_to_bgp_peers; add paths on; graceful restart;
  connect delay time 2; connect retry time 5; error wait time 5,30;
}`;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

interface Placed extends PeerDouble {
  name: string;
  neighbor: string;
  port179: number;
  at: number;
}

/** The modelled BIRD with the peers of a recording, started at the same moment of its second. */
export class BirdctlWorld {
  readonly #clock: VirtualClock;
  readonly #peers: readonly Placed[];
  readonly #recording: BirdctlRecording;
  readonly #events: RuntimeEvent[] = [];
  readonly #runtime: ReturnType<typeof createVirtualRuntime>;
  #host: ProgramHost | undefined;
  #bird: ChildProcess | undefined;
  #podIP = '';

  constructor(recording: BirdctlRecording, seed: number) {
    this.#recording = recording;
    this.#clock = new VirtualClock({ epochMs: recording.startedAt - BEFORE_MS });
    const waits = (name: string) =>
      recording.lines.some(({ row = '' }) => new RegExp(`^\\s*${name} .* wait `).test(row));
    this.#peers = [...recording.peers].map(([name, cause], index) => {
      const [, address, port] = /^[A-Z]\w+?_(\d+_\d+_\d+_\d+)(?:_port_(\d+))?$/.exec(name) ?? [];
      // A name that is no address: the recording may tell it elsewhere.
      const neighbor = address?.replaceAll('_', '.') ?? neighborOf(recording, name) ?? `10.65.0.${200 + index}`;
      return {
        ...peerDouble(cause, { routerId: neighbor, restarting: !waits(name) }),
        name,
        neighbor,
        port179: Number(port ?? 179),
        at: PEER_PORTS + index,
      };
    });
    const program = (made: Program) => ({ kind: 'program', program: made }) as const;
    this.#runtime = createVirtualRuntime({
      clock: this.#clock,
      random: new Random(seed),
      latencies: { exec: 2, fork: 1 },
      catalogue: () => ({
        names: [],
        entrypoint: ['/main'],
        sizeBytes: 1,
        shell: false,
        programs: {
          '/main': program((host) => this.#main(host)),
          '/bird': program(bird),
          '/bin/birdcl': program(birdcl),
          '/usr/sbin/iptables': { kind: 'native', name: 'iptables' },
        },
      }),
      services: { address: () => undefined, endpoint: (ip) => this.#endpoint(ip) },
    });
    this.#runtime.subscribe((event) => {
      this.#events.push(event);
      if (event.type === 'sandbox-ready') this.#podIP = event.ip;
      if (event.type === 'container-created') this.#runtime.startContainer({ id: 's', containerID: event.containerID });
    });
    this.#runtime.createSandbox({ ...POD, hostname: 'pod' });
    this.#clock.runUntil(1000);
    const container = { ...PLAIN_CONTAINER, ...POD, id: 'c', container: 'calico-node', image: 'calico-node' };
    this.#runtime.createContainer({ ...container, security: { addCapabilities: ['NET_ADMIN'], dropCapabilities: [] } });
    this.#clock.runUntil(BEFORE_MS);
  }

  /** Lets time pass until so many seconds after BIRD's start. */
  until(seconds: number): void {
    this.#clock.runUntil(Math.max(this.#clock.now(), BEFORE_MS + seconds * 1000));
  }

  get seconds(): number {
    return (this.#clock.now() - BEFORE_MS) / 1000;
  }

  /** A whole dialogue at the control socket; addresses are those of the recording. */
  ask(command: string | undefined): string {
    let text = '';
    this.#host?.dialUnix({ path: SOCKET }, (outcome) => {
      if (outcome.kind === 'failed') return;
      outcome.connection.onData((data) => {
        text += decoder.decode(data);
      });
      if (command !== undefined) outcome.connection.send(encoder.encode(command));
    });
    this.#clock.runUntil(this.#clock.now() + 5);
    return text.replaceAll(this.#podIP, NODE_IP);
  }

  rows(): ReadonlyMap<string, string> {
    const rows = this.ask('show protocols\n')
      .split('\n')
      .filter((line) => / BGP /.test(line));
    return new Map(rows.map((row) => [row.trim().split(/\s+/)[0] ?? '', shownRow(row)]));
  }

  /** What `show protocols all` tells of each, by name. */
  blocks(): ReadonlyMap<string, string> {
    return shownBlocks(this.ask('show protocols all\n'));
  }

  exec(argv: readonly string[]): string {
    let output = '';
    this.#host?.exec(argv, (outcome) => {
      output = outcome.stdout;
    });
    this.#clock.runUntil(this.#clock.now() + 50);
    return output.replaceAll(this.#podIP, NODE_IP);
  }

  /** Ends BIRD. Whether its socket is still there. */
  stop(): boolean {
    this.#bird?.signal('SIGTERM');
    this.#clock.runUntil(this.#clock.now() + 1000);
    return this.#host?.files.exists(SOCKET) ?? false;
  }

  #main(host: ProgramHost): void {
    this.#host = host;
    for (const { port, at } of this.#peers) {
      if (typeof port === 'function')
        host.listenTcp({ port: at }, { onConnection: (connection) => port(host, connection) });
      if (port === 'dropped')
        host.exec(['/usr/sbin/iptables', '-A', 'INPUT', '-p', 'tcp', '--dport', String(at), '-j', 'DROP'], () => {});
    }
    const { configFile } = this.#recording;
    const text = `router id ${NODE_IP};\n${CALICO_CONFIG}\n${this.#peers.map(block).join('')}`;
    host.files.write(configFile, encoder.encode(text));
    const command = ['/bird', '-R', '-s', SOCKET, '-c', configFile];
    host.clock.setTimeout(
      () => {
        this.#bird = host.spawn({ command, output: () => {}, ended: () => {} });
      },
      BEFORE_MS - host.clock.now() - 1,
    );
  }

  #endpoint(ip: string): { ip: string; port: number } | 'refused' | undefined {
    const peer = this.#peers.find(({ neighbor }) => neighbor === ip);
    if (peer === undefined || peer.port === 'absent' || peer.port === 'unreachable') return undefined;
    return peer.port === 'refuses' ? 'refused' : { ip: this.#podIP, port: peer.at };
  }
}

function neighborOf({ lines }: BirdctlRecording, name: string): string | undefined {
  const blocks = lines.flatMap(({ receive = '' }) => shownBlocks(receive).get(name) ?? []);
  return blocks.map((text) => /Neighbor address: (\S+)/.exec(text)?.[1]).find((found) => found !== undefined);
}

function block({ name, neighbor, port179, passive }: Placed): string {
  const port = port179 === 179 ? '' : ` port ${port179}`;
  return `protocol bgp ${name} from t { neighbor ${neighbor}${port} as 64512;${passive ? ' passive on;' : ''} }\n`;
}
