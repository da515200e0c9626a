import type { Pod } from '../../../sim/kube/objects.ts';
import { createProbeHandlers } from '../../../sim/kubelet/prober/handlers.ts';
import type { HttpOutcome } from '../../../sim/runtime/transport.ts';
import type { CaseResult } from '../suite.ts';
import type { ObservedCase, ObservedProbe } from './envoy-case.ts';
import type { EnvoyStage, OpenStage } from './envoy-stage.ts';
import { firstDifference } from './first-difference.ts';

/** Plays a case on a stage and compares: messages, answers, what the app saw, Envoy's access log. */
export async function playOnEnvoy(item: ObservedCase, open: OpenStage, sideBySide: boolean): Promise<CaseResult> {
  const got = await observe(item, open);
  const expected = story(item, got.probes);
  const actual = story({ ...item, ...got }, item.probes);
  const difference = firstDifference(expected, actual, '');
  const shown = sideBySide ? `expected:\n${expected.join('\n')}\ngot:\n${actual.join('\n')}` : difference;
  return {
    name: item.name,
    status: difference === undefined ? 'passed' : 'failed',
    ...(shown === undefined ? {} : { difference: shown }),
  };
}

/** What a case's probes give on a stage: its row, recorded anew. */
export async function observe(
  item: ObservedCase,
  open: OpenStage,
): Promise<Pick<ObservedCase, 'probes' | 'accessLog' | 'accessLogLines'>> {
  const stage = await open(item);
  try {
    const probes: ObservedProbe[] = [];
    for (const probe of item.probes) probes.push(await attempt(stage, probe));
    const lines = (await stage.output(item.accessLogLines)).flatMap((line) => loggedFields(line, stage));
    const accessLog = lines.length > 4 ? [...lines.slice(0, 2), ...lines.slice(-1)] : lines;
    return { probes, accessLog, accessLogLines: lines.length };
  } finally {
    await stage.close();
  }
}

/** Probes as the kubelet does, and writes down what it says. */
async function attempt(stage: EnvoyStage, { probe, timeout, requestHeaders }: ObservedProbe): Promise<ObservedProbe> {
  stage.seen.length = 0;
  const url = new URL(probe.replace('<pod>', stage.ip));
  let last: HttpOutcome | undefined;
  const handlers = createProbeHandlers({
    clock: stage.clock,
    version: '1.30',
    exec: () => {},
    transport: {
      ...stage.transport,
      http: (request, done) =>
        stage.transport.http(request, (outcome) => {
          last = outcome;
          done(outcome);
        }),
    },
  });
  const livenessProbe = {
    httpGet: {
      scheme: url.protocol === 'https:' ? ('HTTPS' as const) : ('HTTP' as const),
      port: Number(url.port),
      path: probe.replace(/^\w+:\/\/[^/]*/, ''),
      httpHeaders: Object.entries(requestHeaders ?? {}).map(([name, value]) => ({ name, value })),
    },
    timeoutSeconds: Number.parseInt(timeout, 10),
  };
  const run = {
    probe: 'liveness',
    pod: {} as Pod,
    status: { podIP: stage.ip },
    container: { name: 'app', livenessProbe },
    containerID: '',
  } as const;
  let message = '';
  await stage.finish((done) =>
    handlers.attempt(run as never, ({ result, output }) => {
      message = result === 'success' ? '(success)' : output;
      done();
    }),
  );
  const masked = message.replaceAll(stage.ip, '<pod>').replace(/read tcp [\d.]+:\d+->/, 'read tcp <node>->');
  const request = stage.seen.at(-1);
  return {
    probe,
    timeout,
    message: masked,
    ...(requestHeaders === undefined ? {} : { requestHeaders }),
    ...(last?.kind === 'response' && !masked.startsWith('Get ') ? responseFacts(last) : {}),
    ...(request === undefined
      ? {}
      : {
          seenByApp: {
            ...request,
            host: request.host.replaceAll(stage.ip, '<pod>'),
            headers: request.headers.map((line) => line.replaceAll(stage.ip, '<pod>')),
            requests: stage.seen.length,
          },
        }),
  };
}

/** Go's client takes these out of what it shows. */
const UNSEEN = new Set(['connection', 'transfer-encoding']);
const MASKED = /^(date|x-envoy-upstream-service-time): .*/;

function responseFacts(
  response: Extract<HttpOutcome, { kind: 'response' }>,
): Pick<ObservedProbe, 'status' | 'body' | 'headers'> {
  return {
    status: response.status,
    body: new TextDecoder().decode(response.body),
    headers: response.headers
      .filter(([name]) => !UNSEEN.has(name.toLowerCase()))
      .map(([name, value]) => `${name.toLowerCase()}: ${value}`.replace(MASKED, '$1: <…>'))
      .sort(),
  };
}

/** A row as lines to compare. Where `other` shows the second end of a race, both sides read alike. */
function story(item: ObservedCase, other: readonly ObservedProbe[]): string[] {
  const lines = item.probes.flatMap((probe, i) => {
    const race = raceOf(item, probe, other[i]?.message ?? '');
    return race === undefined ? describe(probe, i) : [`probe ${i} ${race}`];
  });
  return [...lines, ...item.accessLog.map((line) => `log ${JSON.stringify(withoutRace(ordered(line)))}`)];
}

function describe({ message, status, body, headers, seenByApp }: ObservedProbe, i: number): string[] {
  return [
    `probe ${i} ${message}`,
    `status ${status} body ${JSON.stringify(body)}`,
    `headers ${JSON.stringify(headers)}`,
    seenByApp === undefined
      ? 'the app saw nothing'
      : `the app at ${seenByApp.port} saw ${seenByApp.uri} Host ${seenByApp.host} ${JSON.stringify(withoutConnection(seenByApp.headers))}`,
  ];
}

/** Of a connection without a proxy the recorder's HTTP/1.1 client says that it will close; the kubelet's over h2 cannot. */
function withoutConnection(headers: readonly string[]): string[] {
  return headers.filter((line) => line !== 'connection: close');
}

const LATE = /context deadline exceeded|request canceled while waiting|statuscode: 504$/;
const ENDED = /: EOF$|connection reset by peer$/;

/** The recordings themselves show both ends of two races; the name of one that `probe` and `other` belong to. */
function raceOf(item: ObservedCase, probe: ObservedProbe, other: string): string | undefined {
  // Envoy's time-out and the client's are equal …
  if (probe.timeout === '1s' && LATE.test(probe.message) && LATE.test(other)) return 'is late';
  // … and a proxied connection that cannot be made ends with a FIN or a reset.
  const unmade = item.accessLog.some((line) => line.response_flags === 'UF,URX');
  return unmade && ENDED.test(probe.message) && ENDED.test(other) ? 'is cut off' : undefined;
}

/** Who gave up first, Envoy or the client, is the first race in the log. */
function withoutRace(line: Record<string, string>): Record<string, string> {
  const late = ['response_timeout', 'downstream_remote_disconnect'].includes(line.response_code_details ?? '');
  if (!late) return line;
  return { ...line, response_code: 'late', response_code_details: 'late', response_flags: 'late' };
}

const LOGGED = [
  'path',
  'response_code',
  'response_code_details',
  'response_flags',
  'upstream_cluster',
  'upstream_host',
];

function ordered(line: Record<string, string>): Record<string, string> {
  return Object.fromEntries(LOGGED.filter((key) => key in line).map((key) => [key, line[key] ?? '']));
}

/** The fields of an access-log line that are compared; none if it is another line. */
function loggedFields(text: string, stage: EnvoyStage): Record<string, string>[] {
  if (!text.startsWith('{')) return [];
  const line = JSON.parse(text) as Record<string, unknown>;
  const present = LOGGED.filter((key) => line[key] !== null && line[key] !== undefined);
  return [Object.fromEntries(present.map((key) => [key, stage.place(String(line[key]))]))];
}
