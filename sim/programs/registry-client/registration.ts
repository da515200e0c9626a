import type { ProgramHost } from '../host.ts';
import { ConnectionClient } from './connection-client.ts';
import type { NamingClient, OwnInstance, SdkOffer } from './naming-client.ts';
import { NodeSdkClient } from './node-sdk-client.ts';

/** Which client of a registry an app has. */
export type ClientKind = 'spring' | 'node';

/** How an app joins a registry and leaves it. */
export interface RegistryDescription {
  /** `spring`: a 2.x client (a connection, no heartbeats); `node`: the npm package (HTTP, heartbeats). Default spring. */
  client?: ClientKind;
  /** `host:port` of the registry. Default `nacos:8848`. */
  server?: string;
  /** What it registers; without it the app only looks others up. */
  service?: string;
  /** The port it registers. */
  port?: number;
  /** From its port's opening to registering, ms. Default: spring 1100, node 0. */
  registerAfter?: number;
  /** A GET of this path on any of its servers deregisters it; answered when that is done. */
  deregisterPath?: string;
  /** What SIGTERM does to the registration. Default: spring `deregister`, node `nothing`. */
  onTerm?: 'nothing' | 'deregister';
  /** From that deregistering to the end, ms: it goes on answering. Default 0. */
  lingers?: number;
  /** node: heartbeats go on after a deregister. Default false. */
  beatsAfterDeregister?: boolean;
}

/** What Spring Cloud Alibaba needs from an open port to the registration, as recorded. */
const SPRING_REGISTERS_AFTER = 1100;

/** The client of an app's registry. */
export function createNamingClient(host: ProgramHost & SdkOffer, description: RegistryDescription): NamingClient {
  const server = description.server ?? 'nacos:8848';
  if (description.client !== 'node') return new ConnectionClient(host, server);
  const beatsAfterDeregister = description.beatsAfterDeregister ?? false;
  const options = { servers: [server], beatsAfterDeregister };
  return host.nacosSdk?.(options) ?? new NodeSdkClient(host, options);
}

/** An app's own instance in its registry. */
export class Registration {
  readonly #host: ProgramHost;
  readonly #description: RegistryDescription;
  readonly #client: NamingClient;
  #state: 'no' | 'waiting' | 'yes' = 'no';

  constructor(host: ProgramHost, description: RegistryDescription, client: NamingClient) {
    this.#host = host;
    this.#description = description;
    this.#client = client;
  }

  /** The app's port is open. */
  listening(): void {
    const { service, client, registerAfter } = this.#description;
    if (service === undefined || this.#state !== 'no') return;
    this.#state = 'waiting';
    const after = registerAfter ?? (client === 'node' ? 0 : SPRING_REGISTERS_AFTER);
    this.#host.clock.setTimeout(() => {
      if (this.#state !== 'waiting') return;
      this.#state = 'yes';
      this.#client.register(service, this.#instance(), (error) =>
        this.#host.write(
          'stdout',
          error === undefined ? `registered ${service}\n` : `register ${service} failed: ${error}\n`,
        ),
      );
    }, after);
  }

  /** Leaves the registry; `done` also if it could not. */
  deregister(done: () => void): void {
    const { service } = this.#description;
    const was = this.#state;
    this.#state = 'no';
    if (service === undefined || was !== 'yes') {
      done();
      return;
    }
    this.#client.deregister(service, this.#instance(), (error) => {
      this.#host.write(
        'stdout',
        error === undefined ? `deregistered ${service}\n` : `deregister ${service} failed: ${error}\n`,
      );
      done();
    });
  }

  #instance(): OwnInstance {
    return { ip: this.#host.podIP, port: this.#description.port ?? 8080 };
  }
}
