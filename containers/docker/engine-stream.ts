import type { Duplex } from 'node:stream';
import type DockerModem from 'docker-modem';
import type Dockerode from 'dockerode';

/** Follows the engine's events that match, from `since` (Unix seconds with a fraction, as text) or from now. */
export function openEvents(
  docker: Dockerode,
  query: { filters: Readonly<Record<string, readonly string[]>>; since?: string },
): Promise<NodeJS.ReadableStream> {
  return dial(docker, {
    path: '/events?',
    method: 'GET',
    isStream: true,
    statusCodes: { 200: true, 500: 'server error' },
    options: query,
  });
}

/** A container's output, and with `stdin` its standard input: the connection is hijacked, bytes go both ways. */
export function attachContainer(docker: Dockerode, containerID: string, options: { stdin: boolean }): Promise<Duplex> {
  return dial(docker, {
    path: `/containers/${containerID}/attach?`,
    method: 'POST',
    isStream: true,
    hijack: true,
    openStdin: options.stdin,
    statusCodes: { 101: true, 200: true, 404: 'no such container', 500: 'server error' },
    options: { stream: true, stdin: options.stdin, stdout: true, stderr: true },
  });
}

/** Long streams are docker-modem's business; dockerode above it is for calls with an answer. */
function dial<T>(docker: Dockerode, options: DockerModem.DialOptions): Promise<T> {
  const modem = docker.modem as DockerModem;
  return new Promise((resolve, reject) => {
    modem.dial(options, (error, stream) => {
      if (error) reject(error);
      else resolve(stream as T);
    });
  });
}
