import type { ProgramHost } from '../host.ts';
import type { NamingClient } from './client.ts';
import type { Naming } from './naming.ts';
import { type ServiceName, serviceKey } from './service-name.ts';

/** The first check comes after this and up to as much as `FIRST_SPREAD` more. */
const FIRST = 2000;
const FIRST_SPREAD = 5000;
/** Between checks of an instance that is healthy, and of one that is not. */
const WHILE_HEALTHY = 2000;
const WHILE_UNHEALTHY = 5000;
/** So many answers in a row change the health; a refused connection does at once. */
const CHECK_TIMES = 3;
const TIMEOUT = 5000;

/**
 * The server's own checks of persistent instances: a TCP connection each. Models nacos naming TcpHealthCheckProcessor,
 * its waits simplified.
 */
export class TcpChecks {
  readonly #host: Pick<ProgramHost, 'clock' | 'dialTcp' | 'random'>;
  readonly #naming: Naming;

  constructor(host: Pick<ProgramHost, 'clock' | 'dialTcp' | 'random'>, naming: Naming) {
    this.#host = host;
    this.#naming = naming;
  }

  /** Begins to check an instance; it ends when the instance is gone. */
  watch(client: NamingClient, service: ServiceName): void {
    this.#later(client, service, 0, FIRST + this.#host.random() * FIRST_SPREAD);
  }

  #later(client: NamingClient, service: ServiceName, streak: number, ms: number): void {
    this.#host.clock.setTimeout(() => this.#check(client, service, streak), ms);
  }

  /** `streak`: successes in a row if positive, failures if negative. */
  #check(client: NamingClient, service: ServiceName, streak: number): void {
    const { ip, port } = client.published.get(serviceKey(service))?.settings ?? {};
    if (ip === undefined || port === undefined) return;
    this.#host.dialTcp({ host: ip, port, timeoutMs: TIMEOUT }, (outcome) => {
      const publication = client.published.get(serviceKey(service));
      if (publication === undefined) return;
      const open = outcome.kind === 'connected';
      if (open) outcome.connection.close();
      const now = open ? Math.max(0, streak) + 1 : Math.min(0, streak) - 1;
      const refused = !open && outcome.cause === 'refused';
      if (now >= CHECK_TIMES) this.#naming.setHealthy(client, service, true);
      if (refused || now <= -CHECK_TIMES) this.#naming.setHealthy(client, service, false);
      this.#later(client, service, now, publication.healthy ? WHILE_HEALTHY : WHILE_UNHEALTHY);
    });
  }
}
