import type { Listener, Program, ProgramHost } from '../../host.ts';
import { calicoLog } from '../go-log.ts';
import { type Datastore, type DatastoreAnswer, datastoreOf } from '../node/datastore-client.ts';
import type { DatastoreState } from '../node/datastore-state.ts';
import type { CalicoProfile } from '../profiles.ts';
import { startDataplane } from './dataplane.ts';
import { type FieldLog, HealthAggregator } from './health-aggregator.ts';
import { serveHealth } from './health-server.ts';

const RETRY_MS = 1000;
const MAX_CLIENTS = 60;
/** Restart, please: the configuration has changed, or too many connections were made. */
const CONFIG_CHANGED_RC = 129;
const WATCH_MS = 1000;

/** Felix' configuration: the environment goes before the FelixConfiguration. */
export type FelixSettings = (name: string) => string | undefined;

/**
 * `calico-node -felix` as its health shows it: the start-up loop over the datastore, then the reporters of the calculation graph
 * and of the dataplane. It programs nothing.
 * Models projectcalico/calico felix/daemon/daemon.go Run.
 */
export const felix =
  (profile: CalicoProfile): Program =>
  (host) => {
    new Felix(host, profile);
  };

class Felix {
  readonly #host: ProgramHost;
  readonly #profile: CalicoProfile;
  readonly #aggregator: HealthAggregator;
  readonly #name: string;
  readonly #fieldLog: FieldLog;
  #server: Listener | undefined;
  #clients = 0;

  constructor(host: ProgramHost, profile: CalicoProfile) {
    this.#host = host;
    this.#profile = profile;
    const log = calicoLog(host);
    this.#fieldLog = (level, message, fields = {}) => {
      const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
      log(level.toUpperCase() as 'INFO', 'felix/health.go 137', message + rest.join(''));
    };
    this.#aggregator = new HealthAggregator({ now: () => host.clock.now(), profile, log: this.#fieldLog });
    this.#name = profile.reporterNames === 'dashed' ? 'felix-startup' : 'FelixStartup';
    this.#aggregator.register(this.#name, { live: true, ready: true });
    host.onSignal('SIGTERM', () => host.exit(0));
    // The binary is large: reading it and its flags takes a moment.
    host.clock.setTimeout(() => this.#configure(), 150);
  }

  /** One round of the start-up loop. */
  #configure(): void {
    const log = calicoLog(this.#host);
    if (this.#clients > MAX_CLIENTS) {
      this.#restart('Restarting to avoid leaking datastore connections');
      return;
    }
    this.#aggregator.report(this.#name, { live: true, ready: false });
    this.#serve();
    this.#clients++;
    const datastore = datastoreOf(this.#host);
    this.#load(datastore, (answer) => {
      if (!('error' in answer)) {
        this.#loaded(answer.value, datastore);
        return;
      }
      log('ERROR', 'felix/daemon.go 274', `Failed to get config from datastore error=${answer.error}`);
      this.#host.clock.setTimeout(() => this.#configure(), RETRY_MS);
    });
  }

  /** Reads the configuration; while the datastore is not initialised it waits, and calls that ready. */
  #load(datastore: Datastore, done: (answer: DatastoreAnswer<DatastoreState>) => void): void {
    datastore.state((answer) => {
      if ('error' in answer) done(answer);
      else if (answer.value.forbidden !== undefined) done({ error: answer.value.forbidden });
      else if (answer.value.ready) done(answer);
      else {
        calicoLog(this.#host)(
          'WARNING',
          'felix/daemon.go 269',
          'Waiting for datastore to be initialized (or migrated)',
        );
        this.#host.clock.setTimeout(() => {
          this.#aggregator.report(this.#name, { live: true, ready: true });
          this.#load(datastore, done);
        }, RETRY_MS);
      }
    });
  }

  #loaded(state: DatastoreState, datastore: Datastore): void {
    // A client more than a clean start makes is one that could not be closed.
    if (this.#clients > 2) {
      this.#restart('Restarting to avoid leaking datastore connections');
      return;
    }
    const settings: FelixSettings = (name) => this.#environment(name) ?? state.felix[name];
    if (
      settings('healthhost') !== this.#environment('healthhost') ||
      settings('healthport') !== this.#environment('healthport')
    )
      this.#serve(settings);
    this.#aggregator.report(this.#name, { live: true, ready: true });
    startDataplane(this.#host, { profile: this.#profile, aggregator: this.#aggregator, settings });
    this.#watch(datastore, JSON.stringify(state.felix));
  }

  #watch(datastore: Datastore, before: string): void {
    this.#host.clock.setTimeout(() => {
      datastore.state((answer) => {
        const now = 'error' in answer ? before : JSON.stringify(answer.value.felix);
        if (now === before) this.#watch(datastore, before);
        else this.#restart('Felix configuration changed; restarting');
      });
    }, WATCH_MS);
  }

  /** FELIX_NAME or the older lower-case spelling of it. */
  #environment(name: string): string | undefined {
    const wanted = `felix_${name}`;
    return Object.entries(this.#host.env).find(([key]) => key.toLowerCase() === wanted)?.[1];
  }

  /** Serves health as the environment says, once; or anew as the whole configuration says. */
  #serve(merged?: FelixSettings): void {
    const settings = merged ?? ((name: string) => this.#environment(name));
    if (settings('healthenabled') !== 'true') return;
    if (merged === undefined && this.#server !== undefined) return;
    this.#server?.close();
    this.#server = serveHealth(this.#host, {
      host: settings('healthhost') || 'localhost',
      port: Number(settings('healthport') || 9099),
      aggregator: this.#aggregator,
      profile: this.#profile,
      log: this.#fieldLog,
    });
  }

  #restart(reason: string): void {
    calicoLog(this.#host)('WARNING', 'felix/daemon.go 660', reason);
    this.#host.exit(CONFIG_CHANGED_RC);
  }
}
