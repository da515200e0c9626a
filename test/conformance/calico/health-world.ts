import { Random } from '../../../sim/core/random.ts';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { bird } from '../../../sim/programs/calico/bird/bird.ts';
import { birdcl } from '../../../sim/programs/calico/bird/birdcl.ts';
import { calicoNode } from '../../../sim/programs/calico/calico-node.ts';
import { calicoProfile } from '../../../sim/programs/calico/profiles.ts';
import { sv } from '../../../sim/programs/calico/runit/sv.ts';
import type { ImageDescription } from '../../../sim/programs/catalogue/image.ts';
import type { Program, ProgramHost } from '../../../sim/programs/host.ts';
import { PLAIN_CONTAINER } from '../../../sim/runtime/plain-container.fixture.ts';
import type { RuntimeEvent } from '../../../sim/runtime/port.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';
import { birdDouble, birdWithRows, ESTABLISHED, scriptedSocket } from './bird-double.ts';
import { felixDouble } from './felix-double.ts';
import type { HealthCase } from './health-case.ts';
import { RecordedLink, SETTLE_MS } from './modelled-bird.ts';
import { startServices } from './modelled-services.ts';

/** The node on which the cases were recorded. */
const NODE_IP = '10.65.0.1';
const NAMESERVER = '10.255.255.53';
const POD = { podUID: 'pod', namespace: 'kube-system', podName: 'pod' };
const CALICO_BIRD = '/var/run/calico/bird.ctl';

/** So many clients BIRD's listener holds that nobody has accepted. */
const QUEUE = 9;

const encoder = new TextEncoder();

export interface HealthOutcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Sets a case up in a container of the virtual runtime and runs its command there. */
export function playHealthCase(item: HealthCase, seed: number): HealthOutcome {
  const clock = new VirtualClock({ epochMs: Date.UTC(2026, 10, 21, 10) });
  const events: RuntimeEvent[] = [];
  let podIP = '';
  const link = new RecordedLink(item.setup.birdRows, item.setup.birdStatus);
  const runtime = createVirtualRuntime({
    clock,
    random: new Random(seed),
    catalogue: () => image(item, link, () => podIP),
    services: {
      address: () => undefined,
      endpoint: (ip, port) => (ip === NODE_IP ? { ip: podIP, port } : link.endpoint(ip, podIP)),
    },
  });
  runtime.subscribe((event) => events.push(event));
  const find = <T extends RuntimeEvent['type']>(type: T) =>
    events.find((event): event is Extract<RuntimeEvent, { type: T }> => event.type === type);
  const until = (type: RuntimeEvent['type']) => clock.runUntil(clock.now() + 10_000, () => find(type) !== undefined);
  runtime.createSandbox({ ...POD, hostname: 'pod' });
  until('sandbox-ready');
  podIP = find('sandbox-ready')?.ip ?? '';
  runtime.createContainer({
    ...PLAIN_CONTAINER,
    ...POD,
    id: 'create',
    container: 'calico-node',
    image: 'calico-node',
    env: Object.entries(item.env).map(([name, value]) => ({ name, value })),
  });
  until('container-created');
  const containerID = find('container-created')?.containerID ?? '';
  runtime.startContainer({ id: 'start', containerID });
  until('container-started');
  if (item.setup.birdRows !== undefined || item.setup.svStatus !== undefined) clock.runUntil(clock.now() + SETTLE_MS);
  runtime.exec({ id: 'probe', containerID, command: item.argv });
  const limit = item.stillRunningAfterMs ?? 120_000;
  clock.runUntil(clock.now() + limit, () => find('exec-ended') !== undefined);
  const ended = find('exec-ended');
  if (ended === undefined) return { exitCode: null, stdout: '', stderr: '' };
  return { exitCode: ended.exitCode, stdout: ended.stdout, stderr: ended.stderr };
}

function image(item: HealthCase, link: RecordedLink, podIP: () => string): ImageDescription {
  const calico: Program = calicoNode(calicoProfile(item.version));
  const program = (made: Program) => ({ kind: 'program', program: made }) as const;
  const words = item.setupWords;
  return {
    names: ['calico-node'],
    entrypoint: ['/setup'],
    sizeBytes: 1,
    shell: false,
    programs: {
      '/setup': program((host) => setUp(host, item, link, podIP())),
      '/bird': program(bird),
      '/steady': program((host) => host.onSignal('SIGTERM', () => host.exit(0))),
      '/dies': program((host) => host.exit(1)),
      '/stopped': program((host) => scriptedSocket(host, CALICO_BIRD, [])),
      '/bin/calico-node': program(calico),
      '/bin/calico': program(calico),
      ...(/no sv\b|sv (?:is )?not in/.test(words)
        ? {}
        : { '/usr/bin/sv': program(item.setup.svStatus === undefined ? (host) => describedSv(host, item) : sv) }),
      ...(/no \S*birdcl/.test(words) ? {} : { '/bin/birdcl': program(birdcl), '/usr/bin/birdcl': program(birdcl) }),
    },
  };
}

function setUp(host: ProgramHost, item: HealthCase, link: RecordedLink, podIP: string): void {
  const { setup, setupWords, env } = item;
  if (setup.birdRows === undefined) writeNodename(host, setup.nodename);
  else host.clock.setTimeout(() => writeNodename(host, setup.nodename), SETTLE_MS - 50);
  setUpBird(host, item, link);
  const hosts = /\/etc\/hosts (lists ::1 first|empty)|::1 first/.exec(setupWords);
  if (hosts !== null) {
    host.files.write('/etc/hosts', encoder.encode(hosts[1] === 'empty' ? '' : '::1 localhost\n127.0.0.1 localhost\n'));
    host.files.write('/etc/resolv.conf', encoder.encode(`nameserver ${NAMESERVER}\n`));
  }
  const listens =
    /felix (?:listens|only) on (\S+?)(?:,|$)/.exec(setupWords)?.[1] ?? env.FELIX_HEALTHHOST ?? '127.0.0.1';
  const address = listens.replace(/[[\]]/g, '').replace(NODE_IP, podIP);
  if (setup.felix !== undefined)
    felixDouble(host, setup.felix, { address, port: Number(env.FELIX_HEALTHPORT ?? 9099) });
}

/** `5 s old`, `7200 s in the future`, `directory`, `absent`; not said: a node that has been up for long. */
function writeNodename(host: ProgramHost, words = '3600 s old'): void {
  const path = '/var/lib/calico/nodename';
  if (words === 'absent') return;
  if (words === 'directory') {
    host.files.write(`${path}/x`, encoder.encode(''));
    return;
  }
  const seconds = Number(/^(\d+) s/.exec(words)?.[1] ?? 0);
  const now = host.clock.epochMs + host.clock.now();
  host.files.write(path, encoder.encode('node'));
  // The recorder's stamp was cut to a whole second, so a file is up to a second older than its words say.
  host.files.setModifiedAt(path, now + (words.endsWith('future') ? seconds : -seconds) * 1000 - 999);
}

function setUpBird(host: ProgramHost, item: HealthCase, link: RecordedLink): void {
  const { name, setup, setupWords } = item;
  if (setup.svStatus !== undefined) {
    startServices(host, item);
    return;
  }
  const silent = /SIGSTOP|process stopped/.test(setupWords);
  const down = /bird down|everything bad|no BIRD v4 socket/.test(setupWords);
  if (setup.socketScript !== undefined) scriptedSocket(host, CALICO_BIRD, setup.socketScript);
  else if (isStale(setupWords)) host.files.write(CALICO_BIRD, encoder.encode(''));
  else if (/is a directory/.test(setupWords) && setup.birdRows === undefined)
    host.files.write(`${CALICO_BIRD}/x`, encoder.encode(''));
  else if (silent || /queue|backlog/.test(setupWords)) stoppedBird(host, silent ? 0 : QUEUE);
  else if (setup.rows !== undefined) {
    birdDouble(host, '/var/run/calico/bird6.ctl', { protocols: setup.rows, status: setup.status ?? '' });
  } else if (setup.dialogue !== undefined) {
    birdDouble(host, CALICO_BIRD, { protocols: setup.dialogue, status: setup.status ?? '' });
  } else if (setup.birdRows !== undefined) {
    link.start(host);
  } else if (setup.socket !== undefined) birdDouble(host, setup.socket, birdWithRows([ESTABLISHED]));
  else if (/no BIRD v4 socket/.test(setupWords)) {
    const row = 'Mesh_fd65__2 BGP      master   start  11:00:48    Active        Socket: Connection refused';
    birdDouble(host, '/var/run/calico/bird6.ctl', birdWithRows([row]));
  } else if (name.startsWith('probe-') && !down) {
    birdDouble(host, CALICO_BIRD, birdWithRows([ESTABLISHED]));
  }
}

/** A file at the socket's path that nobody listens at: no socket, or one whose BIRD was killed. */
function isStale(words: string): boolean {
  return /ordinary file|stale|SIGKILL|kill(?:ed)? (?:with )?-9/.test(words);
}

/** A BIRD that stands still, with so many clients in its queue already. */
function stoppedBird(host: ProgramHost, clients: number): void {
  const bird = host.spawn({ command: ['/stopped'], output: () => {}, ended: () => {} });
  bird.signal('SIGSTOP');
  for (let count = 0; count < clients; count++) host.dialUnix({ path: CALICO_BIRD }, () => {});
}

/** `sv status` where only words say how the services were: they run unless those say otherwise. */
function describedSv(host: ProgramHost, { setupWords }: HealthCase): void {
  const directory = host.args[1] ?? '';
  const bad = /everything bad/.test(setupWords) || (!directory.endsWith('/confd') && /bird down/.test(setupWords));
  host.write('stdout', bad ? `down: ${directory}: 2s, normally up\n` : `run: ${directory}: (pid 99) 7s\n`);
  host.exit(0);
}
