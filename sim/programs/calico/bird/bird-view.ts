import type { ProtocolDetails } from './protocol-details.ts';

/** What the control socket may ask of BIRD. */
export interface BirdView {
  /** In the order of the configuration. */
  protocols(): readonly BirdProtocol[];
  /** The table `master`. */
  routes(): readonly BirdRoute[];
  routerId(): string;
  bootedAt: number;
  configuredAt(): number;
  /** While a restart is recovered from: how many protocols are awaited, seconds left and in all. */
  recovery(): { waiting: number; left: number; total: number } | undefined;
  /** Of a protocol that there is. False: it is so already. */
  setEnabled(name: string, enabled: boolean): boolean;
  /** False: it is disabled. */
  restart(name: string): boolean;
  configuration: {
    /** The file that is read if no other is named. */
    path: string;
    /** Reads and takes it; `undoAfter` seconds it is taken back, unless it is confirmed. BIRD's complaint, or undefined. */
    apply(file: string, undoAfter?: number): string | undefined;
    /** The same, and nothing is changed. */
    check(file: string): string | undefined;
    /** Back to the one before. False: there is none. */
    undo(): boolean;
    /** False: nothing waits to be confirmed. */
    confirm(): boolean;
  };
  shutdown(): void;
  /** Its own, on a network of 24 bits. */
  address: string;
}

export interface BirdProtocol {
  name: string;
  protocol: string;
  state: string;
  /** ms since 1970. */
  since: number;
  info: string;
  details: ProtocolDetails;
}

/** A route to a network that is at an interface. */
export interface BirdRoute {
  prefix: string;
  dev: string;
  protocol: string;
  since: number;
  preference: number;
}
