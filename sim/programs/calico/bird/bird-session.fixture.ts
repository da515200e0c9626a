import { VirtualClock } from '../../../core/virtual-clock.ts';
import type { ProgramHost, TcpConnection } from '../../host.ts';
import { bird } from './bird.ts';

/** Two peers, one of which is waited for, on a node with Calico's other protocols. */
export const CONFIG = `router id 10.65.0.1;
filter calico_kernel_programming { accept; }
protocol kernel { learn; import all; export filter calico_kernel_programming; graceful restart; }
protocol device { scan time 2; }
protocol direct { interface -"cali*", "*"; }
template bgp t { description "Connection to BGP peer"; local as 64512; multihop; export where source = RTS_STATIC; graceful restart; }
protocol bgp Mesh_9 from t { neighbor 10.0.0.9 as 64512; connect delay time 2; }
protocol bgp Mesh_8 from t { neighbor 10.0.0.8 as 65000; passive on; preference 120; }
`;

/** BIRD at 10.65.0.1, 1.2 s after its start at 10:00:00, with nobody around; what it answers to lines of one session. */
export function birdSession(config = CONFIG) {
  const clock = new VirtualClock({ epochMs: Date.UTC(2026, 0, 1, 10) });
  const files = new Map([
    ['/bird.cfg', config],
    ['/bad.cfg', 'router id 1.2.3.4;\nprotocol bgp x { neighbor 1.2.3.4 as; }\n'],
  ]);
  let connect = (_: TcpConnection) => {};
  let exited = false;
  bird({
    args: ['-c', '/bird.cfg', '-s', '/bird.ctl'],
    clock,
    podIP: '10.65.0.1',
    random: () => 0,
    files: {
      read: (path: string) => (files.has(path) ? new TextEncoder().encode(files.get(path)) : undefined),
      exists: (path: string) => files.has(path),
    },
    listenUnix: (_: unknown, handlers: { onConnection(connection: TcpConnection): void }) => {
      connect = handlers.onConnection;
      return { close: () => {} };
    },
    listenTcp: () => ({ close: () => {} }),
    dialTcp: () => {},
    onSignal: () => {},
    write: () => {},
    exit: () => {
      exited = true;
    },
  } as unknown as ProgramHost);
  let text = '';
  let send = (_: Uint8Array) => {};
  connect({
    send: (data: Uint8Array) => {
      text += new TextDecoder().decode(data);
    },
    onData: (handler: (data: Uint8Array) => void) => {
      send = handler;
    },
  } as unknown as TcpConnection);
  clock.runUntil(1200);
  const ask = (command: string) => {
    text = '';
    send(new TextEncoder().encode(`${command}\n`));
    return text;
  };
  return { ask, clock, isEnded: () => exited };
}
