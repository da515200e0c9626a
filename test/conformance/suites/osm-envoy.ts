import type { Pod } from '../../../sim/kube/objects.ts';
import { createProbeHandlers } from '../../../sim/kubelet/prober/handlers.ts';
import type { HttpOutcome } from '../../../sim/runtime/transport.ts';
import { readCases } from '../golden.ts';
import { firstDifference } from '../osm/first-difference.ts';
import { observedApp, type SeenRequest } from '../osm/observed-apps.ts';
import { createVirtualPod, type VirtualPod } from '../osm/virtual-pod.ts';
import type { CaseResult, Suite } from '../suite.ts';

interface ObservedProbe {
  probe: string;
  timeout: string;
  message: string;
  requestHeaders?: Record<string, string>;
  status?: number;
  body?: string;
  headers?: string[];
  seenByApp?: SeenRequest & { requests: number };
}

/** A line of envoy-observed.jsonl. */
interface ObservedCase {
  name: string;
  apps: Record<string, string>;
  probes: ObservedProbe[];
  accessLog: Record<string, string>[];
  accessLogLines: number;
  bootstrap: Bootstrap;
}

interface Bootstrap {
  dynamic_resources?: unknown;
  static_resources: { listeners: { listener_filters?: unknown; filter_chains: Record<string, unknown>[] }[] };
}

export const suite: Suite = {
  name: 'osm-envoy',
  about: "OSM's probe listeners in the modelled Envoy, against a real one",
  async *run(files, options) {
    for (const file of files) {
      for (const item of readCases<ObservedCase>(file)) {
        if (options.caseName !== undefined && item.name !== options.caseName) continue;
        yield play(item, options.sideBySide);
      }
    }
  },
};

function play(item: ObservedCase, sideBySide: boolean): CaseResult {
  const pod = createVirtualPod();
  const seen: SeenRequest[] = [];
  for (const [port, kind] of Object.entries(item.apps)) {
    const app = observedApp(kind, Number(port), (request) => seen.push(request));
    if (app !== undefined) pod.runProgram(`app-${port}`, app);
  }
  startEnvoy(pod, recordedBootstrap(item));
  const expected: string[] = [];
  const actual: string[] = [];
  for (const [i, probe] of item.probes.entries()) {
    seen.length = 0;
    const got = attempt(pod, probe, seen);
    const want = describe(probe, probe.message);
    // Two ends of a race that the recording itself shows both of.
    const race = sameRace(item, probe, got.message);
    expected.push(`probe ${i} ${race ? got.message : probe.message}`, ...(race ? [] : want));
    actual.push(`probe ${i} ${got.message}`, ...(race ? [] : got.lines));
  }
  if (!item.probes.some((probe) => /context deadline|statuscode: 504/.test(probe.message))) {
    expected.push(...item.accessLog.map((line) => `log ${ordered(line)}`));
    actual.push(...accessLog(pod, item).map((line) => `log ${ordered(line)}`));
  }
  const difference = firstDifference(expected, actual, '');
  const shown = sideBySide ? `expected:\n${expected.join('\n')}\ngot:\n${actual.join('\n')}` : difference;
  return {
    name: item.name,
    status: difference === undefined ? 'passed' : 'failed',
    ...(shown === undefined ? {} : { difference: shown }),
  };
}

function startEnvoy(pod: VirtualPod, bootstrap: Bootstrap): void {
  const files = { 'bootstrap.yaml': new TextEncoder().encode(JSON.stringify(bootstrap)) };
  pod.run('envoy', {
    image: 'envoyproxy/envoy:v1.40.0',
    command: ['envoy'],
    args: ['--config-path', '/etc/envoy/bootstrap.yaml'],
    security: { runAsUser: 1500, addCapabilities: [], dropCapabilities: [] },
    mounts: [
      { mountPath: '/etc/envoy', readOnly: true, source: { type: 'files', volume: 'envoy', files, mode: 0o644 } },
    ],
  });
}

/**
 * The bootstrap as it ran: the recorder turned the probe listener into an inbound one that takes only mutual TLS, with a
 * TLS inspector or without, after it had written the row.
 */
function recordedBootstrap({ name, bootstrap }: ObservedCase): Bootstrap {
  const { dynamic_resources: _unreachable, ...rest } = structuredClone(bootstrap);
  const inspected = name === 'unrewritten-at-mtls-inbound';
  if (!inspected && name !== 'unrewritten-at-tls-no-inspector') return rest;
  const [listener] = rest.static_resources.listeners;
  const [chain] = listener?.filter_chains ?? [];
  if (listener === undefined || chain === undefined) return rest;
  if (inspected) {
    listener.listener_filters = [{ name: 'tls_inspector' }];
    chain.filter_chain_match = { transport_protocol: 'tls', application_protocols: ['osm'] };
  }
  chain.transport_socket = { name: 'tls', typed_config: { require_client_certificate: true } };
  return rest;
}

/** Probes as the kubelet does, and says what it says. */
function attempt(pod: VirtualPod, probe: ObservedProbe, seen: SeenRequest[]): { message: string; lines: string[] } {
  const url = new URL(probe.probe.replace('<pod>', pod.ip));
  let last: HttpOutcome | undefined;
  const handlers = createProbeHandlers({
    clock: pod.clock,
    version: '1.30',
    exec: () => {},
    transport: {
      ...pod.runtime.transport,
      http: (request, done) =>
        pod.runtime.transport.http(request, (outcome) => {
          last = outcome;
          done(outcome);
        }),
    },
  });
  const livenessProbe = {
    httpGet: {
      scheme: url.protocol === 'https:' ? ('HTTPS' as const) : ('HTTP' as const),
      port: Number(url.port),
      path: probe.probe.replace(/^\w+:\/\/[^/]*/, ''),
      httpHeaders: Object.entries(probe.requestHeaders ?? {}).map(([name, value]) => ({ name, value })),
    },
    timeoutSeconds: Number.parseInt(probe.timeout, 10),
  };
  let message: string | undefined;
  const run = {
    probe: 'liveness',
    pod: {} as Pod,
    status: { podIP: pod.ip },
    container: { name: 'app', livenessProbe },
    containerID: '',
  } as const;
  handlers.attempt(run as never, ({ result, output }) => {
    message = result === 'success' ? '(success)' : output;
  });
  pod.clock.runUntil(pod.clock.now() + 20_000, () => message !== undefined);
  const text = (message ?? 'no end').replaceAll(pod.ip, '<pod>').replace(/read tcp [\d.]+:\d+->/, 'read tcp <node>->');
  const request = seen.at(-1);
  const observed: ObservedProbe = {
    ...probe,
    ...(last?.kind === 'response' ? responseFacts(last) : {}),
    ...(request === undefined ? {} : { seenByApp: { ...request, requests: seen.length } }),
  };
  if (last?.kind !== 'response' || text.startsWith('Get '))
    for (const key of ['status', 'body', 'headers'] as const) delete observed[key];
  if (request === undefined) delete observed.seenByApp;
  return { message: text, lines: describe(observed, text, pod.ip) };
}

const MASKED = /^(date|x-envoy-upstream-service-time): .*/;

function responseFacts(
  response: Extract<HttpOutcome, { kind: 'response' }>,
): Pick<ObservedProbe, 'status' | 'body' | 'headers'> {
  return {
    status: response.status,
    body: new TextDecoder().decode(response.body),
    headers: response.headers
      .map(([name, value]) => `${name.toLowerCase()}: ${value}`.replace(MASKED, '$1: <…>'))
      .sort(),
  };
}

function describe(probe: ObservedProbe, message: string, ip = '<pod>'): string[] {
  const { seenByApp } = probe;
  return [
    message,
    `status ${probe.status} body ${JSON.stringify(probe.body)}`,
    `headers ${JSON.stringify(probe.headers)}`,
    seenByApp === undefined
      ? 'the app saw nothing'
      : `the app at ${seenByApp.port} saw ${seenByApp.uri} Host ${seenByApp.host} ${JSON.stringify(withoutConnection(seenByApp.headers))}`.replaceAll(
          ip,
          '<pod>',
        ),
  ];
}

/** Of a connection without a proxy the recorder's HTTP/1.1 client says that it will close; the kubelet's over h2 cannot. */
function withoutConnection(headers: readonly string[]): string[] {
  return headers.filter((line) => line !== 'connection: close');
}

function sameRace(item: ObservedCase, probe: ObservedProbe, got: string): boolean {
  const deadline = /context deadline exceeded|request canceled while waiting/;
  const gatewayTimeout = /statuscode: 504/;
  const late = (text: string) => deadline.test(text) || gatewayTimeout.test(text);
  // Envoy's time-out and the client's are equal …
  if (probe.timeout === '1s' && late(probe.message) && late(got)) return true;
  // … and a proxied connection that cannot be made ends with a FIN or a reset.
  const ended = /: EOF$|connection reset by peer$/;
  return (
    item.accessLog.some((line) => line.response_flags === 'UF,URX') && ended.test(probe.message) && ended.test(got)
  );
}

const LOGGED = [
  'path',
  'response_code',
  'response_code_details',
  'response_flags',
  'upstream_cluster',
  'upstream_host',
];

function accessLog(pod: VirtualPod, item: ObservedCase): Record<string, string>[] {
  const ports = new Set([...Object.keys(item.apps), '15901', '15902', '15903']);
  return pod.log('envoy').map((text) => {
    const line = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(
      LOGGED.filter((key) => line[key] !== null && line[key] !== undefined).map((key) => [
        key,
        String(line[key]).replace(/^127\.0\.0\.1:(\d+)$/, (all, port: string) =>
          ports.has(port) ? `<pod>:${port}` : all,
        ),
      ]),
    );
  });
}

function ordered(line: Record<string, string>): string {
  return JSON.stringify(Object.fromEntries(LOGGED.filter((key) => key in line).map((key) => [key, line[key]])));
}
