import type { Listener, Program, ProgramHost } from '../../host.ts';
import { wallNow } from '../go-log.ts';
import { BgpPeer, reject } from './bgp-peer.ts';
import { type BirdConfig, type PeerConfig, parseBirdConfig } from './bird-config.ts';
import { type BirdRow, serveControl } from './bird-control.ts';

const decoder = new TextDecoder();

/**
 * The routing daemon as its peers and its control socket see it: `-c FILE -s SOCKET -R`. SIGHUP reads the configuration again, SIGTERM
 * closes sessions with a Cease and removes the socket. Routes are not modelled.
 * Models bird 1.6.8 (Debian), sysdep/unix/main.c.
 */
export const bird: Program = (host) => {
  const path = option(host.args, '-c') ?? '/etc/bird/bird.conf';
  const socket = option(host.args, '-s') ?? '/var/run/bird/bird.ctl';
  const text = host.files.read(path);
  // The socket is made before the configuration is read: a start that fails leaves its file behind.
  if (text === undefined || typeof parseBirdConfig(decoder.decode(text)) === 'string') {
    host.listenUnix({ path: socket }, { onConnection: () => {} });
  }
  if (text === undefined) {
    host.write('stderr', `bird: Unable to open configuration file ${path}: No such file or directory\n`);
    host.exit(1);
    return;
  }
  const config = parseBirdConfig(decoder.decode(text));
  if (typeof config === 'string') {
    host.write('stderr', `bird: ${path}, line 1: ${config}\n`);
    host.exit(1);
    return;
  }
  new Bird(host, { path, socket, config, recovering: host.args.includes('-R') });
};

function option(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

class Bird {
  readonly #host: ProgramHost;
  readonly #path: string;
  readonly #bootedAt: number;
  readonly #peers = new Map<string, BgpPeer>();
  readonly #disabled = new Map<string, number>();
  #config: BirdConfig;
  #configuredAt: number;
  #recovering: boolean;
  #bgp: Listener | undefined;

  constructor(host: ProgramHost, options: { path: string; socket: string; config: BirdConfig; recovering: boolean }) {
    this.#host = host;
    this.#path = options.path;
    this.#config = options.config;
    this.#recovering = options.recovering;
    this.#bootedAt = wallNow(host);
    this.#configuredAt = this.#bootedAt;
    const control = serveControl(host, options.socket, {
      rows: () => this.#rows(),
      routerId: options.config.routerId,
      configFile: options.path,
      bootedAt: this.#bootedAt,
      configuredAt: () => this.#configuredAt,
      recovery: () => this.#recovery(),
      setEnabled: (name, enabled) => this.#setEnabled(name, enabled),
      configure: () => this.#reconfigure(),
      check: () => {
        const read = this.#read();
        return typeof read === 'string' ? read : undefined;
      },
      address: host.podIP,
    });
    host.onSignal('SIGHUP', () => void this.#reconfigure());
    const stop = () => {
      for (const peer of this.#peers.values()) peer.stop(2);
      control.close();
      host.clock.setTimeout(() => host.exit(0), 20);
    };
    host.onSignal('SIGTERM', stop);
    host.onSignal('SIGINT', stop);
    this.#apply();
    if (this.#recovering) {
      host.clock.setTimeout(() => this.#endRecovery(), this.#config.gracefulRestartWait * 1000);
      this.#maybeRecovered();
    }
  }

  #apply(): void {
    const { peers, routerId } = this.#config;
    const wanted = new Map(peers.map((peer) => [peer.name, peer]));
    for (const [name, peer] of this.#peers) {
      if (same(wanted.get(name), peer.config)) continue;
      peer.stop(3);
      this.#peers.delete(name);
    }
    for (const [name, config] of wanted) {
      if (this.#peers.has(name) || this.#disabled.has(name)) continue;
      const recovering = this.#recovering;
      const peer = new BgpPeer(this.#host, { config, routerId, recovering, recovered: () => this.#maybeRecovered() });
      this.#peers.set(name, peer);
      peer.start();
    }
    // It listens as long as somebody is configured.
    if (wanted.size > 0) this.#bgp ??= this.#listen();
    else {
      this.#bgp?.close();
      this.#bgp = undefined;
    }
  }

  #listen(): Listener {
    const onError = (error: string) => this.#host.write('stderr', `bird: Cannot open BGP socket: ${error}\n`);
    return this.#host.listenTcp(
      { port: 179 },
      {
        onError,
        onConnection: (connection) => {
          const from = connection.remoteAddress;
          const peer = [...this.#peers.values()].find(({ config }) => config.neighbor === from);
          if (peer === undefined) reject(connection);
          else peer.accept(connection);
        },
      },
    );
  }

  #read(): BirdConfig | string {
    const text = this.#host.files.read(this.#path);
    return text === undefined ? 'No such file or directory' : parseBirdConfig(decoder.decode(text));
  }

  #reconfigure(): string | undefined {
    const config = this.#read();
    if (typeof config === 'string') {
      this.#host.write('stderr', `bird: ${this.#path}: ${config}\n`);
      return config;
    }
    this.#config = config;
    this.#configuredAt = wallNow(this.#host);
    this.#apply();
    return undefined;
  }

  #rows(): BirdRow[] {
    const others = this.#config.others.map(({ name, kind }) => ({
      name,
      protocol: kind,
      // Routes in the kernel are left alone until the restart is recovered from.
      state: kind === 'Kernel' && this.#recovering ? 'wait' : 'up',
      since: this.#bootedAt,
      info: '',
    }));
    const bgp = this.#config.peers.map(({ name }) => {
      const row = this.#peers.get(name)?.row ?? { state: 'down', since: this.#disabled.get(name) ?? 0, info: '' };
      return { name, protocol: 'BGP', ...row };
    });
    return [...others, ...bgp];
  }

  #setEnabled(name: string, enabled: boolean): 'changed' | 'already' | 'unknown' {
    if (!this.#config.peers.some((peer) => peer.name === name)) return 'unknown';
    if (enabled !== this.#disabled.has(name)) return 'already';
    if (enabled) this.#disabled.delete(name);
    else {
      this.#disabled.set(name, wallNow(this.#host));
      this.#peers.get(name)?.stop(2);
      this.#peers.delete(name);
    }
    this.#apply();
    this.#maybeRecovered();
    return 'changed';
  }

  #waiting(): number {
    return [...this.#peers.values()].filter(({ recovery }) => recovery === 'pending' || recovery === 'waiting').length;
  }

  #recovery(): { waiting: number; left: number; total: number } | undefined {
    if (!this.#recovering) return undefined;
    const total = this.#config.gracefulRestartWait;
    const passed = Math.floor((wallNow(this.#host) - this.#bootedAt) / 1000);
    return { waiting: this.#waiting(), left: Math.max(0, total - passed), total };
  }

  #maybeRecovered(): void {
    if (this.#recovering && this.#waiting() === 0) this.#endRecovery();
  }

  #endRecovery(): void {
    this.#recovering = false;
    for (const peer of this.#peers.values()) peer.recovery = 'none';
  }
}

function same(a: PeerConfig | undefined, b: PeerConfig): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
