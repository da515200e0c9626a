import fc from 'fast-check';

/** The ports of a pod's n-th container: containers of one pod share the network. */
export function portsOf(index: number): { http: number; tcp: number; grpc: number; named: string } {
  return { http: 8080 + index, tcp: 9090 + index, grpc: 5000 + index, named: `web-${index}` };
}

export const PATHS = ['/startupz', '/readyz', '/livez'] as const;
/** A command line that apps describe. */
export const CHECK = 'check';

/** A value in one of `n` cases, else undefined; shrinks to undefined. */
export function oneIn<T>(n: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: n - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
}

/** The object without what is undefined, all the way down: as a YAML file has it. */
export function compact<T>(value: T): T {
  if (Array.isArray(value)) return value.map(compact) as T;
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, compact(item)])) as T;
}

/** What a probe or a hook does, in every way there is, also to ports that nobody has. */
export function handlers(index: number): fc.Arbitrary<Record<string, unknown>> {
  const ports = portsOf(index);
  const httpPort = fc.oneof(
    { weight: 6, arbitrary: fc.constant<number | string>(ports.http) },
    { weight: 2, arbitrary: fc.constant(ports.named) },
    { weight: 1, arbitrary: fc.constantFrom<number | string>('nobody', 1, 65_535) },
  );
  const httpGet = fc.record({
    path: fc.constantFrom<string>(...PATHS, '/else?a=b#c', ''),
    port: httpPort,
    scheme: oneIn(8, fc.constantFrom('HTTPS', 'HTTP')),
    httpHeaders: oneIn(8, fc.constant([{ name: 'X-Probe', value: '$(POD)' }])),
  });
  const command = fc.constantFrom([CHECK], ['cat', '/tmp/healthy'], ['sleep', '2'], ['no-such-program']);
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ httpGet }) },
    { weight: 2, arbitrary: fc.record({ tcpSocket: fc.record({ port: fc.constantFrom(ports.tcp, ports.http, 1) }) }) },
    { weight: 3, arbitrary: fc.record({ exec: fc.record({ command }) }) },
  );
}

function grpc(index: number): fc.Arbitrary<Record<string, unknown>> {
  const { grpc, http } = portsOf(index);
  return fc.record({ grpc: fc.record({ port: fc.constantFrom(grpc, http), service: oneIn(3, fc.constant('api')) }) });
}

/** A probe that the API server accepts; small odd numbers, so that thresholds are reached within a short run. */
export function probes(index: number, probe: 'startup' | 'readiness' | 'liveness'): fc.Arbitrary<unknown> {
  const numbers = fc.record({
    initialDelaySeconds: oneIn(3, fc.integer({ min: 0, max: 17 })),
    periodSeconds: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 13 })),
    timeoutSeconds: oneIn(3, fc.integer({ min: 1, max: 7 })),
    failureThreshold: fc.integer({ min: 1, max: 4 }),
    successThreshold: probe === 'readiness' ? oneIn(3, fc.integer({ min: 1, max: 4 })) : fc.constant(undefined),
    terminationGracePeriodSeconds:
      probe === 'readiness' ? fc.constant(undefined) : oneIn(6, fc.integer({ min: 1, max: 12 })),
  });
  const handler = fc.oneof({ weight: 6, arbitrary: handlers(index) }, { weight: 1, arbitrary: grpc(index) });
  return fc.tuple(numbers, handler).map(([spec, what]) => compact({ ...spec, ...what }));
}
