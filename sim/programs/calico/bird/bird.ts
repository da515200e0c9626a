import type { Listener, Program, ProgramHost } from '../../host.ts';
import { wallNow } from '../go-log.ts';
import { BgpPeer, reject } from './bgp-peer.ts';
import type { BirdConfig, OtherProtocol, PeerConfig } from './bird-config.ts';
import { serveControl } from './bird-control.ts';
import type { BirdProtocol, BirdRoute } from './bird-view.ts';
import { Configuration, readConfig } from './configuration.ts';
import type { RouteCounts } from './protocol-details.ts';

/**
 * The routing daemon as its peers and its control socket see it: `-c FILE -s SOCKET -R`. SIGHUP reads the configuration again, SIGTERM
 * closes sessions with a Cease and removes the socket. The network of its own interface is the only route; no filter lets it out.
 * Models bird 1.6.8 (Debian), sysdep/unix/main.c.
 */
export const bird: Program = (host) => {
  const path = option(host.args, '-c') ?? '/etc/bird/bird.conf';
  const socket = option(host.args, '-s') ?? '/var/run/bird/bird.ctl';
  const config = readConfig(host, path);
  if (typeof config === 'string') {
    // The socket is made before the configuration is read: a start that fails leaves its file behind.
    host.listenUnix({ path: socket }, { onConnection: () => {} });
    const isMissing = !host.files.exists(path);
    host.write('stderr', `bird: ${isMissing ? `Unable to open configuration file ${config}` : config}\n`);
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
  readonly #bootedAt: number;
  readonly #configuration: Configuration;
  readonly #peers = new Map<string, BgpPeer>();
  /** When they were disabled. */
  readonly #disabled = new Map<string, number>();
  /** When protocols without a session were enabled again. */
  readonly #enabled = new Map<string, number>();
  #recovering: boolean;
  #bgp: Listener | undefined;

  constructor(host: ProgramHost, options: { path: string; socket: string; config: BirdConfig; recovering: boolean }) {
    this.#host = host;
    this.#recovering = options.recovering;
    this.#bootedAt = wallNow(host);
    this.#configuration = new Configuration(host, { ...options, changed: () => this.#apply() });
    const stop = () => {
      for (const peer of this.#peers.values()) peer.stop(2);
      control.close();
      host.clock.setTimeout(() => host.exit(0), 20);
    };
    const control = serveControl(host, options.socket, {
      protocols: () => this.#protocols(),
      routes: () => this.#routes(),
      routerId: () => this.#config.routerId,
      bootedAt: this.#bootedAt,
      configuredAt: () => this.#configuration.at,
      recovery: () => this.#recovery(),
      setEnabled: (name, enabled) => this.#setEnabled(name, enabled),
      restart: (name) => this.#restart(name),
      configuration: this.#configuration.commands,
      shutdown: stop,
      address: host.podIP,
    });
    host.onSignal('SIGHUP', () => void this.#configuration.apply());
    host.onSignal('SIGTERM', stop);
    host.onSignal('SIGINT', stop);
    this.#apply();
    if (this.#recovering) {
      host.clock.setTimeout(() => this.#endRecovery(), this.#config.gracefulRestartWait * 1000);
      this.#maybeRecovered();
    }
  }

  get #config(): BirdConfig {
    return this.#configuration.current;
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

  #protocols(): BirdProtocol[] {
    return [...this.#config.others.map((one) => this.#other(one)), ...this.#config.peers.map((one) => this.#peer(one))];
  }

  #other(options: OtherProtocol): BirdProtocol {
    const { name, kind } = options;
    const disabledAt = this.#disabled.get(name);
    // Routes in the kernel are left alone until the restart is recovered from.
    const isWaiting = kind === 'Kernel' && this.#recovering && disabledAt === undefined;
    const routes: RouteCounts = {
      imported: kind === 'Direct' ? this.#routes().filter(({ protocol }) => protocol === name).length : 0,
      // It has them itself.
      exportsRejected: kind === 'Kernel' && !isWaiting ? this.#routes().length : 0,
      exportsFiltered: 0,
    };
    return {
      name,
      protocol: kind,
      state: disabledAt !== undefined ? 'down' : isWaiting ? 'wait' : 'up',
      since: disabledAt ?? this.#enabled.get(name) ?? this.#bootedAt,
      info: '',
      details: {
        options,
        recovery: this.#recovering ? { pending: false, waiting: isWaiting } : undefined,
        routes: disabledAt === undefined ? routes : undefined,
        bgp: undefined,
      },
    };
  }

  #peer(config: PeerConfig): BirdProtocol {
    const peer = this.#peers.get(config.name);
    const row = peer?.row ?? { state: 'down', since: this.#disabled.get(config.name) ?? 0, info: '' };
    const pending = peer?.recovery === 'pending' || peer?.recovery === 'waiting';
    const waiting = peer?.recovery === 'waiting' || peer?.recovery === 'held';
    const told = peer?.isFed ? this.#routes().length : 0;
    const nothing = { state: 'Down', errorWait: undefined, connectDelay: undefined, session: undefined, lastError: '' };
    return {
      name: config.name,
      protocol: 'BGP',
      ...row,
      details: {
        options: config,
        recovery: this.#recovering ? { pending, waiting } : undefined,
        routes: row.state === 'down' ? undefined : { imported: 0, exportsRejected: 0, exportsFiltered: told },
        bgp: { config, address: this.#host.podIP, details: peer?.details ?? nothing },
      },
    };
  }

  #routes(): BirdRoute[] {
    const direct = this.#config.others.filter(({ name, kind }) => kind === 'Direct' && !this.#disabled.has(name));
    const prefix = this.#host.podIP.replace(/\d+$/, '0/24');
    return direct.slice(0, 1).map(({ name, preference }) => {
      return { prefix, dev: 'eth0', protocol: name, since: this.#enabled.get(name) ?? this.#bootedAt, preference };
    });
  }

  #setEnabled(name: string, enabled: boolean): boolean {
    if (enabled !== this.#disabled.has(name)) return false;
    if (enabled) {
      this.#disabled.delete(name);
      this.#enabled.set(name, wallNow(this.#host));
    } else {
      this.#disabled.set(name, wallNow(this.#host));
      this.#peers.get(name)?.stop(2);
      this.#peers.delete(name);
    }
    this.#apply();
    this.#maybeRecovered();
    return true;
  }

  #restart(name: string): boolean {
    if (this.#disabled.has(name)) return false;
    this.#enabled.set(name, wallNow(this.#host));
    this.#peers.get(name)?.stop(4);
    this.#peers.delete(name);
    this.#apply();
    this.#maybeRecovered();
    return true;
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
