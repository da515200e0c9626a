import type { Listener } from '../../../sim/programs/host.ts';
import type { NacosServerOptions } from '../../../sim/programs/nacos/nacos-server.ts';
import type { Recording, Seen } from './recording.ts';
import { createReplayServer } from './replay-server.ts';

/** Persistent instances: the server connects to them itself; ports open and close. */
export function playPersistent(recording: Recording, options: NacosServerOptions): Seen[] {
  const server = createReplayServer(options);
  const { host, clock } = server;
  const base = clock.now() + 1000;
  const seen: Seen[] = [];
  const at = (t: number, work: () => void) => void clock.setTimeout(work, Math.max(0, base + t - clock.now()));
  const open = new Map<number, Listener>();
  const listen = (port: number) => void open.set(port, host.listenTcp({ port }, { onConnection: () => {} }));
  for (const { t, k, i = '' } of recording.events) {
    const [, ip = '', port = ''] = /^(\S+):(\d+)/.exec(i) ?? [];
    if (k === 'register') {
      const query = { serviceName: 'persistent', ip, port, ephemeral: 'false' };
      at(t, () => server.send({ method: 'POST', path: '/nacos/v1/ns/instance', query }, () => {}));
      if (moves(recording, port) === 'closed') listen(Number(port));
    }
    const [, moved = '', how = ''] = /^port (\d+) (closed|open)/.exec(k) ?? [];
    if (how === 'closed') at(t, () => open.get(Number(moved))?.close());
    if (how === 'open') at(t, () => listen(Number(moved)));
  }
  const last = Math.max(...recording.events.map(({ t }) => t)) + 5000;
  for (let t = 12; t < last; t += 20) {
    at(t, () =>
      server.send(
        { method: 'GET', path: '/nacos/v1/ns/instance/list', query: { serviceName: 'persistent' } },
        (answer) => {
          if (answer.kind !== 'response') return;
          const { hosts } = JSON.parse(new TextDecoder().decode(answer.body)) as {
            hosts: { port: number; healthy: boolean }[];
          };
          const view = hosts
            .map(({ port, healthy }) => `${port}=${healthy ? 'UP' : 'DOWN'}`)
            .sort()
            .join(' ');
          if (seen.at(-1)?.view !== view) seen.push({ t: Math.round(clock.now() - base), k: 'list', view });
        },
      ),
    );
  }
  clock.runUntil(base + last);
  return seen;
}

/** What first happens to a port: one that closes was open before. */
function moves({ events }: Recording, port: string): string | undefined {
  return events.map(({ k }) => /^port (\d+) (closed|open)/.exec(k)).find((move) => move?.[1] === port)?.[2];
}
