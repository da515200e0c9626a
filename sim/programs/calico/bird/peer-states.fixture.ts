import { Random } from '../../../core/random.ts';
import { VirtualClock } from '../../../core/virtual-clock.ts';
import { PLAIN_CONTAINER } from '../../../runtime/plain-container.fixture.ts';
import type { RuntimeEvent } from '../../../runtime/port.ts';
import { createVirtualRuntime } from '../../../runtime/virtual/virtual-runtime.ts';
import type { ImageDescription } from '../../catalogue/image.ts';
import type { Program } from '../../host.ts';
import { bird } from './bird.ts';

const SOCKET = '/var/run/calico/bird.ctl';

/** States and texts of one peer in their order, each once in a row, looked at every 50 ms for so long. */
export function states(
  neighbor: Program | 'absent',
  { seconds, passive = false }: { seconds: number; passive?: boolean },
): string[] {
  const clock = new VirtualClock({ epochMs: Date.UTC(2026, 0, 1, 0, 0, 0, 300) });
  const events: RuntimeEvent[] = [];
  const ips = new Map<string, string>();
  let rows = '';
  const looking: Program = (host) => {
    const look = () => {
      host.dialUnix({ path: SOCKET }, (outcome) => {
        if (outcome.kind === 'failed') return;
        let text = '';
        outcome.connection.onData((data) => {
          text += new TextDecoder().decode(data);
          if (text.includes('0000 ')) rows = text;
        });
        outcome.connection.send(new TextEncoder().encode('show protocols\n'));
      });
      host.clock.setTimeout(look, 50);
    };
    look();
  };
  const main: Program = (host) => {
    const config = `router id 1.1.1.1;
template bgp t { local as 64512; graceful restart; connect delay time 2; connect retry time 5; error wait time 5,30; }
protocol bgp Mesh_x from t { neighbor ${ips.get('peer') ?? '10.244.0.200'} as 64512; ${passive ? 'passive on;' : ''} }`;
    host.files.write('/bird.cfg', new TextEncoder().encode(config));
    host.spawn({ command: ['/bird', '-c', '/bird.cfg', '-s', SOCKET, '-R'], output: () => {}, ended: () => {} });
    looking(host);
  };
  const image = (program: Program): ImageDescription => ({
    names: [],
    entrypoint: ['/main'],
    sizeBytes: 1,
    shell: false,
    programs: { '/main': { kind: 'program', program }, '/bird': { kind: 'program', program: bird } },
  });
  const runtime = createVirtualRuntime({
    clock,
    random: new Random(1),
    catalogue: (name) => image(name === 'bird' || neighbor === 'absent' ? main : neighbor),
  });
  runtime.subscribe((event) => {
    events.push(event);
    if (event.type === 'sandbox-ready') ips.set(event.podUID, event.ip);
    if (event.type === 'container-created') runtime.startContainer({ id: 's', containerID: event.containerID });
  });
  for (const podUID of neighbor === 'absent' ? ['bird'] : ['peer', 'bird']) {
    const pod = { podUID, namespace: 'default', podName: podUID };
    runtime.createSandbox({ ...pod, hostname: podUID });
    clock.runUntil(clock.now() + 200);
    runtime.createContainer({
      ...PLAIN_CONTAINER,
      ...pod,
      id: podUID,
      container: podUID,
      image: podUID,
    });
    clock.runUntil(clock.now() + 200);
  }
  const seen: string[] = [];
  for (let at = 0; at < seconds * 1000; at += 50) {
    clock.runUntil(clock.now() + 50);
    const row = rows.split('\n').find((line) => line.includes('Mesh_x'));
    const info =
      row
        ?.trim()
        .replace(/^1002-/, '')
        .split(/\s+/)
        .slice(5)
        .join(' ') ?? '';
    if (info !== '' && seen.at(-1) !== info) seen.push(info);
  }
  return seen;
}
