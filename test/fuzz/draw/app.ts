import fc from 'fast-check';
import { CHECK, compact, oneIn, PATHS, portsOf } from './probe.ts';

/** A moment of a run as a file writes it, `12.345s`; shrinks to small and round. */
export function moments(minMs: number, maxMs: number): fc.Arbitrary<string> {
  return fc.integer({ min: minMs, max: maxMs }).map((ms) => `${ms / 1000}s`);
}

/** What a route does now. */
export const behaviours = fc.oneof(
  { weight: 5, arbitrary: fc.record({ status: fc.constantFrom(200, 503, 204, 302, 404, 500) }) },
  { weight: 2, arbitrary: fc.record({ delay: moments(1, 6000) }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, unknown>>(
      { hang: true },
      { reset: true },
      { close: true },
      { body: 'cut', truncate: true },
      { status: 302, headers: { location: '/readyz' } },
      { status: 302, headers: { location: 'http://elsewhere.example/' } },
    ),
  },
);

function windows<T extends object>(of: fc.Arbitrary<T>): fc.Arbitrary<unknown[]> {
  const window = fc
    .tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 30_000 }), of)
    .map(([from, length, what]) => ({ from: `${from}ms`, until: `${from + length}ms`, ...what }));
  return fc.array(window, { maxLength: 2 });
}

function routes(): fc.Arbitrary<unknown[]> {
  const one = (path: string) =>
    fc.tuple(windows(behaviours), oneIn(8, behaviours)).map(([during, always]) => ({
      path,
      ...(always ?? { status: 200 }),
      ...(during.length > 0 ? { windows: during } : {}),
    }));
  return fc.tuple(...PATHS.map(one));
}

const termination = fc.record({
  delay: oneIn(2, moments(0, 20_000)),
  ignore: oneIn(5, fc.constant(true)),
  exitCode: oneIn(3, fc.constantFrom(0, 1, 143)),
  unready: oneIn(4, fc.constant(['/readyz'])),
});

const exits = fc.record({
  after: moments(0, 40_000),
  code: fc.constantFrom(0, 1, 3),
  signal: oneIn(4, fc.constantFrom('SIGSEGV', 'OOM')),
  log: oneIn(3, fc.constant(['the end'])),
});

/** How the n-th container of a pod behaves: mostly well, with windows in which it does not. */
export function apps(index: number): fc.Arbitrary<Record<string, unknown>> {
  const ports = portsOf(index);
  return fc
    .record({
      startup: oneIn(3, moments(0, 20_000)),
      routes: routes(),
      listening: oneIn(8, windows(fc.constant({}))),
      tcp: oneIn(4, fc.constantFrom('accept', 'close', 'reset', 'silent')),
      serving: oneIn(3, fc.constantFrom('SERVING', 'NOT_SERVING', 'UNKNOWN')),
      check: windows(fc.record({ exitCode: fc.constantFrom(1, 2), stdout: fc.constantFrom('down', 'bad\n') })),
      checkTakes: oneIn(5, moments(0, 5000)),
      healthy: oneIn(3, windows(fc.constant({}))),
      termination: oneIn(3, termination),
      exit: oneIn(6, exits),
    })
    .map(({ routes, listening, tcp, serving, check, checkTakes, healthy, ...rest }) =>
      compact({
        ...rest,
        servers: [
          { port: ports.http, protocol: 'http', routes, listening: listening?.length === 0 ? undefined : listening },
          { port: ports.tcp, protocol: 'tcp', connection: tcp },
          { port: ports.grpc, protocol: 'grpc', health: { '': { status: serving ?? 'SERVING' } } },
        ],
        exec: [
          // The first that holds counts.
          ...check.map((window) => ({ command: CHECK, ...(window as object) })),
          { command: CHECK, exitCode: 0, duration: checkTakes },
        ],
        files:
          healthy === undefined || healthy.length === 0
            ? [{ path: '/tmp/healthy' }]
            : healthy.map((window) => ({ path: '/tmp/healthy', ...(window as object) })),
      }),
    );
}
