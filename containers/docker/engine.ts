import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { LabError } from '../../sim/core/errors.ts';

/** Where an engine was looked for, and what came of it. */
export interface EngineProbe {
  available: boolean;
  /** `unix:///var/run/docker.sock`, `tcp://…`: the one that answered, or the first one tried. */
  endpoint: string;
  /** Every endpoint tried, with the reason why it did not answer. */
  tried: readonly { endpoint: string; problem: string }[];
  version?: string;
}

export interface Engine {
  readonly docker: Dockerode;
  readonly endpoint: string;
  /** False if the engine runs on another machine: its paths and processes are not ours. */
  readonly local: boolean;
}

/** An engine that starts many containers at the moment takes seconds. */
const PING_TIMEOUT_MS = 10_000;

/** Endpoints in the order in which they are tried; `DOCKER_HOST` alone if it is set. */
export function engineEndpoints(env: NodeJS.ProcessEnv = process.env): string[] {
  if (env.DOCKER_HOST) return [env.DOCKER_HOST];
  if (process.platform === 'win32') return ['npipe:////./pipe/docker_engine'];
  const sockets = ['/var/run/docker.sock'];
  if (env.XDG_RUNTIME_DIR) sockets.push(join(env.XDG_RUNTIME_DIR, 'docker.sock'));
  sockets.push(join(homedir(), '.docker/run/docker.sock'), join(homedir(), '.docker/desktop/docker.sock'));
  return sockets.map((path) => `unix://${path}`);
}

/** Looks for a Docker engine; never throws; an endpoint that does not answer takes ten seconds. */
export async function probeDockerEngine(env: NodeJS.ProcessEnv = process.env): Promise<EngineProbe> {
  const tried: { endpoint: string; problem: string }[] = [];
  for (const endpoint of engineEndpoints(env)) {
    try {
      const docker = await dockerodeFor(endpoint, env);
      const version = await withinTime(docker.version(), PING_TIMEOUT_MS);
      return { available: true, endpoint, tried, version: version.Version };
    } catch (error) {
      tried.push({ endpoint, problem: problemOf(error) });
    }
  }
  return { available: false, endpoint: tried[0]?.endpoint ?? '', tried };
}

/**
 * Connects to the Docker engine.
 * @throws LabError DOCKER_UNAVAILABLE naming the sockets tried, with what to set.
 */
export async function connectEngine(env: NodeJS.ProcessEnv = process.env): Promise<Engine> {
  const probe = await probeDockerEngine(env);
  if (!probe.available) throw unavailable(probe);
  return {
    docker: await dockerodeFor(probe.endpoint, env),
    endpoint: probe.endpoint,
    local: probe.endpoint.startsWith('unix://') && process.platform === 'linux',
  };
}

/** The error for exit code 69. */
export function unavailable(probe: Pick<EngineProbe, 'tried'>): LabError {
  const tried = probe.tried.map(({ endpoint, problem }) => `${endpoint} (${problem})`).join(', ');
  return new LabError('DOCKER_UNAVAILABLE', `No Docker engine answers. Tried ${tried}.`, {
    hint: 'Start Docker, or set DOCKER_HOST to its socket (unix:///path, tcp://host:port). The same scenario runs without Docker with --runtime virtual.',
  });
}

/** True if `error` says that the engine itself cannot be reached, not that it refused something. */
export function isConnectionError(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return ['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'EACCES', 'ETIMEDOUT'].includes(String(code));
}

/** The engine's own sentence, without the HTTP wrapping that dockerode puts around it. */
export function engineMessage(error: unknown): string {
  const json = (error as { json?: { message?: unknown } } | null)?.json;
  if (typeof json?.message === 'string') return json.message.trim();
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
}

/** HTTP status the engine answered with, if it did. */
export function engineStatus(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : undefined;
}

async function dockerodeFor(endpoint: string, env: NodeJS.ProcessEnv): Promise<Dockerode> {
  const { default: Docker } = await import('dockerode');
  const url = /^(unix|npipe):\/\/(.+)$/.exec(endpoint);
  if (url?.[2] !== undefined) return new Docker({ socketPath: url[2] });
  const match = /^(tcp|http|https):\/\/([^:/]+):?(\d+)?/.exec(endpoint);
  if (match === null) throw new Error('is not unix://, npipe://, tcp://, http:// or https://');
  const tls = env.DOCKER_TLS_VERIFY !== undefined && env.DOCKER_TLS_VERIFY !== '' && env.DOCKER_TLS_VERIFY !== '0';
  const secure = tls || match[1] === 'https';
  return new Docker({
    protocol: secure ? 'https' : 'http',
    host: match[2],
    port: Number(match[3] ?? (secure ? 2376 : 2375)),
    ...(secure && env.DOCKER_CERT_PATH ? certificates(env.DOCKER_CERT_PATH) : {}),
  });
}

function certificates(directory: string): { ca: string; cert: string; key: string } {
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

function problemOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT') return 'no such socket';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ECONNREFUSED') return 'connection refused';
  return error instanceof Error ? error.message : String(error);
}

function withinTime<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000}s`)), ms);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
