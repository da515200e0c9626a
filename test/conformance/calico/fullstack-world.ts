import { Random } from '../../../sim/core/random.ts';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { lookupImage } from '../../../sim/programs/catalogue/catalogue.ts';
import type { ImageDescription } from '../../../sim/programs/catalogue/image.ts';
import type { Program } from '../../../sim/programs/host.ts';
import { PLAIN_CONTAINER } from '../../../sim/runtime/plain-container.fixture.ts';
import type { RuntimeEvent } from '../../../sim/runtime/port.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';

/** What was seen of a node at one moment. */
export interface NodeView {
  liveness: readonly [code: number | null, body: string];
  readiness: readonly [code: number | null, body: string];
  livenessProbe: { exit: number; out: string };
  readinessProbe: { exit: number; out: string };
  sv: string;
  bgpRows: readonly string[];
}

const IMAGE = 'calico/node:v3.23.5';

/** Two nodes and a datastore in the virtual runtime, driven as the recording was. */
export class FullstackWorld {
  readonly clock = new VirtualClock({ epochMs: Date.UTC(2026, 10, 21, 11, 5, 52, 100) });
  readonly #runtime = createVirtualRuntime({
    clock: this.clock,
    random: new Random(1),
    catalogue: withAsk,
    // Looking should take no time of its own.
    latencies: { exec: 2, fork: 1 },
    services: {
      address: (name) => (name === 'datastore' ? this.#ips.get('datastore') : undefined),
      endpoint: () => undefined,
    },
  });
  readonly #events: RuntimeEvent[] = [];
  readonly #containers = new Map<string, string>();
  readonly #ips = new Map<string, string>();
  readonly #env: Readonly<Record<string, string>>;
  #execs = 0;

  /** `env`: of the nodes, beside what the manifest sets. */
  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
    this.#runtime.subscribe((event) => this.#events.push(event));
    for (const name of ['datastore', 'D', 'E']) {
      this.#runtime.createSandbox({ podUID: name, namespace: 'kube-system', podName: name, hostname: name });
      this.clock.runUntil(this.clock.now() + 200);
    }
    for (const event of this.#events) if (event.type === 'sandbox-ready') this.#ips.set(event.podUID, event.ip);
    this.start('datastore', 'probelab/calico-datastore:1', {});
    this.clock.runUntil(this.clock.now() + 500);
  }

  ip(node: string): string {
    return this.#ips.get(node) ?? '';
  }

  /** Starts a node, or felix alone. */
  node(name: string, more: Readonly<Record<string, string>> = {}, command?: readonly string[]): void {
    const env = {
      DATASTORE_TYPE: 'etcdv3',
      ETCD_ENDPOINTS: 'http://datastore:2379',
      FELIX_HEALTHENABLED: 'true',
      NODENAME: name.toLowerCase(),
      WAIT_FOR_DATASTORE: 'true',
      ...this.#env,
      ...more,
    };
    this.start(name, IMAGE, env, command);
  }

  start(podUID: string, image: string, env: Readonly<Record<string, string>>, command?: readonly string[]): void {
    const id = `create ${podUID}`;
    this.#runtime.createContainer({
      ...PLAIN_CONTAINER,
      id,
      podUID,
      namespace: 'kube-system',
      podName: podUID,
      container: podUID,
      image,
      ...(command === undefined ? {} : { command }),
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
    });
    const created = () => this.#events.find((event) => event.type === 'container-created' && event.id === id);
    this.clock.runUntil(this.clock.now() + 1000, () => created() !== undefined);
    const event = created();
    const containerID = event?.type === 'container-created' ? event.containerID : '';
    this.#containers.set(podUID, containerID);
    this.#runtime.startContainer({ id: `start ${podUID}`, containerID });
  }

  /** Puts nodes into the datastore, as an earlier run has left them. */
  know(names: readonly string[]): void {
    const nodes = Object.fromEntries(
      names.map((name) => [name.toLowerCase(), { name: name.toLowerCase(), ip: this.ip(name) }]),
    );
    this.#runtime.steer({
      target: 'app',
      podUID: 'datastore',
      container: 'datastore',
      patch: { datastore: { nodes } },
    });
  }

  /** Stops or continues the datastore's process. */
  pauseDatastore(paused: boolean): void {
    this.#runtime.steer({ target: 'pause', containerID: this.#containers.get('datastore') ?? '', paused });
  }

  exec(node: string, command: readonly string[]): { exit: number; out: string } {
    const id = `exec ${++this.#execs}`;
    this.#runtime.exec({ id, containerID: this.#containers.get(node) ?? '', command });
    let found: Extract<RuntimeEvent, { type: 'exec-ended' }> | undefined;
    this.clock.runUntil(this.clock.now() + 20_000, () => {
      const event = this.#events.findLast((one) => one.type === 'exec-ended' && one.id === id);
      if (event?.type === 'exec-ended') found = event;
      return found !== undefined;
    });
    return { exit: found?.exitCode ?? -1, out: (found?.stdout ?? '') + (found?.stderr ?? '') };
  }

  view(node: string): NodeView {
    const rows = this.exec(node, ['birdcl', '-s', '/var/run/calico/bird.ctl', 'show', 'protocols']);
    return {
      liveness: this.health(node, 'liveness'),
      readiness: this.health(node, 'readiness'),
      livenessProbe: this.exec(node, ['/bin/calico-node', '-felix-live', '-bird-live']),
      readinessProbe: this.exec(node, ['/bin/calico-node', '-felix-ready', '-bird-ready']),
      sv: this.exec(node, ['sv', 'status', '/etc/service/enabled/bird']).out,
      bgpRows: rows.out.split('\n').filter((row) => / BGP /.test(row)),
    };
  }

  /** Felix' answer, asked from within the pod. */
  health(node: string, kind: 'liveness' | 'readiness'): readonly [number | null, string] {
    const { exit, out } = this.exec(node, ['/ask', kind]);
    const [code, ...body] = out.split('\n');
    return exit === 0 ? [Number(code), body.join('\n')] : [null, ''];
  }
}

/** Asks felix from within the pod and prints the code and the body. */
const ask: Program = (host) => {
  const target = `/${host.args[0] ?? ''}`;
  host.request({ scheme: 'http', method: 'GET', host: '127.0.0.1', port: 9099, target }, (outcome) => {
    if (outcome.kind === 'response')
      host.write('stdout', `${outcome.status}\n${new TextDecoder().decode(outcome.body)}`);
    host.exit(outcome.kind === 'response' ? 0 : 1);
  });
};

function withAsk(image: string): ImageDescription | undefined {
  const known = lookupImage(image);
  return known && { ...known, programs: { ...known.programs, '/ask': { kind: 'program', program: ask } } };
}
