import type { Clock } from '../../core/clock.ts';
import {
  clientId,
  type InstanceOverride,
  type KnownService,
  NamingClient,
  overrideKey,
  type Publication,
  type ServiceMetadata,
  type Subscriber,
  shownAs,
} from './client.ts';
import {
  checkInstance,
  deleteTimeout,
  heartBeatTimeout,
  type InstanceSettings,
  type InstanceView,
} from './instance.ts';
import { PushQueue, type PushTargets } from './push-queue.ts';
import { RuntimeFault } from './reply.ts';
import { type ServiceInfo, selectInstances } from './service-info.ts';
import { groupedName, type ServiceName, serviceKey } from './service-name.ts';
import { defaultSwitches } from './switches.ts';

/** A client's instances are looked at every 5 s, from the client's first call on. */
const CHECK_INTERVAL = 5000;
/** Until the event bus has told the index of a change. */
const INDEX_DELAY = 1;
const SUBSCRIPTION_EXPIRES = 30_000;
const CLIENT_EXPIRES = 180_000;
const EMPTY_SERVICE_EXPIRES = 60_000;

export interface NamingOptions {
  clock: Pick<Clock, 'now' | 'setTimeout' | 'clearTimeout'>;
  /** Decides a timeout that ends exactly at a check: true: it has expired. The real server tosses a coin. */
  expiredAtTie(): boolean;
  /** A persistent instance is new: the server itself has to look after it. */
  persistent?(client: NamingClient, service: ServiceName): void;
  /** What lists and pushes show of a service from now on. */
  shows?(service: ServiceName, hosts: readonly InstanceView[]): void;
  /** Sends the service as it is now to a subscriber. */
  push(subscriber: Subscriber, info: ServiceInfo, client: NamingClient): void;
}

/**
 * The naming module of one server: clients, services, the cached view of each service and the pushes. Models nacos 2.x
 * naming core/v2 (client, index, event and push packages).
 */
export class Naming {
  readonly switches = defaultSwitches();
  readonly clients = new Map<string, NamingClient>();
  readonly services = new Map<string, KnownService>();
  readonly metadata = new Map<string, ServiceMetadata>();
  readonly #overrides = new Map<string, InstanceOverride>();
  /** Which clients publish a service, as far as the index knows. */
  readonly #publishers = new Map<string, Set<string>>();
  readonly #views = new Map<string, readonly InstanceView[]>();
  readonly #pushes: PushQueue;
  readonly #options: NamingOptions;

  constructor(options: NamingOptions) {
    this.#options = options;
    this.#pushes = new PushQueue(options.clock, (service, targets) => this.#pushNow(service, targets));
    this.#sweepLater();
  }

  /** Throws a 400 for an illegal instance, a fault for a service of the other kind. */
  register(service: ServiceName, settings: InstanceSettings, by?: NamingClient): void {
    const client = by ?? this.client(settings.ip, settings.port, settings.ephemeral);
    checkInstance(settings);
    const known = this.service(service, settings.ephemeral);
    if (known.ephemeral !== settings.ephemeral) {
      const [is, other] = known.ephemeral ? ['ephemeral', 'persistent'] : ['persistent', 'ephemeral'];
      const text = `Current service ${groupedName(service)} is ${is} service, can't register ${other} instance.`;
      throw new RuntimeFault(400, `errCode: 400, errMsg: ${text} `);
    }
    const now = this.#options.clock.now();
    const isNew = !client.published.has(serviceKey(service));
    client.published.set(serviceKey(service), { service, settings, healthy: settings.healthy, lastBeat: now });
    client.lastUpdated = now;
    if (isNew && !settings.ephemeral) this.#options.persistent?.(client, service);
    this.#indexed(service, client, 'publishes');
  }

  /** An instance, a service or a client nobody knows is no error. */
  deregister(service: ServiceName, settings: Pick<InstanceSettings, 'ip' | 'port' | 'ephemeral'>): void {
    const client = this.clients.get(clientId(settings.ip, settings.port, settings.ephemeral));
    if (client !== undefined) this.withdraw(client, service);
  }

  /** Takes a client's instance of a service away. */
  withdraw(client: NamingClient, service: ServiceName): void {
    const publication = client.published.get(serviceKey(service));
    client.lastUpdated = this.#options.clock.now();
    if (publication === undefined) return;
    client.published.delete(serviceKey(service));
    this.#overrides.delete(overrideKey(publication));
    this.#indexed(service, client, 'withdraws');
  }

  /** A client whose connection has ended: all it published goes at once. */
  disconnect(client: NamingClient): void {
    this.clients.delete(client.id);
    for (const publication of client.published.values()) this.#indexed(publication.service, client, 'withdraws');
    client.published.clear();
  }

  /** The moment that clients' times count to, ms. */
  get now(): number {
    return this.#options.clock.now();
  }

  /**
   * A heartbeat of an instance; false if nobody knows it. It keeps that of the service alive that the heartbeat itself names,
   * whichever it was sent for. Models nacos naming ClientBeatProcessorV2.
   */
  beat(service: ServiceName, ip: string, port: number, named = service): boolean {
    const client = this.clients.get(clientId(ip, port, true));
    if (client?.published.has(serviceKey(service)) !== true) return false;
    client.lastUpdated = this.#options.clock.now();
    const publication = client.published.get(serviceKey(named));
    if (publication === undefined) return true;
    publication.lastBeat = client.lastUpdated;
    this.setHealthy(client, named, true);
    return true;
  }

  /** Subscribes an address, or renews and re-aims its subscription. */
  subscribe(subscriber: Subscriber, by?: NamingClient): void {
    const client = by ?? this.client(subscriber.ip, subscriber.port, true);
    const key = serviceKey(subscriber.service);
    const isNew = !client.subscribed.has(key);
    client.subscribed.set(key, subscriber);
    client.lastUpdated = this.#options.clock.now();
    if (isNew) this.#pushes.add(subscriber.service, client.id);
  }

  /** Each service that somebody subscribed to, once. */
  subscribedServices(): ServiceName[] {
    const services = [...this.clients.values()].flatMap((client) => [...client.subscribed.values()]);
    return [...new Map(services.map(({ service }) => [serviceKey(service), service])).values()];
  }

  /** Everyone subscribed to a service. */
  subscribers(service: ServiceName): { client: NamingClient; subscriber: Subscriber }[] {
    const key = serviceKey(service);
    return [...this.clients.values()].flatMap((client) => {
      const subscriber = client.subscribed.get(key);
      return subscriber === undefined || this.#lapsed(client) ? [] : [{ client, subscriber }];
    });
  }

  /**
   * The instances of a service as the cache has them: only a push rebuilds it. The first look at a service that exists
   * computes it; of one that does not, nothing is kept.
   */
  view(service: ServiceName): readonly InstanceView[] {
    return this.#views.get(serviceKey(service)) ?? this.rebuild(service);
  }

  /** The instances as the index has them now; the cache is renewed. Models nacos naming ServiceStorage.getPushData. */
  rebuild(service: ServiceName): readonly InstanceView[] {
    const key = serviceKey(service);
    if (!this.services.has(key)) return [];
    const publishers = this.#publishers.get(key) ?? [];
    const view = [...publishers].flatMap((id) => {
      const publication = this.clients.get(id)?.published.get(key);
      return publication === undefined ? [] : [shownAs(publication, this.#overrides.get(overrideKey(publication)))];
    });
    this.#views.set(key, view);
    this.#options.shows?.(service, view);
    return view;
  }

  /** A list or push of a service for one reader. */
  select(service: ServiceName, clusters: string, healthyOnly: boolean, hosts = this.view(service)): ServiceInfo {
    const protectThreshold = this.metadata.get(serviceKey(service))?.protectThreshold;
    const cacheMillis = this.switches.defaultPushCacheMillis;
    return selectInstances({ service, hosts, clusters, healthyOnly, protectThreshold, cacheMillis });
  }

  /** Lays weight, enabled and metadata over an instance, whether it is there or not. */
  override(service: ServiceName, place: Pick<InstanceSettings, 'ip' | 'port' | 'cluster'>, value: InstanceOverride) {
    this.#overrides.set(overrideKey({ service, settings: place }), value);
    this.changed(service);
  }

  /** Somebody has to be told of a service, half a second from the first change on. */
  changed(service: ServiceName): void {
    this.#pushes.add(service, 'all');
  }

  /** The client of an address; made, with its checks, at its first call. */
  client(ip: string, port: number, ephemeral: boolean): NamingClient {
    const id = clientId(ip, port, ephemeral);
    const known = this.clients.get(id);
    if (known !== undefined) return known;
    const client = new NamingClient(id, { ephemeral, now: this.#options.clock.now() });
    this.clients.set(id, client);
    if (ephemeral) this.#options.clock.setTimeout(() => this.#check(client), CHECK_INTERVAL);
    return client;
  }

  /** The service as the registry knows it; made if it is new. */
  service(name: ServiceName, ephemeral: boolean): KnownService {
    const key = serviceKey(name);
    const known = this.services.get(key) ?? { name, ephemeral, emptySince: this.#options.clock.now() };
    this.services.set(key, known);
    return known;
  }

  /** Forgets a service and what was said of it. */
  remove(service: ServiceName): void {
    const key = serviceKey(service);
    this.services.delete(key);
    this.metadata.delete(key);
    this.#views.delete(key);
    this.#publishers.delete(key);
  }

  /** Marks an instance as the server's own health check found it. */
  setHealthy(client: NamingClient, service: ServiceName, healthy: boolean): void {
    const publication = client.published.get(serviceKey(service));
    if (publication === undefined || publication.healthy === healthy) return;
    publication.healthy = healthy;
    this.changed(service);
  }

  // Models nacos naming ClientBeatCheckTaskV2: first the health, then the end, both in one look.
  #check(client: NamingClient): void {
    if (this.clients.get(client.id) !== client) return;
    this.#options.clock.setTimeout(() => this.#check(client), CHECK_INTERVAL);
    if (!this.switches.healthCheckEnabled) return;
    for (const publication of [...client.published.values()]) {
      const { metadata } = publication.settings;
      if (publication.healthy && this.#expired(publication, heartBeatTimeout(metadata))) {
        publication.healthy = false;
        this.changed(publication.service);
      }
      if (this.#expired(publication, deleteTimeout(metadata))) {
        const { lastUpdated } = client;
        this.withdraw(client, publication.service);
        client.lastUpdated = lastUpdated;
      }
    }
  }

  #expired({ lastBeat }: Publication, timeout: number): boolean {
    const silent = this.#options.clock.now() - lastBeat;
    return silent === timeout ? this.#options.expiredAtTie() : silent > timeout;
  }

  #indexed(service: ServiceName, client: NamingClient, what: 'publishes' | 'withdraws'): void {
    this.#options.clock.setTimeout(() => {
      const key = serviceKey(service);
      const publishers = this.#publishers.get(key) ?? new Set();
      this.#publishers.set(key, publishers);
      if (what === 'publishes') publishers.add(client.id);
      else if (!client.published.has(key)) publishers.delete(client.id);
      const known = this.services.get(key);
      if (known !== undefined) known.emptySince = publishers.size > 0 ? undefined : this.#options.clock.now();
      this.changed(service);
    }, INDEX_DELAY);
  }

  #pushNow(service: ServiceName, targets: PushTargets): void {
    const hosts = this.rebuild(service);
    if (!this.switches.pushEnabled) return;
    for (const { client, subscriber } of this.subscribers(service)) {
      if (targets !== 'all' && !targets.has(client.id)) continue;
      this.#options.push(subscriber, this.select(service, subscriber.clusters, false, hosts), client);
    }
  }

  #lapsed(client: NamingClient): boolean {
    return !client.connected && this.#options.clock.now() - client.lastUpdated > SUBSCRIPTION_EXPIRES;
  }

  #sweepLater(): void {
    this.#options.clock.setTimeout(() => {
      this.#sweep();
      this.#sweepLater();
    }, EMPTY_SERVICE_EXPIRES);
  }

  /** Clients that say nothing any more and services that have been empty for a minute are forgotten. */
  #sweep(): void {
    const now = this.#options.clock.now();
    for (const client of [...this.clients.values()]) {
      if (!client.connected && this.#lapsed(client)) client.subscribed.clear();
      const idle = client.published.size === 0 && client.subscribed.size === 0;
      if (idle && !client.connected && now - client.lastUpdated > CLIENT_EXPIRES) this.clients.delete(client.id);
    }
    for (const { name, emptySince, ephemeral } of [...this.services.values()]) {
      const expired = emptySince !== undefined && now - emptySince >= EMPTY_SERVICE_EXPIRES;
      if (expired && ephemeral) this.remove(name);
    }
  }
}
