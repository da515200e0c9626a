import { goJsonText } from '../../core/go-json-text.ts';
import type { HttpExchange, HttpRequest, NotedLine, ProgramHost } from '../host.ts';

/** The recorded clock ran in nanoseconds: a tail of 2048 bytes holds as many lines as its. */
const BELOW_MS = '000001';
/** How long the recorded app took for an answer, s: of no interest, but there. */
const DURATION_S = 0.00003;

/** A probe asks the same thing thousands of times: one line for all of them, of as many requests as a pod has probes. */
const REMEMBERED = 4;

interface Answered {
  request: HttpRequest;
  status: number;
  line: NotedLine;
}

/**
 * The JSON lines that probeapp writes of itself: FallbackToLogsOnError shows them. They are kept for that, and not told
 * as output in the history.
 */
export class AppLog {
  readonly #host: ProgramHost;
  readonly #startedAt: number;
  readonly #answered: Answered[] = [];

  constructor(host: ProgramHost) {
    this.#host = host;
    this.#startedAt = host.clock.now();
  }

  /** `{"code":4,"ev":"exit","mono":2.003,"t":"…"}`: Go sorts the keys of a map. */
  event(ev: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#note((at) => this.#line({ ...fields, ev }, at));
  }

  request({ request }: HttpExchange, status: number): void {
    for (const answered of this.#answered) {
      if (answered.request === request && answered.status === status) {
        this.#note(answered.line);
        return;
      }
    }
    const line: NotedLine = (at) => this.#requestLine(request, status, at);
    if (this.#answered.length === REMEMBERED) this.#answered.shift();
    this.#answered.push({ request, status, line });
    this.#note(line);
  }

  #requestLine({ method, target, remoteAddress, protocol, headers }: HttpRequest, status: number, at: number): string {
    const host = headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
    const fields = { method, path: target, httpver: protocol, host, status, remote: remoteAddress };
    const told = { headers: headerMap(headers), proto: 'http', dur: DURATION_S, ctxerr: '<nil>' };
    return this.#line({ ...fields, ...told, ev: 'req' }, at);
  }

  /** Over a way of its own here; the recorded app's switch was a request. */
  control(port: number, set: Readonly<Record<string, unknown>>): void {
    this.#note((at) => {
      const query = Object.entries(set).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
      const host = `${this.#host.podIP}:${port}`;
      const fields = { method: 'GET', path: `/control?${query.join('&')}`, httpver: 'HTTP/1.1', host, status: 200 };
      const headers = { 'Accept-Encoding': ['identity'] };
      const told = { remote: '10.244.0.1:40000', headers, proto: 'http', dur: DURATION_S, ctxerr: '<nil>' };
      return this.#line({ ...fields, ...told, ev: 'req' }, at);
    });
  }

  #note(line: NotedLine): void {
    const at = this.#host.clock.now();
    if (this.#host.note !== undefined) this.#host.note(line, at);
    else this.#host.write('stdout', `${line(at)}\n`);
  }

  #line(fields: Readonly<Record<string, unknown>>, at: number): string {
    const t = `${new Date(this.#host.clock.epochMs + at).toISOString().slice(0, -1)}${BELOW_MS}Z`;
    const all: Record<string, unknown> = { ...fields, mono: (at - this.#startedAt) / 1000, t };
    const sorted = Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
    return goJsonText(sorted);
  }
}

/** As Go's http.Header: without Host, names sorted. */
function headerMap(headers: HttpExchange['request']['headers']): Record<string, string[]> {
  const map: Record<string, string[]> = {};
  for (const [name, value] of [...headers].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    if (name.toLowerCase() === 'host') continue;
    map[name] = [...(map[name] ?? []), value];
  }
  return map;
}

/** What Go writes when the app falls over; the addresses and numbers are the recorded process's own. */
export function crashTrace(how: string): string {
  const [line, offset] = how === 'SIGSEGV' ? [398, '0x12b'] : [400, '0x19e'];
  const head =
    how === 'SIGSEGV'
      ? 'panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x8d29ab]'
      : 'panic: probeapp: asked to panic';
  return `${head}

goroutine 21 [running]:
main.crash({0x7ffd4f710ddb, 0x${how.length.toString(16)}})
  probeapp/main.go:${line} +${offset}
main.main.func4()
  probeapp/main.go:145 +0x46
created by main.main in goroutine 1
  probeapp/main.go:142 +0x919
`;
}
