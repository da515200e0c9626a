import type { ProgramHost, TcpConnection } from '../../host.ts';
import { wallNow } from '../go-log.ts';
import { BgpConnection, type BgpDetails, type ConnectionEvents, type TimerReading } from './bgp-connection.ts';
import { bgpErrorText, DIAL_ERRORS } from './bgp-errors.ts';
import type { PeerConfig } from './bird-config.ts';
import { type SecondTimer, SecondTimers } from './second-timers.ts';

/** What BIRD does between two rounds of its loop, ms. */
const LOOP_MS = 100;
/** Errors older than this do not make the next wait longer, ms. */
const AMNESIA_MS = 300_000;

/**
 * Whether it recovers from a restart: waits for its peer, for the peer's routes, for the others (its table is fed when all of
 * BIRD has recovered), or not at all.
 */
type Recovery = 'pending' | 'waiting' | 'held' | 'none';

/**
 * A BGP protocol of BIRD: it dials (or, passive, waits), opens, keeps the session, and begins anew after errors.
 * Models bird 1.6 proto/bgp/bgp.c.
 */
export class BgpPeer {
  readonly config: PeerConfig;
  readonly #host: ProgramHost;
  readonly #routerId: string;
  readonly #timers: SecondTimers;
  readonly #recovered: () => void;
  #protocol: 'down' | 'start' | 'up' | 'stop' = 'down';
  #since = 0;
  /** Before the session: idle after an error, waiting to dial, dialling. */
  #dialling: 'Idle' | 'Active' | 'Connect' | undefined;
  #errorWait = false;
  #outgoing: BgpConnection | undefined;
  #incoming: BgpConnection | undefined;
  #timer: SecondTimer | undefined;
  #lastError = '';
  #lastErrorAt = Number.NEGATIVE_INFINITY;
  #startupDelay = 0;
  /** Dials that were given up answer into the void. */
  #attempt = 0;
  recovery: Recovery;

  constructor(
    host: ProgramHost,
    parts: { config: PeerConfig; routerId: string; recovering: boolean; recovered(): void },
  ) {
    this.#host = host;
    this.config = parts.config;
    this.#routerId = parts.routerId;
    this.#recovered = parts.recovered;
    this.#timers = new SecondTimers(host);
    this.recovery = parts.recovering && parts.config.gracefulRestart ? 'pending' : 'none';
  }

  /** The row of `show protocols` behind the table's name: state, since, info. */
  get row(): { state: string; since: number; info: string } {
    const waits = this.recovery === 'waiting' || this.recovery === 'held';
    const state = this.#protocol === 'up' && waits ? 'wait' : this.#protocol;
    if (this.#protocol === 'down') return { state, since: this.#since, info: '' };
    return { state, since: this.#since, info: `${this.state.padEnd(14)}${this.#lastError}` };
  }

  get state(): string {
    if (this.#protocol === 'stop') return 'Close';
    const live = this.#session();
    if (live !== undefined) return live.state;
    if (this.#dialling === 'Idle' && this.config.passive && !this.#errorWait) return 'Passive';
    return this.#dialling ?? 'Idle';
  }

  /** What `show protocols all` tells behind the routes. Models bgp_show_proto_info. */
  get details(): BgpDetails {
    const isDown = this.#protocol === 'down';
    const reading = (total: number): TimerReading => ({ left: this.#timer?.left() ?? 0, total });
    const isStarting = this.#protocol === 'start';
    const session = this.#protocol === 'up' ? this.#session() : undefined;
    return {
      state: isDown ? 'Down' : this.state,
      errorWait: isStarting && this.#errorWait ? reading(this.#startupDelay) : undefined,
      connectDelay: isStarting && this.#dialling === 'Active' ? reading(this.config.connectDelay) : undefined,
      session: session?.open === undefined ? undefined : { peer: session.open, ...session.timers },
      lastError: isDown ? '' : this.#lastError,
    };
  }

  /** Whether routes are told to it: it is up, and waits for nobody. */
  get isFed(): boolean {
    return this.#protocol === 'up' && this.row.state === 'up';
  }

  start(): void {
    this.#become('start');
    this.#startedAnew();
  }

  /** Taken out of the configuration, disabled, or BIRD ends: `subcode` of the Cease that the peer gets. */
  stop(subcode: number): void {
    this.#silence();
    this.#outgoing?.drop(6, subcode);
    this.#incoming?.drop(6, subcode);
    this.#outgoing = undefined;
    this.#incoming = undefined;
    this.#become('down');
    this.#lastError = '';
  }

  /** A connection from the peer's address. */
  accept(connection: TcpConnection): void {
    const ready = (this.#protocol === 'start' || this.#protocol === 'up') && !this.#errorWait;
    if (!ready || this.#incoming !== undefined) {
      reject(connection);
      return;
    }
    const incoming = this.#open(connection, () => {
      this.#incoming = undefined;
    });
    this.#incoming = incoming;
    incoming.begin(this.recovery === 'pending');
  }

  #session(): BgpConnection | undefined {
    const order = ['Closed', 'OpenSent', 'OpenConfirm', 'Established'];
    const [first, second] = [this.#outgoing, this.#incoming];
    if (first === undefined || second === undefined) return first ?? second;
    return order.indexOf(second.state) > order.indexOf(first.state) ? second : first;
  }

  #startedAnew(): void {
    this.#dialling = 'Idle';
    this.#errorWait = this.#startupDelay > 0;
    if (!this.#errorWait) this.#decide();
    else {
      this.#timer = this.#timers.start(this.#startupDelay, () => {
        this.#errorWait = false;
        this.#decide();
      });
    }
  }

  /** Models bgp_decision. */
  #decide(): void {
    this.#dialling = 'Idle';
    if (this.#protocol !== 'start' || this.config.passive || this.#errorWait) return;
    if (this.#outgoing !== undefined || this.#incoming?.state === 'OpenConfirm') return;
    this.#dialling = 'Active';
    this.#timer?.stop();
    this.#timer = this.#timers.start(Math.max(1, this.config.connectDelay), () => this.#connect());
  }

  #connect(): void {
    this.#dialling = 'Connect';
    const attempt = ++this.#attempt;
    const { neighbor: host, port, connectRetry } = this.config;
    this.#timer = this.#timers.start(connectRetry, () => this.#connect());
    this.#host.dialTcp({ host, port }, (outcome) => {
      const late = attempt !== this.#attempt || this.#dialling !== 'Connect';
      if (outcome.kind === 'connected' && late) outcome.connection.close();
      if (late) return;
      this.#timer?.stop();
      if (outcome.kind === 'connected') this.#connected(outcome.connection);
      else this.#socketError(DIAL_ERRORS[outcome.cause]);
    });
  }

  #connected(connection: TcpConnection): void {
    this.#dialling = 'Idle';
    this.#outgoing = this.#open(connection, () => {
      this.#outgoing = undefined;
    });
    this.#outgoing.begin(this.recovery === 'pending');
  }

  #open(connection: TcpConnection, forget: () => void): BgpConnection {
    const events: ConnectionEvents = {
      opened: (open) => this.#collision(opened, open.routerId),
      established: () => this.#established(opened),
      endOfRib: () => this.#recover('held'),
      ended: (how) => {
        forget();
        this.#ended(how);
      },
    };
    const opened: BgpConnection = new BgpConnection(connection, {
      config: this.config,
      routerId: this.#routerId,
      timers: this.#timers,
      events,
    });
    return opened;
  }

  /** Two connections at once: the one that the router with the greater id has opened stays. */
  #collision(mine: BgpConnection, peerId: string): boolean {
    const other = mine === this.#outgoing ? this.#incoming : this.#outgoing;
    if (other === undefined || other.state === 'OpenSent') return true;
    const keepsOutgoing = idNumber(this.#routerId) > idNumber(peerId);
    if (other.state !== 'Established' && keepsOutgoing === (mine === this.#outgoing)) {
      other.drop(6, 7);
      this.#forget(other);
      return true;
    }
    this.#forget(mine);
    return false;
  }

  #forget(connection: BgpConnection): void {
    if (connection === this.#outgoing) this.#outgoing = undefined;
    if (connection === this.#incoming) this.#incoming = undefined;
  }

  #established(connection: BgpConnection): void {
    this.#silence();
    const other = connection === this.#outgoing ? this.#incoming : this.#outgoing;
    if (other !== undefined) {
      other.drop(6, 7);
      this.#forget(other);
    }
    this.#become('up');
    this.#lastError = '';
    if (this.recovery !== 'pending') return;
    // A peer that has restarted itself has no routes to wait for.
    if (connection.open?.gracefulRestart === true && connection.open.restarting !== true) this.recovery = 'waiting';
    else this.#recover();
  }

  #recover(to: 'held' | 'none' = 'none'): void {
    if (this.recovery === 'none' || this.recovery === to) return;
    this.recovery = to;
    this.#recovered();
  }

  #ended(how: Parameters<ConnectionEvents['ended']>[0]): void {
    if (how.kind === 'closed') {
      this.#socketError('Connection closed');
      return;
    }
    const text = bgpErrorText(how.code, how.subcode);
    this.#lastError = how.kind === 'received' ? `Received: ${text}` : `BGP Error: ${text}`;
    // A Cease is no error of this side: it tries again at once.
    if (how.kind === 'received' && how.code === 6) this.#lost();
    else {
      // A protocol that starts anew waits for nobody's routes any more.
      this.#recover();
      this.#delayStartup();
      this.#silence();
      if (how.kind === 'sent') this.#become('stop');
      const begin = () => {
        this.#become('start');
        this.#startedAnew();
      };
      if (how.kind === 'sent') this.#host.clock.setTimeout(() => this.#protocol === 'stop' && begin(), 2 * LOOP_MS);
      else begin();
    }
  }

  #socketError(text: string): void {
    this.#lastError = `Socket: ${text}`;
    this.#lost();
  }

  /** The session, or the attempt at one, is gone; it is tried again in the loop's next round. */
  #lost(): void {
    if (this.#protocol === 'up') this.#become('start');
    this.#dialling = 'Idle';
    this.#host.clock.setTimeout(() => {
      if (this.#protocol === 'start' && this.#dialling === 'Idle' && this.#session() === undefined) this.#decide();
    }, LOOP_MS);
  }

  /** Models bgp_update_startup_delay. */
  #delayStartup(): void {
    const now = this.#host.clock.now();
    const [min, max] = this.config.errorWait;
    if (now - this.#lastErrorAt >= AMNESIA_MS) this.#startupDelay = 0;
    this.#lastErrorAt = now;
    this.#startupDelay = this.#startupDelay === 0 ? min : Math.min(2 * this.#startupDelay, max);
  }

  #silence(): void {
    this.#timer?.stop();
    this.#attempt++;
    this.#dialling = 'Idle';
    this.#errorWait = false;
  }

  #become(state: 'down' | 'start' | 'up' | 'stop'): void {
    this.#protocol = state;
    this.#since = wallNow(this.#host);
  }
}

/** A connection that comes while it cannot be used, or from nobody who is configured. */
export function reject(connection: TcpConnection): void {
  connection.close();
}

function idNumber(id: string): number {
  return id.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}
