import type { AppDescription } from '../app/description.ts';
import type { ImageDescription } from './image.ts';

/**
 * The documentation's liveness server: /healthz answers 200 for ten seconds, then 500 with the time that has passed.
 * Models kubernetes test/images/agnhost/liveness/server.go. A Go program without a handler ends with 2 on SIGTERM when
 * it is PID 1: the runtime raises the signal again, the kernel ignores it, the runtime gives up.
 */
export function livenessServer(): AppDescription {
  return {
    servers: [
      {
        port: 8080,
        protocol: 'http',
        routes: [
          { path: '/healthz', status: 200, body: 'ok', windows: [{ from: 10_000, status: 500, body: 'error: 10.0' }] },
          { path: '/started', status: 200, body: 'started' },
          { path: '/redirect', status: 302, headers: { Location: '/' }, body: '' },
        ],
      },
    ],
    termination: { exitCode: 2 },
  };
}

/** agnhost's sub-commands, as far as manifests about probes use them. */
function describe(args: readonly string[]): AppDescription {
  const [command] = args;
  const port = (fallback: number) => Number(flag(args, 'http-port') ?? flag(args, 'port') ?? fallback);
  switch (command) {
    case 'liveness':
      return livenessServer();
    case 'netexec':
      return {
        servers: [
          {
            port: port(8080),
            protocol: 'http',
            routes: [
              { path: '/healthz', status: 200 },
              { path: '/hostname', status: 200 },
              { path: '/', status: 200 },
            ],
          },
        ],
        termination: { exitCode: 2 },
      };
    case 'grpc-health-checking':
      return {
        servers: [
          { port: port(5000), protocol: 'grpc', health: { '': {} } },
          { port: Number(flag(args, 'http-port') ?? 8080), protocol: 'http' },
        ],
        termination: { exitCode: 2 },
      };
    case 'pause':
    case undefined:
      return { termination: { exitCode: 0 } };
    default:
      return {
        logs: [{ at: 0, line: `Error: unknown command "${command}" for "app"`, stream: 'stderr' }],
        exit: { after: 1, code: 1 },
      };
  }
}

function flag(args: readonly string[], name: string): string | undefined {
  const prefix = `--${name}=`;
  const joined = args.find((argument) => argument.startsWith(prefix));
  if (joined !== undefined) return joined.slice(prefix.length);
  const at = args.indexOf(`--${name}`);
  return at < 0 ? undefined : args[at + 1];
}

export const agnhost: ImageDescription = {
  names: ['registry.k8s.io/e2e-test-images/agnhost', 'k8s.gcr.io/e2e-test-images/agnhost'],
  entrypoint: ['/agnhost'],
  args: ['pause'],
  sizeBytes: 51_155_161,
  programs: { '/agnhost': { kind: 'app', describe } },
  shell: true,
};
