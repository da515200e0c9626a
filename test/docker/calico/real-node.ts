import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeOpen } from '../../../sim/programs/calico/bird/bgp-messages.ts';
import { type HealthCase, masked } from '../../conformance/calico/health-case.ts';
import { type CommandOutcome, docker, dockerOk } from './docker-command.ts';
import { createLink, removeLink } from './link.ts';
import { until } from './until.ts';

const IMAGE = 'calico/node:v3.23.5';
const SOCKET = '/var/run/calico/bird.ctl';
const ENABLED = '/etc/service/enabled';

/** Hosts of the recording's link: who is there, and how port 179 of it behaves. Others are absent. */
const HOSTS: Readonly<Record<string, readonly string[]>> = {
  '10.65.0.2': [IMAGE, 'sh', '-c', `mkdir -p /var/run/calico; exec bird -d -c /peer.cfg -s ${SOCKET}`],
  '10.65.0.33': [IMAGE, 'sleep', 'infinity'],
  '10.65.0.34': ['probelab/net:1', 'sh', '-c', 'iptables -A INPUT -p tcp --dport 179 -j DROP; exec sleep infinity'],
  '10.65.0.31': [IMAGE, '/opt/probelab/bin/node', '-e', 'require("net").createServer(() => {}).listen(179)'],
  '10.65.0.35': [IMAGE, '/opt/probelab/bin/node', '-e', sendsOpenOnly('10.65.0.35')],
};

/** `signal KILL 'bird *'`: to every process whose command line fits; the image has no pkill. */
const SIGNAL = `signal() { for p in /proc/[0-9]*; do c=$(tr '\\0' ' ' 2>/dev/null < $p/cmdline); case "$c" in $2) kill -$1 \${p#/proc/};; esac; done; }
`;

const TEMPLATE = `template bgp t {
  local as 64512; multihop; graceful restart; import all; export all;
  connect delay time 2; connect retry time 5; error wait time 5,30;
}
`;

const STAMP_CUT_MS = 950;

/** A node under test at 10.65.0.1 with real BIRD and runit, and the hosts of its link. */
export class RealNode {
  readonly #name: string;
  #container = '';

  constructor(name: string) {
    this.#name = name;
  }

  async start(): Promise<void> {
    await createLink(this.#name);
    this.#container = await this.#run('10.65.0.1', [IMAGE, 'sleep', 'infinity']);
    for (const [ip, command] of Object.entries(HOSTS)) {
      if (ip !== '10.65.0.2') await this.#run(ip, command);
    }
    const peer = await this.#create('10.65.0.2', HOSTS['10.65.0.2'] ?? []);
    const config = `router id 10.65.0.2;\nprotocol device {}\n${TEMPLATE}protocol bgp a from t { neighbor 10.65.0.1 as 64512; source address 10.65.0.2; passive on; }\n`;
    await this.#copy(peer, '/peer.cfg', config);
    await dockerOk('start', peer);
  }

  async stop(): Promise<void> {
    await removeLink(this.#name);
  }

  async sh(script: string): Promise<CommandOutcome> {
    return docker(['exec', this.#container, 'sh', '-c', `${SIGNAL}${script}`]);
  }

  /** Brings the node into the state that a case was recorded in. */
  async setUp(item: HealthCase): Promise<void> {
    const { setup, setupWords } = item;
    await this.sh(
      `for what in 'runsvdir *' 'runsv *' 'bird *' 'sleep 987*'; do signal KILL "$what"; done; sleep 0.2; rm -rf ${ENABLED} /var/run/calico/* /var/lib/calico/nodename; ln -sf /usr/sbin/birdc /bin/birdcl`,
    );
    if (setup.svStatus !== undefined) await this.#services(setup.svStatus, setupWords);
    else {
      const rows = setup.birdRows ?? ['Mesh_10_65_0_2 BGP      master   up     10:00:00    Established'];
      await this.#bird(rows, setup.birdStatus);
      if (/SIGSTOP/.test(setupWords)) await this.sh("signal STOP 'bird *'");
    }
    if (/no \S*birdcl/.test(setupWords)) await this.sh('rm -f /bin/birdcl');
  }

  async probe(item: HealthCase): Promise<CommandOutcome> {
    const env = Object.entries({ ...item.env, CALICO_NODE_VERSION: item.version }).flatMap(([name, value]) => [
      '-e',
      `${name}=${value}`,
    ]);
    // The file gets its age in the moment that the command begins: some cases are a second from their threshold.
    const script = `${nodename(item.setup.nodename)}; exec "$0" "$@"`;
    const command = ['sh', '-c', script, '/bin/calico-node', ...item.argv.slice(1)];
    const timeoutMs = item.exitCode === null ? 5000 : 40_000;
    return docker(['exec', ...env, this.#container, ...command], { timeoutMs });
  }

  /** BIRD with the peers of a table, waited for until it shows the same. */
  async #bird(rows: readonly string[], status = ''): Promise<void> {
    const restarts = status.includes('0024');
    const blocks = rows.map(block).join('');
    const config = `router id 10.65.0.1;\nprotocol device {}\n${TEMPLATE}${blocks}`;
    await this.#copy(this.#container, '/bird.cfg', config);
    await this.sh(`bird ${restarts ? '-R ' : ''}-c /bird.cfg -s ${SOCKET}`);
    const down = rows.filter((row) => / down /.test(row));
    for (const row of down) await this.sh(`birdc -s ${SOCKET} disable ${row.trim().split(/\s+/)[0]}`);
    const wanted = rows.map((row) => /Established/.test(row)).sort();
    await until(async () => {
      const { stdout } = await this.sh(`birdc -s ${SOCKET} show protocols; birdc -s ${SOCKET} show status`);
      const seen = stdout.split('\n').filter((row) => / BGP /.test(row));
      const up = seen.map((row) => /Established/.test(row)).sort();
      return String(up) === String(wanted) && stdout.includes('Graceful restart recovery') === restarts;
    });
  }

  /** Services in the states that `sv status` was recorded with. */
  async #services(recorded: NonNullable<HealthCase['setup']['svStatus']>, words: string): Promise<void> {
    await this.#copy(this.#container, '/bird.cfg', `router id 10.65.0.1;\nprotocol device {}\n`);
    const scripts: string[] = [];
    const state = (service: string) => recorded[service]?.stdout ?? '';
    for (const service of ['confd', 'bird']) {
      if (/^fail/.test(state(service))) continue;
      const run = service === 'bird' ? `exec bird -d -c /bird.cfg -s ${SOCKET}` : 'exec sleep 987';
      const crashes = /want up/.test(state(service)) && !/not executable/.test(words);
      scripts.push(`mkdir -p ${ENABLED}/${service}`);
      scripts.push(`printf '#!/bin/sh\\n${crashes ? 'exit 1' : run}\\n' > ${ENABLED}/${service}/run`);
      if (!/not executable/.test(words) || service === 'bird') scripts.push(`chmod +x ${ENABLED}/${service}/run`);
      if (/^finish/.test(state(service))) {
        scripts.push(
          `printf '#!/bin/sh\\nexec sleep 987\\n' > ${ENABLED}/${service}/finish; chmod +x ${ENABLED}/${service}/finish`,
        );
      }
    }
    await this.sh(scripts.join('; '));
    if (/^warning/.test(state('confd'))) return;
    await docker(['exec', '-d', this.#container, 'runsvdir', '-P', ENABLED]);
    await until(async () => (await this.sh(`sv status ${ENABLED}/confd ${ENABLED}/bird`)).exitCode === 0);
    await this.#birdAnswers();
    for (const service of ['confd', 'bird']) {
      if (/^down/.test(state(service)) && !/want up/.test(state(service)))
        await this.sh(`sv down ${ENABLED}/${service}`);
      if (/^finish/.test(state(service))) await this.sh(`sv term ${ENABLED}/${service}`);
    }
    if (/just killed|killed with SIGKILL/.test(words)) {
      await this.sh("signal KILL 'bird *'");
      await this.#birdAnswers();
    }
    if (/process stopped/.test(words)) await this.sh("signal STOP 'bird *'");
    for (const service of ['confd', 'bird']) {
      await until(async () => {
        const { stdout } = await this.sh(`sv status ${ENABLED}/${service}`);
        return masked(stdout) === masked(state(service));
      });
    }
  }

  #birdAnswers(): Promise<void> {
    return until(async () => (await this.sh(`birdc -s ${SOCKET} show status`)).exitCode === 0);
  }

  async #run(ip: string, command: readonly string[]): Promise<string> {
    const container = await this.#create(ip, command);
    await dockerOk('start', container);
    return container;
  }

  async #create(ip: string, [image = '', program = '', ...args]: readonly string[]): Promise<string> {
    const options = ['--network', this.#name, '--ip', ip, '--cap-add', 'NET_ADMIN', '--init', '--entrypoint', program];
    return (await dockerOk('create', ...options, image, ...args)).trim();
  }

  async #copy(container: string, path: string, content: string): Promise<void> {
    const encoded = Buffer.from(content).toString('base64');
    const running = (await dockerOk('inspect', '-f', '{{.State.Running}}', container)).trim() === 'true';
    if (running) await dockerOk('exec', container, 'sh', '-c', `echo ${encoded} | base64 -d > ${path}`);
    else {
      const folder = await mkdtemp(join(tmpdir(), 'calico-'));
      await writeFile(`${folder}/file`, content);
      await dockerOk('cp', `${folder}/file`, `${container}:${path}`);
      await rm(folder, { recursive: true });
    }
  }
}

/** A BGP protocol of a recorded row: the neighbor stands in its name, or (another name) is a host that refuses. */
function block(row: string): string {
  const [name = '', , , , , state] = row.trim().split(/\s+/);
  const match = /^(?:Mesh|Global|Node)_(\d+_\d+_\d+_\d+)(?:_port_(\d+))?$/.exec(name);
  const neighbor = match?.[1]?.replaceAll('_', '.') ?? '10.65.0.33';
  const port = match?.[2] === undefined ? '' : ` port ${match[2]}`;
  const passive = state === 'Passive' ? ' passive on;' : '';
  return `protocol bgp ${name} from t { neighbor ${neighbor}${port} as 64512; source address 10.65.0.1;${passive} }\n`;
}

function nodename(words = '3600 s old'): string {
  const path = '/var/lib/calico/nodename';
  if (words === 'absent') return 'true';
  if (words === 'directory') return `mkdir -p ${path}`;
  const seconds = Number(/^(\d+) s/.exec(words)?.[1] ?? 0);
  // The recorder's stamp was cut to a whole second, so a file is up to a second older than its words say.
  const ageMs = (words.endsWith('future') ? -seconds : seconds) * 1000 + STAMP_CUT_MS;
  return `echo a > ${path}; at=$(($(date +%s%3N) - ${ageMs})); touch -d "@$((at / 1000)).$(printf %03d $((at % 1000)))" ${path}`;
}

function sendsOpenOnly(routerId: string): string {
  const open = [...encodeOpen({ as: 64_512, holdTime: 240, routerId, gracefulRestart: false })];
  return `require("net").createServer((s) => s.write(Buffer.from([${open}]))).listen(179)`;
}
