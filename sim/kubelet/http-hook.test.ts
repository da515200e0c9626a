import { expect, it } from 'vitest';
import type { HttpAttempt, HttpOutcome, ProbeTransport } from '../runtime/transport.ts';
import { runHttpHook } from './http-hook.ts';

const OK: HttpOutcome = {
  kind: 'response',
  status: 200,
  headers: [],
  body: new Uint8Array(),
  bodyEnd: 'complete',
  protocol: 'HTTP/1.1',
};
const PLAIN: HttpOutcome = { kind: 'failed', failure: { phase: 'tls', cause: 'http-to-https' } };

function sent(action: object, outcomes: HttpOutcome[]) {
  const attempts: HttpAttempt[] = [];
  const told: string[] = [];
  const transport: ProbeTransport = {
    http: (attempt, done) => {
      attempts.push(attempt);
      done(outcomes.shift() ?? OK);
    },
    tcp: () => {},
    grpc: () => {},
  };
  let error: string | undefined = 'not called';
  const hook = { action: { path: '/', port: 8080, ...action }, container: {}, podIP: '10.0.0.1', version: '1.34' };
  runHttpHook({ transport, onFallback: (host) => told.push(host) }, hook, (text) => {
    error = text;
  });
  return { attempts, told, error };
}

it('asks as the lifecycle client does: connection kept, gzip offered', () => {
  expect(sent({ path: '/stop' }, []).attempts[0]).toMatchObject({
    scheme: 'http',
    host: '10.0.0.1',
    port: 8080,
    target: '/stop',
    headers: [
      ['Host', '10.0.0.1:8080'],
      ['User-Agent', 'kube-lifecycle/1.34'],
      ['Accept', '*/*'],
      ['Accept-Encoding', 'gzip'],
    ],
  });
  const own = [{ name: 'accept-encoding', value: 'br' }];
  const { headers } = sent({ httpHeaders: own }, []).attempts[0] as HttpAttempt;
  expect(headers.filter(([name]) => name === 'Accept-Encoding')).toEqual([['Accept-Encoding', 'br']]);
});

it('falls back to HTTP without the credentials, and keeps the first error if that fails, too', () => {
  const httpHeaders = [{ name: 'Authorization', value: 'Bearer secret' }];
  const { attempts, told, error } = sent({ scheme: 'HTTPS', httpHeaders }, [PLAIN, OK]);
  expect(attempts.map(({ scheme }) => scheme)).toEqual(['https', 'http']);
  const names = attempts.map(({ headers }) => headers.some(([name]) => name === 'Authorization'));
  expect(names).toEqual([true, false]);
  expect([told, error]).toEqual([['10.0.0.1:8080'], undefined]);
  const refused: HttpOutcome = {
    kind: 'failed',
    failure: { phase: 'dial', cause: 'refused', remote: '10.0.0.1:8080' },
  };
  const again = sent({ scheme: 'HTTPS' }, [PLAIN, refused]);
  expect(again.told).toEqual([]);
  expect(again.error).toBe('Get "https://10.0.0.1:8080/": http: server gave HTTP response to HTTPS client');
});

it('does not fall back after any other failure', () => {
  const reset: HttpOutcome = { kind: 'failed', failure: { phase: 'exchange', cause: 'eof' } };
  const { attempts, error } = sent({}, [reset]);
  expect(attempts).toHaveLength(1);
  expect(error).toBe('Get "http://10.0.0.1:8080/": EOF');
});
