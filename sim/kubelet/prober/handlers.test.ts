import { expect, test } from 'vitest';
import type { GrpcOutcome, HttpOutcome, TcpOutcome, TransportFailure } from '../../runtime/transport.ts';
import type { AttemptOutcome } from '../ports.ts';
import type { ExecAnswer } from './exec-handler.ts';
import { container, failed, http, response, world } from './handlers.fixture.ts';

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
