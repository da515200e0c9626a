import type { AppPatch } from '../app/description.ts';
import type { HttpExchange, HttpReply, Listener, Program, ProgramHost } from '../host.ts';
import { AppLog, crashTrace } from './app-log.ts';
import { Controls, KEY_OF_PATH } from './controls.ts';
import { type ProbeappFlags, parseFlags, parseListenAddress } from './flags.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The app of the recordings, `registry.local/probeapp`: flags at its start, controls while it runs. By steering it
 * takes `{set: {readiness: '503', …}}`, and an ordinary app patch of a path.
 */
export const probeapp: Program = (host) => {
  const flags = parseFlags(host.args);
  if (typeof flags === 'string') {
    host.write('stderr', `${flags}\n`);
    host.clock.setTimeout(() => host.exit(2), 0);
  } else new Probeapp(host, flags).start();
};

class Probeapp {
  readonly #host: ProgramHost;
  readonly #flags: ProbeappFlags;
  readonly #controls = new Controls();
  readonly #log: AppLog;
  readonly #startedAt: number;
  readonly #tcp = new Map<string, Listener>();
  #http: Listener | undefined;
  #terminating = false;
  #message: string | undefined;

  constructor(host: ProgramHost, flags: ProbeappFlags) {
    this.#host = host;
    this.#flags = flags;
    this.#startedAt = host.clock.now();
    this.#message = flags.termMsg;
    this.#log = new AppLog(host);
  }

  start(): void {
    const { clock } = this.#host;
    const flags = this.#flags;
    this.#log.event('start', { args: this.#host.args, pid: this.#host.pid });
    this.#host.onSignal('SIGTERM', () => this.#terminate());
    this.#host.onSteer((patch) => this.#steer(patch));
    if (this.#countRun() <= flags.failFirst) {
      clock.setTimeout(() => this.#exit(1), 0);
      return;
    }
    for (const { at, set } of flags.script) clock.setTimeout(() => this.#set(set), at);
    if (flags.allocMiB > 0) clock.setTimeout(() => this.#host.allocate?.(flags.allocMiB * 2 ** 20), flags.allocAfter);
    if (flags.exitAfter !== undefined) clock.setTimeout(() => this.#exitByItself(), flags.exitAfter);
    if (flags.startDelay > 0) clock.setTimeout(() => this.#listen(), flags.startDelay);
    else this.#listen();
  }

  #countRun(): number {
    const { failFirst, countFile } = this.#flags;
    if (failFirst === 0) return Number.POSITIVE_INFINITY;
    const content = this.#host.files.read(countFile);
    const runs = (content === undefined ? 0 : Number(decoder.decode(content))) + 1;
    this.#host.files.write(countFile, encoder.encode(String(runs)));
    return runs;
  }

  #listen(): void {
    const { addr, https, tcp, grpc, listenFor } = this.#flags;
    const onError = (error: string) => this.#taken(error);
    const serve = (exchange: HttpExchange) => this.#serve(exchange);
    if (addr !== '') this.#http = this.#host.listenHttp({ ...parseListenAddress(addr), onError }, serve);
    for (const place of https) this.#host.listenHttp({ ...parseListenAddress(place), tls: true, onError }, serve);
    for (const place of tcp) this.#openTcp(place);
    if (grpc !== undefined) {
      this.#host.listenGrpc(parseListenAddress(grpc), { onHealthCheck: (call) => this.#check(call), onError });
    }
    if (listenFor !== undefined) this.#host.clock.setTimeout(() => this.#http?.close(), listenFor);
  }

  #openTcp(place: string): void {
    if (this.#tcp.has(place)) return;
    const listener = this.#host.listenTcp(parseListenAddress(place), {
      onConnection: () => {},
      onError: (error) => this.#taken(error),
    });
    this.#tcp.set(place, listener);
  }

  #taken(error: string): void {
    this.#host.write('stderr', `bind: ${error}\n`);
    this.#exit(1);
  }

  #serve(exchange: HttpExchange): void {
    const [path = '/', query = ''] = exchange.request.target.split('?', 2);
    const key = KEY_OF_PATH[path];
    if (key !== undefined) this.#health(exchange, key);
    else if (path === '/loop') this.#reply(exchange, { status: 302, headers: [['Location', '/loop']], body: '' });
    else if (path.startsWith('/status/')) this.#reply(exchange, statusReply(Number(path.slice(8)), query));
    else this.#health(exchange, path);
  }

  #reply(exchange: HttpExchange, reply: HttpReply): void {
    this.#log.request(exchange, reply.status);
    exchange.reply(reply);
  }

  #health(exchange: HttpExchange, key: string): void {
    const hang = this.#controls.hangs.get(key) ?? 0;
    const answer = () => {
      const code = this.#codeOf(key);
      this.#reply(exchange, { status: code, body: code < 400 ? 'ok' : `error: ${key} is ${code}\n` });
    };
    if (this.#controls.closes.has(key)) exchange.close();
    else if (hang > 0) this.#host.clock.setTimeout(answer, hang);
    else answer();
  }

  #codeOf(key: string): number {
    const age = this.#host.clock.now() - this.#startedAt;
    const { okAfter, failAfter, termUnready } = this.#flags;
    const set = this.#controls.codes.get(key);
    if (this.#terminating && termUnready && key === 'readiness') return 503;
    if (set !== undefined) return set;
    if (age < okAfter) return 503;
    return key === 'healthz' && failAfter !== undefined && age >= failAfter ? 500 : 200;
  }

  #check(call: Parameters<Parameters<ProgramHost['listenGrpc']>[1]['onHealthCheck']>[0]): void {
    const status = this.#controls.grpc.get(call.service);
    const answer = () => {
      if (status === undefined) call.fail('NotFound', 'unknown service');
      else call.respond(status);
    };
    const hang = this.#controls.hangs.get('grpc') ?? 0;
    if (hang > 0) this.#host.clock.setTimeout(answer, hang);
    else answer();
  }

  #terminate(): void {
    const { ignoreTerm, termDelay, termExitCode } = this.#flags;
    this.#log.event('signal', { sig: 'terminated' });
    if (ignoreTerm || this.#terminating) return;
    this.#terminating = true;
    const end = () => {
      for (const line of this.#flags.exitLog) this.#host.write('stderr', `${line}\n`);
      this.#writeMessage();
      this.#exit(termExitCode);
    };
    if (termDelay > 0) this.#host.clock.setTimeout(end, termDelay);
    else end();
  }

  #exitByItself(): void {
    const { exitLog, exitSignal, exitCode } = this.#flags;
    if (exitSignal !== undefined && this.#crash(exitSignal)) return;
    for (const line of exitLog) this.#host.write('stderr', `${line}\n`);
    this.#writeMessage();
    this.#exit(exitCode);
  }

  /** Go turns a fault and a panic into exit 2; PID 1 cannot abort itself, it goes on: false then. */
  #crash(how: string): boolean {
    this.#log.event('crash', { how });
    if (how === 'SIGABRT') return false;
    this.#host.write('stderr', crashTrace(how));
    this.#host.exit(2);
    return true;
  }

  #exit(code: number): void {
    this.#log.event('exit', { code });
    this.#host.exit(code);
  }

  #writeMessage(): void {
    if (this.#message !== undefined) this.#host.files.write(this.#flags.termMsgPath, encoder.encode(this.#message));
  }

  #steer(patch: Readonly<Record<string, unknown>>): void {
    const { set } = patch as { set?: Readonly<Record<string, unknown>> };
    if (set !== undefined) {
      this.#set(set);
      this.#log.control(parseListenAddress(this.#flags.addr).port, set);
    }
    const { path, status, hang, delay, close, server, listening, service, grpc, exit, die, files } = patch as AppPatch;
    for (const key of path === undefined ? Object.values(KEY_OF_PATH) : [KEY_OF_PATH[path]]) {
      if (key === undefined) continue;
      if (status !== undefined) this.#set({ [key]: status, [`hang.${key}`]: '0s' });
      if (delay !== undefined) this.#set({ [`hang.${key}`]: `${delay}ms` });
      if (hang !== undefined && grpc === undefined) this.#set({ [`hang.${key}`]: hang ? '8760h' : '0s' });
      if (close) this.#controls.closes.add(key);
    }
    if (grpc !== undefined) this.#set({ [`grpc.${service || '_'}`]: grpc });
    else if (service !== undefined && hang !== undefined) this.#set({ 'hang.grpc': hang ? '8760h' : '0s' });
    if (listening !== undefined && server !== undefined)
      this.#set({ [listening ? 'tcpopen' : 'tcpclose']: `:${server}` });
    for (const [name, content] of Object.entries(files ?? {})) {
      if (content === null) this.#host.files.remove(name);
      else this.#host.files.write(name, encoder.encode(content));
    }
    if (die !== undefined) this.#host.die(die);
    else if (exit !== undefined) this.#exit(exit);
  }

  #set(controls: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(controls)) this.#control(name, String(value));
  }

  #control(name: string, value: string): void {
    if (this.#controls.set(name, value)) return;
    if (name === 'tcpopen') this.#openTcp(value);
    else if (name === 'tcpclose') {
      this.#tcp.get(value)?.close();
      this.#tcp.delete(value);
      if (parseListenAddress(value).port === parseListenAddress(this.#flags.addr).port) this.#http?.close();
    } else if (name === 'exit') this.#exit(Number(value));
    else if (name === 'crash') this.#crash(value);
    else if (name === 'alloc') this.#host.allocate?.(Number(value) * 2 ** 20);
    else if (name === 'termmsg') this.#message = value;
    else if (name === 'log') this.#host.write('stdout', `${value}\n`);
    else if (name === 'errlog') this.#host.write('stderr', `${value}\n`);
    else if (name !== 'children') this.#host.write('stderr', `unknown control ${name}\n`);
  }
}

/** `/status/N?to=URL&body=BYTES` */
function statusReply(status: number, query: string) {
  const parameters = new Map(
    query.split('&').map((pair): [string, string] => {
      const equals = pair.indexOf('=');
      return [pair.slice(0, equals), decodeURIComponent(pair.slice(equals + 1))];
    }),
  );
  const to = parameters.get('to');
  const length = Number(parameters.get('body') ?? 0);
  return { status, ...(to === undefined ? {} : { headers: [['Location', to]] as const }), body: 'x'.repeat(length) };
}
