import { expect, test } from 'vitest';
import { VirtualClock } from '../../core/virtual-clock.ts';
import type { Container, Probe } from '../../kube/objects.ts';
import type {
  GrpcOutcome,
  HttpAttempt,
  HttpOutcome,
  ProbeTransport,
  TcpOutcome,
  TransportFailure,
} from '../../runtime/transport.ts';
import type { AttemptOutcome, ProbeRun } from '../ports.ts';
import type { ExecAnswer } from './exec-handler.ts';
import { createProbeHandlers } from './handlers.ts';

interface World {
  http?: (attempt: HttpAttempt) => HttpOutcome;
  tcp?: TcpOutcome;
  grpc?: GrpcOutcome;
  exec?: ExecAnswer;
  /** How long each attempt of the transport takes. */
  ms?: number;
}

/** Handlers over a transport that answers as told, in virtual time; `sent` are the HTTP attempts, `commands` the execs. */
function world({ http, tcp, grpc, exec, ms = 1 }: World) {
  const clock = new VirtualClock();
  const sent: HttpAttempt[] = [];
  const commands: { command: readonly string[]; timeoutMs: number }[] = [];
  const transport: ProbeTransport = {
    http(attempt, done) {
      sent.push(attempt);
      clock.setTimeout(() => done(http?.(attempt) ?? response(200)), ms);
    },
    tcp: (_attempt, done) => void clock.setTimeout(() => done(tcp ?? { kind: 'connected' }), ms),
    grpc: (_attempt, done) => void clock.setTimeout(() => done(grpc ?? { kind: 'connect-timeout' }), ms),
  };
  const handlers = createProbeHandlers({
    clock,
    transport,
    version: '1.34',
    exec(_id, command, timeoutMs, done) {
      commands.push({ command, timeoutMs });
      if (exec !== undefined) clock.setTimeout(() => done(exec), ms);
    },
  });
  function attempt(container: Container, podIP = '10.0.0.1'): AttemptOutcome {
    const pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u' } };
    let outcome: AttemptOutcome | undefined;
    handlers.attempt(
      { probe: 'liveness', container, pod, status: { podIP }, containerID: 'c' } as ProbeRun,
      (answer) => {
        expect(outcome, 'done is called once').toBeUndefined();
        outcome = answer;
      },
    );
    expect(outcome, 'never from within').toBeUndefined();
    clock.runUntil(clock.now() + 100_000);
    return outcome as AttemptOutcome;
  }
  return { sent, commands, attempt };
}

function container(livenessProbe: Probe, more: Partial<Container> = {}): Container {
  return { name: 'app', livenessProbe, ...more };
}

const http = (path = '/healthz', more: Partial<Probe> = {}): Container =>
  container({ httpGet: { path, port: 8080 }, ...more });

function response(
  status: number,
  location?: string,
  more: Partial<Extract<HttpOutcome, { kind: 'response' }>> = {},
): HttpOutcome {
  const headers: [string, string][] = location === undefined ? [] : [['location', location]];
  const body = new TextEncoder().encode('body');
  return { kind: 'response', status, headers, body, bodyEnd: 'complete', protocol: 'HTTP/1.1', ...more };
}

const failed = (failure: TransportFailure): HttpOutcome => ({ kind: 'failed', failure });
const STOPPED = 'stopped after 10 redirects';

test.each<[string, HttpOutcome, AttemptOutcome]>([
  ['200', response(200), { result: 'success', output: 'body' }],
  ['304', response(304), { result: 'warning', output: 'Probe terminated redirects, Response body: body' }],
  ['199', response(199), { result: 'failure', output: 'HTTP probe failed with statuscode: 199' }],
  ['503', response(503), { result: 'failure', output: 'HTTP probe failed with statuscode: 503' }],
  [
    'elsewhere',
    response(302, 'http://other/'),
    { result: 'warning', output: 'Probe terminated redirects, Response body: body' },
  ],
  ['nowhere', response(301), { result: 'warning', output: 'Probe terminated redirects, Response body: body' }],
  [
    'short body of a 500',
    response(500, undefined, { bodyEnd: 'short' }),
    { result: 'error', errorState: 'failure', output: 'unexpected EOF' },
  ],
  [
    'slow body',
    response(200, undefined, { bodyEnd: 'timeout' }),
    {
      result: 'error',
      errorState: 'failure',
      output: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)',
    },
  ],
])('http: %s', (_name, outcome, expected) => {
  expect(world({ http: () => outcome }).attempt(http())).toEqual(expected);
});

const ENDS = { local: '10.0.0.9:40000', remote: '10.0.0.1:8080' };

test.each<[TransportFailure, string]>([
  [{ phase: 'dial', cause: 'refused', ...ENDS }, 'dial tcp 10.0.0.1:8080: connect: connection refused'],
  [{ phase: 'dial', cause: 'unreachable', ...ENDS }, 'dial tcp 10.0.0.1:8080: connect: no route to host'],
  [{ phase: 'dial', cause: 'timeout' }, 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'],
  [
    { phase: 'exchange', cause: 'timeout' },
    'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  ],
  [{ phase: 'exchange', cause: 'eof' }, 'EOF'],
  [
    { phase: 'exchange', cause: 'reset', ...ENDS },
    'read tcp 10.0.0.9:40000->10.0.0.1:8080: read: connection reset by peer',
  ],
  [
    { phase: 'exchange', cause: 'malformed', detail: 'malformed HTTP response "x"' },
    'net/http: HTTP/1.x transport connection broken: malformed HTTP response "x"',
  ],
  [{ phase: 'tls', cause: 'http-to-https' }, 'http: server gave HTTP response to HTTPS client'],
  [{ phase: 'tls', cause: 'tls', detail: 'remote error: tls: bad certificate' }, 'remote error: tls: bad certificate'],
  [
    { phase: 'lookup', cause: 'no-such-host', remote: '10.96.0.10:53' },
    'dial tcp: lookup 10.0.0.1 on 10.96.0.10:53: no such host',
  ],
])('http failure %j', (failure, text) => {
  const outcome = world({ http: () => failed(failure) }).attempt(http());
  expect(outcome).toEqual({ result: 'failure', output: `Get "http://10.0.0.1:8080/healthz": ${text}` });
});

test('redirects on the same host name are followed, with Referer; another port is the same host', () => {
  const { sent, attempt } = world({
    http: ({ target }) => (target === '/a?x' ? response(302, 'http://10.0.0.1:9090/b') : response(204)),
  });
  expect(attempt(http('/a?x')).result).toBe('success');
  expect(sent.map(({ port, target }) => `${port}${target}`)).toEqual(['8080/a?x', '9090/b']);
  expect(sent[1]?.headers).toContainEqual(['Referer', 'http://10.0.0.1:8080/a?x']);
  expect(sent[1]?.headers).toContainEqual(['Host', '10.0.0.1:9090']);
});

test('of several Referers of the user the first goes along', () => {
  const headers = ['a', 'b'].map((value) => ({ name: 'Referer', value }));
  const { sent, attempt } = world({ http: ({ target }) => response(target === '/a' ? 302 : 200, '/b') });
  attempt(container({ httpGet: { path: '/a', port: 8080, httpHeaders: headers } }));
  const referers = sent.map((request) => request.headers.filter(([name]) => name === 'Referer'));
  expect(referers).toEqual([
    [
      ['Referer', 'a'],
      ['Referer', 'b'],
    ],
    [['Referer', 'a']],
  ]);
});

test.each([
  ['/a/b/c', '../x', '/a/x'],
  ['/a', '../../x', '/x'],
  ['/', '..//x', '/x'],
  ['/a/b', '..', '/'],
  ['/a/b/', './/x/.', '/a/b//x/'],
])('from %s the Location %s leads to %s', (from, location, to) => {
  const { sent, attempt } = world({ http: () => response(sent.length === 1 ? 302 : 200, location) });
  attempt(http(from));
  expect(sent.map(({ target }) => target)).toEqual([from, to]);
});

test('the tenth redirect is one too many, and the error names the Location as it was sent', () => {
  const { sent, attempt } = world({ http: ({ target }) => response(302, `/${Number(target.slice(1)) + 1}`) });
  expect(attempt(http('/0'))).toEqual({ result: 'failure', output: `Get "/10": ${STOPPED}` });
  expect(sent).toHaveLength(10);
});

test('one deadline for the whole chain', () => {
  const { sent, attempt } = world({ http: () => response(302, '/next'), ms: 400 });
  expect(attempt(http('/a')).output).toBe(
    'Get "http://10.0.0.1:8080/next": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
  );
  expect(sent.map(({ timeoutMs }) => timeoutMs)).toEqual([1000, 600, 200]);
});

test.each([
  ['http://[::1', `failed to parse Location header "http://[::1": parse "http://[::1": missing ']' in host`],
  ['/%zz', 'failed to parse Location header "/%zz": parse "/%zz": invalid URL escape "%zz"'],
  ['/ü%zz', 'failed to parse Location header "/ü%zz": parse "/ü%zz": invalid URL escape "%zz"'],
])('a Location that is no URL: %s', (location, text) => {
  const outcome = world({ http: () => response(302, location) }).attempt(http());
  expect(outcome).toEqual({ result: 'failure', output: `Get "http://10.0.0.1:8080/healthz": ${text}` });
});

test('a Location with another scheme on the same host fails', () => {
  const outcome = world({ http: () => response(302, 'ftp://10.0.0.1/x') }).attempt(http());
  expect(outcome.output).toBe('Get "ftp://10.0.0.1/x": unsupported protocol scheme "ftp"');
});

test('a password in the URL is hidden in errors', () => {
  const outcome = world({ http: () => failed({ phase: 'exchange', cause: 'eof' }) }).attempt(http('//user:pw@x/y'));
  expect(outcome.output).toBe('Get "http://user:***@10.0.0.1:8080/y": EOF');
});

test('a probe follows the pod to another IP', () => {
  const { sent, attempt } = world({});
  const subject = http();
  attempt(subject, '10.0.0.1');
  attempt(subject, '10.0.0.2');
  expect(sent.map(({ host }) => host)).toEqual(['10.0.0.1', '10.0.0.2']);
});

test('an unknown port name is an error of unknown state, nothing is sent', () => {
  const { sent, attempt } = world({});
  const outcome = attempt(container({ httpGet: { port: 'web' } }));
  expect(outcome).toEqual({ result: 'error', output: 'strconv.Atoi: parsing "web": invalid syntax' });
  expect(sent).toEqual([]);
});

test('a probe without a handler is an error that names the pod', () => {
  expect(world({}).attempt(container({}))).toEqual({
    result: 'error',
    output: 'missing probe handler for p_ns(u):app',
  });
});

test('tcp', () => {
  const probe = container({ tcpSocket: { port: 9000 } });
  const timeout: TcpOutcome = { kind: 'failed', failure: { phase: 'dial', cause: 'timeout', remote: '10.0.0.1:9000' } };
  expect(world({}).attempt(probe)).toEqual({ result: 'success', output: '' });
  expect(world({ tcp: timeout }).attempt(probe)).toEqual({
    result: 'failure',
    output: 'dial tcp 10.0.0.1:9000: i/o timeout',
  });
});

test.each<[GrpcOutcome, AttemptOutcome['result'], string]>([
  [{ kind: 'response', status: 'SERVING' }, 'success', 'service healthy'],
  [{ kind: 'response', status: 'NOT_SERVING' }, 'failure', 'service unhealthy (responded with "NOT_SERVING")'],
  [
    { kind: 'status', code: 'NotFound', message: 'unknown service' },
    'failure',
    'error: health rpc probe failed: rpc error: code = NotFound desc = unknown service',
  ],
  [
    { kind: 'status', code: 'Unimplemented', message: 'm' },
    'failure',
    'error: this server does not implement the grpc health protocol (grpc.health.v1.Health): m',
  ],
  [
    { kind: 'status', code: 'DeadlineExceeded', message: '' },
    'failure',
    'timeout: health rpc did not complete within 1m30s',
  ],
  [{ kind: 'rpc-timeout' }, 'failure', 'timeout: health rpc did not complete within 1m30s'],
  [
    { kind: 'connect-timeout' },
    'failure',
    'timeout: failed to connect service "10.0.0.1:50051" within 1m30s: context deadline exceeded',
  ],
])('grpc: %j', (grpc, result, output) => {
  const probe = container({ grpc: { port: 50_051 }, timeoutSeconds: 90 });
  expect(world({ grpc }).attempt(probe)).toEqual({ result, output });
});

const exited = (exitCode: number, stdout: string, stderr = ''): ExecAnswer => ({
  outcome: 'exited',
  exitCode,
  stdout,
  stderr,
});

test.each<[string, ExecAnswer, AttemptOutcome]>([
  ['exit 0', exited(0, 'fine\n'), { result: 'success', output: 'fine\n' }],
  ['stdout before stderr', exited(3, 'out\n', 'err\n'), { result: 'failure', output: 'out\nerr\n' }],
  ['cut at 10240 bytes', exited(1, 'x'.repeat(20_000)), { result: 'failure', output: 'x'.repeat(10_240) }],
  [
    'timeout',
    { outcome: 'timeout', exitCode: 137, stdout: 'partial', stderr: '' },
    { result: 'failure', output: 'command timed out: "sh -c \\"a\\"" timed out after 1s' },
  ],
  [
    'could not be run',
    { outcome: 'error', exitCode: 0, stdout: '', stderr: 'rpc error: boom' },
    { result: 'error', output: 'rpc error: boom' },
  ],
])('exec: %s', (_name, exec, expected) => {
  expect(world({ exec }).attempt(container({ exec: { command: ['sh', '-c', '"a"'] } }))).toEqual(expected);
});

test('$(VAR) in a command: static values only, $$ escapes, values are not expanded again', () => {
  const { commands, attempt } = world({ exec: exited(0, '') });
  const env = [
    { name: 'FOO', value: 'foo' },
    { name: 'BAR', value: '$(FOO)-bar' },
  ];
  const command = ['$(FOO)', '$(BAR)', '$$(FOO)', '$FOO', '$(MISSING)', 'kill -9 $$'];
  attempt(container({ exec: { command }, timeoutSeconds: 5 }, { env }));
  expect(commands).toEqual([
    { command: ['foo', '$(FOO)-bar', '$(FOO)', '$FOO', '$(MISSING)', 'kill -9 $'], timeoutMs: 5000 },
  ]);
});
