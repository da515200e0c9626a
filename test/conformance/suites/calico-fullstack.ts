import { FullstackWorld, type NodeView } from '../calico/fullstack-world.ts';
import { readCases } from '../golden.ts';
import type { CaseResult, Suite } from '../suite.ts';

/** A line of calico/fullstack*.jsonl: something that was done, or how a node was from then on. */
interface Line {
  atSec: number;
  event?: string;
  /** `hang`: felix alone, with simulated hangs. */
  test?: string;
  env?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  node?: string;
  liveness?: readonly [number | null, string] | number;
  readiness?: readonly [number | null, string] | number;
  probes?: Readonly<Record<'livenessProbe' | 'readinessProbe', { exit: number; out: string }>>;
  sv?: string;
  bgpRows?: readonly string[];
}

/** The recorder looked every 0.4 s, and a real machine's steps differ from run to run: a state counts within this time. */
const TOLERANCE_MS = 1500;
const LOOK_MS = 100;
const RECORDED = { D: '10.65.0.5', E: '10.65.0.6' } as const;

export const suite: Suite = {
  name: 'calico-fullstack',
  about: 'two whole nodes and their datastore: every recorded change of state within 1.5 s, in virtual time',
  async *run(files, options) {
    for (const file of files) {
      const lines = readCases<Line>(file);
      const timeline = lines.filter(({ test }) => test === undefined);
      const hang = lines.filter(({ test }) => test === 'hang');
      const env: Record<string, string> = /without-SVDIR/.test(file) ? { SVDIR: '' } : {};
      yield* keep(play(timeline, new FullstackWorld(env)), options.caseName);
      if (hang.length > 0) yield* keep(playHang(hang, new FullstackWorld(env)), options.caseName);
    }
  },
};

function* keep(results: Iterable<CaseResult>, name: string | undefined): Iterable<CaseResult> {
  for (const result of results) if (name === undefined || result.name === name) yield result;
}

function* play(lines: readonly Line[], world: FullstackWorld): Iterable<CaseResult> {
  const start = world.clock.now();
  const looks: { at: number; node: string; seen: Parts }[] = [];
  // A peer in the first table of a node, before the peer was started: the datastore knew it from an earlier run.
  const known = lines.find(({ bgpRows = [], liveness }) => bgpRows.length > 0 || code(liveness) === 200);
  if (known?.bgpRows?.length) world.know(['D', 'E']);
  const started = new Set<string>();
  const until = (ms: number) => {
    while (world.clock.now() - start + LOOK_MS < ms) {
      world.clock.runUntil(world.clock.now() + LOOK_MS);
      for (const node of started)
        looks.push({ at: world.clock.now() - start, node, seen: shown(world, world.view(node)) });
    }
    world.clock.runUntil(Math.max(world.clock.now(), start + ms));
  };
  const marks: { line: Line; at: number }[] = [];
  for (const line of lines) {
    until(line.atSec * 1000);
    if (line.event === undefined) marks.push({ line, at: line.atSec * 1000 });
    else if (!act(world, line.event, started, until, line.atSec * 1000))
      yield { name: `${line.event} at ${line.atSec} s`, status: 'failed', difference: 'no way to play this' };
  }
  until((lines.at(-1)?.atSec ?? 0) * 1000 + 2 * TOLERANCE_MS);
  for (const { line, at } of marks) {
    const expected = recorded(line);
    const near = looks.filter((look) => look.node === line.node && Math.abs(look.at - at) <= TOLERANCE_MS);
    const name = `${line.node} at ${line.atSec} s`;
    // The recorder took the parts one after another, so each is looked for by itself.
    const wrong = Object.keys(expected).filter((part) => !near.some(({ seen }) => seen[part] === expected[part]));
    if (wrong.length === 0 && near.length > 0) yield { name, status: 'passed' };
    else {
      const differences = wrong.map((part) => {
        const got = [...new Set(near.map(({ seen }) => seen[part]))].join('\nor ');
        return `${part}: expected ${expected[part]}\ngot ${got}`;
      });
      yield { name, status: 'failed', difference: differences.join('\n') };
    }
  }
}

/** A process is signalled by its supervisor. */
const SIGNALS: Readonly<Record<string, string>> = {
  '9': 'kill',
  KILL: 'kill',
  '15': 'term',
  TERM: 'term',
  STOP: 'pause',
  CONT: 'cont',
  HUP: 'hup',
};

/** Does what the words of an event say; false: they say nothing that is known. */
function act(
  world: FullstackWorld,
  event: string,
  started: Set<string>,
  until: (ms: number) => void,
  at: number,
): boolean {
  const container = /^container (\w) started/.exec(event)?.[1];
  const control = /^(\w): (?:sv (down|up|term|kill|hup|pause|cont)|kill -(?:SIG)?(\w+)) (\w+)/.exec(event);
  const restarted = /^(\w): (\w+) restarted/.exec(event);
  const touched = /^(\w): touch nodename, then (\w) (\w+) down/.exec(event);
  if (container !== undefined) {
    world.node(container);
    started.add(container);
  } else if (control !== null) {
    const [, node = '', how, signal = '', service = ''] = control;
    const command = how ?? SIGNALS[signal];
    if (command === undefined) return false;
    world.exec(node, ['sv', command, `/etc/service/enabled/${service}`]);
  } else if (restarted !== null) world.exec(restarted[1] ?? '', ['sv', 'term', `/etc/service/enabled/${restarted[2]}`]);
  else if (/^(?:etcd|datastore) (stopped|continued)/.test(event)) world.pauseDatastore(/stopped/.test(event));
  else if (touched !== null) {
    const [, node = '', other = '', service = ''] = touched;
    world.exec(node, ['touch', '/var/lib/calico/nodename']);
    world.exec(other, ['sv', 'down', `/etc/service/enabled/${service}`]);
    // It was started again five seconds later.
    until(at + 5000);
    world.exec(other, ['sv', 'up', `/etc/service/enabled/${service}`]);
  } else return /^wait\b/.test(event);
  return true;
}

function* playHang(lines: readonly Line[], world: FullstackWorld): Iterable<CaseResult> {
  const start = world.clock.now();
  for (const line of lines) {
    if (line.env !== undefined) {
      for (const [node, env] of Object.entries(line.env)) world.node(node, env, ['/bin/calico-node', '-felix']);
      continue;
    }
    const node = line.node ?? '';
    const expected = JSON.stringify([code(line.liveness), code(line.readiness)]);
    const seen = new Set<string>();
    const at = start + line.atSec * 1000;
    world.clock.runUntil(Math.max(world.clock.now(), at - TOLERANCE_MS));
    while (world.clock.now() < at + TOLERANCE_MS && !seen.has(expected)) {
      seen.add(JSON.stringify([world.health(node, 'liveness')[0], world.health(node, 'readiness')[0]]));
      world.clock.runUntil(world.clock.now() + LOOK_MS);
    }
    const name = `hang ${node} at ${line.atSec} s`;
    if (seen.has(expected)) yield { name, status: 'passed' };
    else yield { name, status: 'failed', difference: `expected ${expected}\ngot ${[...seen].join(' ')}` };
  }
}

function code(answer: Line['liveness']): number | null {
  return typeof answer === 'object' ? answer[0] : (answer ?? null);
}

function recorded(line: Line): Parts {
  const { liveness, readiness, probes, sv = '', bgpRows = [] } = line;
  return parts({
    liveness: [code(liveness), table(liveness)],
    readiness: [code(readiness), table(readiness)],
    livenessProbe: probes?.livenessProbe ?? { exit: -1, out: '' },
    readinessProbe: probes?.readinessProbe ?? { exit: -1, out: '' },
    sv: sv.split('\n').find((row) => /enabled\/bird:/.test(row)) ?? '',
    bgpRows,
  });
}

function table(answer: Line['liveness']): string {
  return typeof answer === 'object' ? answer[1] : '';
}

function shown(world: FullstackWorld, view: NodeView): Parts {
  const addresses = (out: string) => out.replaceAll(world.ip('D'), RECORDED.D).replaceAll(world.ip('E'), RECORDED.E);
  const names = (row: string) =>
    addresses(row.replace(/Mesh_([\d_]+)/, (_, ip: string) => `Mesh_${ip.replaceAll('_', '.')}`));
  return parts({
    ...view,
    livenessProbe: { ...view.livenessProbe, out: addresses(view.livenessProbe.out) },
    readinessProbe: { ...view.readinessProbe, out: addresses(view.readinessProbe.out) },
    bgpRows: view.bgpRows.map(names),
  });
}

/** What is compared, by part. */
type Parts = Readonly<Record<string, string>>;

/** Codes, tables of health that say something, the probes' words, the service's and the peers' states. */
function parts({ liveness, readiness, livenessProbe, readinessProbe, sv, bgpRows }: NodeView): Parts {
  const words = ({ exit, out }: { exit: number; out: string }) => {
    const plain = out
      .replace(/^.*health\.go \d+: /gm, '')
      .replace(/\(pid \d+\)/g, '(pid)')
      .replace(/\d+s\b/g, 'Ns');
    // Before the services run every check fails at once, and which is first is a race.
    return `${exit} ${liveness[0] === null ? '' : plain}`;
  };
  const rows = bgpRows.map((row) => {
    const [name = '', , , state = '', , ...info] = row.trim().split(/\s+/);
    // A restart that is being recovered from shows as `wait` in Calico's BIRD and as `up` in Debian's.
    return [name.replaceAll('_', '.'), state.replace('wait', 'up'), ...info].join(' ');
  });
  return {
    felix: `${liveness[0]} ${readiness[0]} ${readiness[0] === 503 ? readiness[1] : ''}`,
    livenessProbe: words(livenessProbe),
    readinessProbe: words(readinessProbe),
    // A directory without a supervisor, or none yet: the recorder's was there from an earlier run.
    sv: /^(?:run|down)/.exec(sv)?.[0] ?? '',
    rows: rows.join('\n'),
  };
}
