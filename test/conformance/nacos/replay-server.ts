import type { ClientOutcome, ProgramHost } from '../../../sim/programs/host.ts';
import { type NacosServerOptions, nacosServer } from '../../../sim/programs/nacos/nacos-server.ts';
import { createVirtualPod } from '../osm/virtual-pod.ts';

/** A request as recordings write it. */
export interface RecordedRequest {
  method: string;
  path: string;
  query?: Readonly<Record<string, string>> | null;
  body?: string | null;
  headers?: Readonly<Record<string, string>>;
}

export const NACOS_PORT = 8848;

/** A Nacos server in virtual time, and a process beside it that talks to it. */
export function createReplayServer(options: NacosServerOptions) {
  const pod = createVirtualPod();
  pod.runProgram('nacos', nacosServer({ startupMs: 0, ...options }));
  let client: ProgramHost | undefined;
  pod.runProgram('client', (host) => {
    client = host;
  });
  if (client === undefined) throw new Error('the client did not start');
  const host = client;

  /** Sends a request now; the answer comes a few virtual milliseconds later. */
  function send(request: RecordedRequest, done: (outcome: ClientOutcome) => void): void {
    const query = new URLSearchParams(request.query ?? {}).toString();
    const headers = Object.entries(request.headers ?? {});
    if (request.body) headers.push(['content-type', 'application/x-www-form-urlencoded']);
    host.request(
      {
        scheme: 'http',
        method: request.method,
        host: '127.0.0.1',
        port: NACOS_PORT,
        target: query === '' ? request.path : `${request.path}?${query}`,
        headers: headers as [string, string][],
        ...(request.body ? { body: request.body } : {}),
      },
      done,
    );
  }

  /** Sends a request and lets time pass until its answer. */
  function ask(request: RecordedRequest): ClientOutcome {
    let outcome: ClientOutcome | undefined;
    send(request, (got) => {
      outcome = got;
    });
    pod.clock.runUntil(pod.clock.now() + 10_000, () => outcome !== undefined);
    if (outcome === undefined) throw new Error('no answer within 10 s');
    return outcome;
  }

  return { clock: pod.clock, host, send, ask };
}
