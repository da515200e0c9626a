import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import { NodeSdkClient } from '../../../sim/programs/registry-client/node-sdk-client.ts';
import { createReplayServer } from './replay-server.ts';
import { type SdkEvent, type SdkRecording, type SdkSeen, shown } from './sdk-recording.ts';

const ALIVE = '127.0.0.1:8848';

/** Recordings of one client: what is called when, and what comes of it. */
export function playCalls(recording: SdkRecording, options: NacosServerOptions): SdkSeen[] {
  const server = createReplayServer(options);
  const { host } = server;
  const base = server.clock.now() + 1000;
  const seen: SdkSeen[] = [];
  const see = (k: string, v: string, extra: Partial<SdkSeen> = {}) =>
    seen.push({ t: Math.round(server.clock.now() - base), k, v, ...extra });
  const servers = serversOf(recording);
  const first = recording.events.find(({ k }) => k === 'http');
  const service = serviceOf(recording);
  const own = {
    ip: host.podIP,
    port: Number(first?.query?.port ?? registerQuery(recording)?.port ?? 80),
    metadata: metadataOf(recording),
  };
  let client: NodeSdkClient | undefined;
  const sdk = () => {
    if (client === undefined) {
      client = new NodeSdkClient(host, { servers });
      client.http.onFailure = tellAttempt;
      client.http.onRequest = ({ method, path, query }) => see('http', `${method} ${path}`, { query });
    }
    return client;
  };
  const tellAttempt = (text: string) => {
    const refused = /ECONNREFUSED (\S+)/.exec(text)?.[1];
    if (refused !== undefined) see('refused', refused);
  };
  const outcome = (name: string) => (error?: string) =>
    error === undefined ? see('ret', '', { name }) : see('throw', `Error: ${error}`, { name });
  const perform = (event: SdkEvent) => {
    const name = event.m ?? event.name ?? '';
    if (/^(new|ready)/.test(name)) sdk();
    else if (name === 'getServerStatus') sdk().getServerStatus((status) => see('ret', status, { name }));
    else if (name === 'subscribe') sdk().subscribe(service, (hosts) => see('listener', shown(hosts)));
    else if (/^(registerInstance|REGISTER)/.test(name)) sdk().register(service, own, outcome(name));
    else if (/^error 400/.test(name))
      sdk().http.call(
        'POST',
        '/nacos/v1/ns/instance',
        { serviceName: service, ip: own.ip, port: '80', weight: '-1' },
        (answer) => outcome(name)(answer.ok ? undefined : answer.error),
      );
    else if (/^deregisterInstance/.test(name)) sdk().deregister(service, own, outcome(name));
    else if (/subscribe=false/.test(name))
      sdk().queryInstances(service, (hosts, error) =>
        error === undefined ? see('ret', shown(hosts ?? []), { name }) : outcome(name)(error),
      );
    else if (/^selectInstances/.test(name))
      sdk().selectInstances(service, (hosts) => see('ret', shown(hosts), { name }));
    else if (/^getAllInstances/.test(name))
      sdk().getAllInstances(service, (hosts) => see('ret', shown(hosts), { name }));
    else if (/^close/.test(name)) sdk().close();
    else if (/\bother instance deregistered/.test(name)) byHttp('DELETE');
    else if (/\b(?:an)?other instance registered/.test(name)) byHttp('POST');
    else throw new Error(`no way to play "${name}"`);
  };
  const byHttp = (method: string) =>
    server.send(
      { method, path: '/nacos/v1/ns/instance', query: { serviceName: service, ...otherOf(recording) } },
      () => {},
    );
  const at = (t: number, work: () => void) =>
    void server.clock.setTimeout(work, Math.max(0, base + t - server.clock.now()));
  at(0, () => sdk());
  for (const event of whatIsDone(recording)) at(event.t, () => perform(event));
  if (recording.events.some(({ k }) => k === 'server')) {
    let view = '';
    const poll = (t: number) =>
      at(t, () =>
        server.send(
          { method: 'GET', path: '/nacos/v1/ns/instance/list', query: { serviceName: service } },
          (answer) => {
            const now =
              answer.kind === 'response'
                ? shown(
                    (JSON.parse(new TextDecoder().decode(answer.body)) as { hosts: Parameters<typeof shown>[0] }).hosts,
                  )
                : '';
            if (now !== view) see('server', now);
            view = now;
          },
        ),
      );
    const since = recording.events.find(({ k }) => k === 'server')?.t ?? 0;
    for (let t = since; t < last(recording) + 150; t += 20) poll(t);
  }
  server.clock.runUntil(base + last(recording) + 150);
  return seen;
}

function whatIsDone({ events }: SdkRecording): SdkEvent[] {
  return events.flatMap((event) => {
    if (event.k === 'call' || event.k === 'note') return [event];
    // Some calls stand in a recording only by what they log or return.
    if (
      event.k === 'log' &&
      /REGISTER-SERVICE\] public reg/.test(event.m ?? '') &&
      !events.some(({ k, m }) => k === 'call' && m === 'registerInstance')
    ) {
      return [{ ...event, k: 'call', m: 'registerInstance' }];
    }
    const called = events.some(({ k, m, t }) => k === 'call' && m === event.m && t <= event.t);
    return event.k === 'ret' && !called && /^selectInstances after/.test(event.m ?? '') ? [event] : [];
  });
}

function registerQuery({ events }: SdkRecording) {
  return events.find(({ k, method }) => k === 'http' && method === 'POST')?.query;
}

/** The recorder's other instance, which came and went by plain HTTP: the one that is seen and was not registered by the client. */
function otherOf(recording: SdkRecording): { ip: string; port: string } {
  const own = registerQuery(recording);
  const places = recording.events.flatMap(({ v }) => (v ?? '').split(' ')).map((item) => /^([\d.]+):(\d+)=/.exec(item));
  const other = places.find((place) => place !== null && `${place[1]}:${place[2]}` !== `${own?.ip}:${own?.port}`);
  if (!other) throw new Error('another instance came that nobody saw');
  return { ip: other[1] ?? '', port: other[2] ?? '' };
}

function metadataOf(recording: SdkRecording): Record<string, string> {
  return JSON.parse(registerQuery(recording)?.metadata ?? '{}') as Record<string, string>;
}

function serviceOf({ events }: SdkRecording): string {
  const named = events.find(({ k, query }) => k === 'http' && query?.serviceName !== undefined)?.query?.serviceName;
  return named ?? 'DEFAULT_GROUP@@x';
}

/** Which servers the client was given: told by what it says of them. */
function serversOf({ events }: SdkRecording): string[] {
  const told = events
    .map(({ err }) => /all servers\((.*)\) tried/.exec(err ?? '')?.[1])
    .find((list) => list !== undefined);
  const refused = events.flatMap(({ m }) => /ECONNREFUSED (\S+)/.exec(m ?? '')?.[1] ?? []);
  return told === undefined ? [ALIVE] : told.split(',').map((server) => (refused.includes(server) ? server : ALIVE));
}

function last({ events }: SdkRecording): number {
  return Math.max(...events.map(({ t }) => t));
}
