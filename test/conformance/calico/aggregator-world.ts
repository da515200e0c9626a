import { Random } from '../../../sim/core/random.ts';
import { VirtualClock } from '../../../sim/core/virtual-clock.ts';
import { type FieldLog, HealthAggregator } from '../../../sim/programs/calico/felix/health-aggregator.ts';
import { serveHealth } from '../../../sim/programs/calico/felix/health-server.ts';
import { calicoProfile } from '../../../sim/programs/calico/profiles.ts';
import type { Listener, Program, ProgramHost } from '../../../sim/programs/host.ts';
import { PLAIN_CONTAINER } from '../../../sim/runtime/plain-container.fixture.ts';
import { createVirtualRuntime } from '../../../sim/runtime/virtual/virtual-runtime.ts';
import { type AggregatorAnswer, type AggregatorCase, registrations } from './aggregator-case.ts';

const decoder = new TextDecoder();
const PORT = 9099;

/** Plays what the words of a recording say was done, in a pod of the virtual runtime. */
export class AggregatorWorld {
  readonly log: string[] = [];
  readonly aggregator: HealthAggregator;
  readonly #clock = new VirtualClock();
  readonly #host: ProgramHost;
  readonly #item: AggregatorCase;
  readonly #note: FieldLog;
  #server: Listener | undefined;
  #words = '';
  #startedAt = 0;

  constructor(item: AggregatorCase) {
    this.#item = item;
    this.#host = programHost(this.#clock);
    const profile = calicoProfile(item.version);
    this.#note = (level, message, fields = {}) => {
      const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${logValue(value)}`);
      this.log.push(`level=${level} msg=${logValue(message)}${rest.join('')}`);
    };
    this.aggregator = new HealthAggregator({ now: () => this.#clock.now(), profile, log: this.#note });
  }

  /** Registers everybody who stands in a recorded table. */
  register(body: string): void {
    for (const { name, reports, timeoutMs } of registrations(body)) this.aggregator.register(name, reports, timeoutMs);
  }

  serve(): void {
    const profile = calicoProfile(this.#item.version);
    const options = { host: '127.0.0.1', port: PORT, aggregator: this.aggregator, profile, log: this.#note };
    this.#server = serveHealth(this.#host, options);
    this.#startedAt = this.#clock.now();
  }

  /** Somebody else holds the port for so long; the server was started at once. */
  holdPort(ms: number): void {
    const other = this.#host.listenTcp({ port: PORT, address: '127.0.0.1' }, { onConnection: () => {} });
    this.serve();
    this.#clock.runUntil(this.#clock.now() + ms);
    other.close();
    this.#startedAt = this.#clock.now();
  }

  /** Does what stands in the words, once for all answers under them, then asks. */
  ask(given: AggregatorAnswer, table: string): Partial<AggregatorAnswer> {
    const { after = '', atMs = 0, request } = given;
    this.#clock.runUntil(Math.max(this.#clock.now(), this.#startedAt + atMs));
    if (after !== this.#words) {
      this.#words = after;
      this.#act(after, table);
    }
    const [method = 'GET', target = '/'] = request.split(' ');
    let answer: Partial<AggregatorAnswer> | undefined;
    this.#host.request({ scheme: 'http', method, host: '127.0.0.1', port: PORT, target }, (outcome) => {
      if (outcome.kind === 'failed') {
        answer = {
          error: `Get "http://127.0.0.1:<port>${target}": dial tcp 127.0.0.1:<port>: connect: connection ${outcome.cause}`,
        };
        return;
      }
      const wanted = new Set(Object.keys(given.headers ?? {}));
      const headers = Object.fromEntries(outcome.headers.filter(([name]) => wanted.has(name)).sort());
      answer = { status: outcome.status, headers, body: decoder.decode(outcome.body) };
    });
    this.#clock.runUntil(this.#clock.now() + 10, () => answer !== undefined);
    return answer ?? { error: 'no answer' };
  }

  #act(words: string, table: string): void {
    const all = registrations(table);
    const report = /^Report\(live=(true|false), ready=(true|false)(?:, detail="?(.*?)"?)?\)/.exec(words);
    const named = [...words.matchAll(/\b([\w-]+):? (?:reports? |Report\()live=(true|false),? ready=(true|false)/g)].map(
      ([, name = '', live, ready]) => [name, live === 'true', ready === 'true'] as const,
    );
    if (report !== null) {
      for (const { name } of all)
        this.aggregator.report(name, {
          live: report[1] === 'true',
          ready: report[2] === 'true',
          ...(report[3] === undefined ? {} : { detail: report[3] }),
        });
    } else if (words === 'registered again') this.register(table);
    else if (named.length > 0) for (const [name, live, ready] of named) this.aggregator.report(name, { live, ready });
    else if (/^(?:reported|reports again|recovered|good|all good|on$|no overrides yet)/.test(words)) {
      // A reporter that reports both says so; one that only says it lives needs no word: it began so.
      for (const { name, reports } of all) if (reports.ready) this.aggregator.report(name, { live: true, ready: true });
    } else if (words === 'off') this.#server?.close();
    else if (words === 'on again') this.serveAgain();
    else if (words === 'overrides set') this.aggregator.override(overrides(this.#item.setup ?? ''));
  }

  private serveAgain(): void {
    const at = this.#startedAt;
    this.serve();
    this.#startedAt = at;
  }
}

/** `HealthTimeoutOverrides: t=0.2s, u=0 (never times out)` */
function overrides(setup: string): Record<string, number> {
  const entries = [...setup.matchAll(/(\w+)=([\d.]+)s?/g)];
  return Object.fromEntries(entries.map(([, name = '', seconds]) => [name, Number(seconds) * 1000]));
}

/** A value as logrus writes it: in quotes if it has to. */
function logValue(text: string): string {
  return text === '' || /^[\w\-.:/@^+]+$/.test(text) ? text : JSON.stringify(text);
}

/** The host of a program in a pod of the virtual runtime. */
function programHost(clock: VirtualClock): ProgramHost {
  let found: ProgramHost | undefined;
  const program: Program = (host) => {
    found = host;
  };
  const programs = { '/program': { kind: 'program', program } } as const;
  const runtime = createVirtualRuntime({
    clock,
    random: new Random(1),
    latencies: { response: 0 },
    catalogue: () => ({ names: [], entrypoint: ['/program'], sizeBytes: 1, shell: false, programs }),
  });
  const ids: string[] = [];
  runtime.subscribe((event) => {
    if (event.type === 'container-created') ids.push(event.containerID);
  });
  const pod = { podUID: 'pod', namespace: 'default', podName: 'pod' };
  runtime.createSandbox({ ...pod, hostname: 'pod' });
  clock.runUntil(clock.now() + 200);
  runtime.createContainer({
    ...PLAIN_CONTAINER,
    ...pod,
    id: 'create',
    container: 'felix',
    image: 'felix',
  });
  clock.runUntil(clock.now() + 200);
  runtime.startContainer({ id: 'start', containerID: ids[0] ?? '' });
  clock.runUntil(clock.now() + 200);
  if (found === undefined) throw new Error('the program did not start');
  return found;
}
