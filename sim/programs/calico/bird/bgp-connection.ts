import type { TcpConnection } from '../../host.ts';
import {
  type BgpMessage,
  BgpReader,
  BIRD_CAPABILITIES,
  encodeEndOfRib,
  encodeKeepalive,
  encodeNotification,
  encodeOpen,
} from './bgp-messages.ts';
import type { PeerConfig } from './bird-config.ts';
import type { SecondTimer, SecondTimers } from './second-timers.ts';

export type ConnectionState = 'OpenSent' | 'OpenConfirm' | 'Established' | 'Closed';

type Open = Extract<BgpMessage, { type: 'open' }>;

/** Seconds. */
export interface TimerReading {
  left: number;
  total: number;
}

/** A peer's state beyond its row. */
export interface BgpDetails {
  state: string;
  errorWait: TimerReading | undefined;
  connectDelay: TimerReading | undefined;
  session: { peer: Open; hold: TimerReading; keepalive: TimerReading } | undefined;
  lastError: string;
}

export interface ConnectionEvents {
  /** A valid OPEN came; false: this connection loses to another one. */
  opened(open: Open): boolean;
  established(): void;
  endOfRib(): void;
  /** It is over: a NOTIFICATION came, or went out, or the connection was closed. */
  ended(how: { kind: 'received' | 'sent'; code: number; subcode: number } | { kind: 'closed' }): void;
}

/** The hold time before a peer's OPEN says another, seconds. Models bird 1.6 `initial hold time`. */
const INITIAL_HOLD_S = 240;

/** One TCP connection of a peer from its OPEN on. */
export class BgpConnection {
  readonly #connection: TcpConnection;
  readonly #config: PeerConfig;
  readonly #routerId: string;
  readonly #timers: SecondTimers;
  readonly #events: ConnectionEvents;
  readonly #reader = new BgpReader();
  #holdTimer: SecondTimer | undefined;
  #keepaliveTimer: SecondTimer | undefined;
  #holdTime = INITIAL_HOLD_S;
  state: ConnectionState = 'OpenSent';
  /** What the peer said of itself. */
  open: Open | undefined;

  constructor(
    connection: TcpConnection,
    parts: { config: PeerConfig; routerId: string; timers: SecondTimers; events: ConnectionEvents },
  ) {
    this.#connection = connection;
    this.#config = parts.config;
    this.#timers = parts.timers;
    this.#events = parts.events;
    this.#routerId = parts.routerId;
  }

  /** Sends OPEN, `restarting`: while this side recovers. Events may come from now on, some from within. */
  begin(restarting: boolean): void {
    const { localAs: as, holdTime, gracefulRestart, addPaths } = this.#config;
    const capabilities = { ...BIRD_CAPABILITIES, longLivedRestart: gracefulRestart, addPaths };
    this.#connection.send(
      encodeOpen({ as, holdTime, gracefulRestart, restarting, routerId: this.#routerId, capabilities }),
    );
    this.#hold();
    this.#connection.onData((data) => {
      for (const message of this.#reader.push(data)) this.#receive(message);
    });
    this.#connection.onClose(() => this.#end({ kind: 'closed' }));
  }

  /** Seconds left and in all of the timers that an established session has. */
  get timers(): { hold: TimerReading; keepalive: TimerReading } {
    return {
      hold: { left: this.#holdTimer?.left() ?? 0, total: this.#holdTime },
      keepalive: { left: this.#keepaliveTimer?.left() ?? 0, total: this.#holdTime === 0 ? 0 : this.#keepaliveTime },
    };
  }

  /** Ends it with a NOTIFICATION and tells nobody. */
  drop(code: number, subcode: number): void {
    if (this.state === 'Closed') return;
    this.#connection.send(encodeNotification(code, subcode));
    this.#close();
  }

  #receive(message: BgpMessage): void {
    if (this.state === 'Closed') return;
    switch (message.type) {
      case 'open':
        this.#receiveOpen(message);
        return;
      case 'keepalive':
      case 'update':
        if (this.state === 'OpenSent') {
          this.#unexpected();
          return;
        }
        this.#hold();
        if (this.state === 'OpenConfirm') this.#establish();
        if (message.type === 'update' && message.endOfRib) this.#events.endOfRib();
        return;
      case 'refresh':
        if (this.state !== 'Established') this.#unexpected();
        return;
      case 'notification':
        this.#end({ kind: 'received', code: message.code, subcode: message.subcode });
        return;
      case 'malformed':
        if (message.open && this.state !== 'OpenSent') this.#unexpected();
        else this.#fail(message.code, message.subcode);
    }
  }

  /** Ends it for a message that has no place in this state. */
  #unexpected(): void {
    this.#fail(5, { OpenSent: 1, OpenConfirm: 2, Established: 3, Closed: 0 }[this.state]);
  }

  #receiveOpen(open: Open): void {
    if (this.state !== 'OpenSent') this.#unexpected();
    else if (open.holdTime > 0 && open.holdTime < 3) this.#fail(2, 6);
    else if (['0.0.0.0', '255.255.255.255', this.#routerId].includes(open.routerId)) this.#fail(2, 3);
    else if (open.as !== this.#config.neighborAs) this.#fail(2, 2);
    else {
      this.open = open;
      if (!this.#events.opened(open)) {
        this.drop(6, 7);
        return;
      }
      this.#holdTime = Math.min(this.#config.holdTime, open.holdTime);
      this.state = 'OpenConfirm';
      this.#connection.send(encodeKeepalive());
      this.#hold();
    }
  }

  #establish(): void {
    this.state = 'Established';
    this.#keepalive();
    this.#connection.send(encodeEndOfRib());
    this.#events.established();
  }

  get #keepaliveTime(): number {
    return Math.max(1, Math.floor(this.#holdTime / 3));
  }

  #keepalive(): void {
    if (this.#holdTime === 0) return;
    this.#keepaliveTimer = this.#timers.start(this.#keepaliveTime, () => {
      this.#connection.send(encodeKeepalive());
      this.#keepalive();
    });
  }

  #hold(): void {
    this.#holdTimer?.stop();
    if (this.#holdTime > 0) this.#holdTimer = this.#timers.start(this.#holdTime, () => this.#fail(4, 0));
  }

  #fail(code: number, subcode: number): void {
    this.#connection.send(encodeNotification(code, subcode));
    this.#end({ kind: 'sent', code, subcode });
  }

  #end(how: Parameters<ConnectionEvents['ended']>[0]): void {
    if (this.state === 'Closed') return;
    this.#close();
    this.#events.ended(how);
  }

  #close(): void {
    this.state = 'Closed';
    this.#holdTimer?.stop();
    this.#keepaliveTimer?.stop();
    this.#connection.close();
  }
}
