/** What the agent does for one rewritten probe; `timeoutMs` 0: waits for ever. */
export type AppProber =
  | { kind: 'http'; target: string; port: number; tls: boolean; timeoutMs: number }
  | { kind: 'tcp' | 'grpc'; port: number; timeoutMs: number };

/** Why the agent does not start, in its words. */
export class ProberError extends Error {}

const PATH = /^\/(app-health|app-lifecycle)\/[^/]+\/(livez|readyz|startupz|prestopz|poststartz)$/u;

/**
 * ISTIO_KUBE_APP_PROBERS: JSON, paths and the probes that were there before the injector came. Throws ProberError.
 * Models istio/istio v1.27 cmd/pilot-agent/status/server.go, NewServer.
 */
export function readProbers(text: string): ReadonlyMap<string, AppProber> {
  if (text === '') return new Map();
  let probers: unknown;
  try {
    probers = JSON.parse(text);
  } catch (error) {
    throw new ProberError(`failed to decode app prober err = ${(error as Error).message}, json string = ${text}`);
  }
  return new Map(Object.entries(probers as Record<string, Entry>).map(([path, entry]) => [path, read(path, entry)]));
}

interface Entry {
  httpGet?: { path?: string; port?: unknown; scheme?: string };
  tcpSocket?: { port?: unknown };
  grpc?: { port?: unknown };
  timeoutSeconds?: number;
}

function read(path: string, { httpGet, tcpSocket, grpc, timeoutSeconds = 0 }: Entry): AppProber {
  if (!PATH.test(path)) throw new ProberError(`invalid path, must be in form of regex pattern ${PATH.source}`);
  const timeoutMs = timeoutSeconds * 1000;
  if (httpGet !== undefined) {
    const target = httpGet.path?.startsWith('/') ? httpGet.path : `/${httpGet.path ?? ''}`;
    return { kind: 'http', target, port: portOf(path, httpGet.port), tls: httpGet.scheme === 'HTTPS', timeoutMs };
  }
  if (tcpSocket !== undefined) return { kind: 'tcp', port: portOf(path, tcpSocket.port), timeoutMs };
  if (grpc !== undefined) return { kind: 'grpc', port: portOf(path, grpc.port), timeoutMs };
  throw new ProberError('invalid prober type, must be one of type httpGet, tcpSocket or gRPC');
}

function portOf(path: string, port: unknown): number {
  if (typeof port === 'number') return port;
  throw new ProberError(`invalid prober config for ${path}, the port must be int type`);
}
