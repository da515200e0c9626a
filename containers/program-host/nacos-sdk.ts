import { createRequire } from 'node:module';
import type { NamingClient, OwnInstance, SdkOffer } from '../../sim/programs/registry-client/naming-client.ts';

/** Where the image has the npm package. */
const FOLDER = '/opt/probelab/nacos-sdk/';

/** The part of the npm package `nacos` that is used here. */
interface Sdk {
  ready(): Promise<void>;
  registerInstance(service: string, instance: object): Promise<void>;
  deregisterInstance(service: string, instance: object): Promise<void>;
  subscribe(
    info: { serviceName: string },
    listener: (hosts: Parameters<Parameters<NamingClient['watch']>[1]>[0]) => void,
  ): void;
}

type SdkClass = new (options: { logger: unknown; serverList: readonly string[]; namespace: string }) => Sdk;

/** What a host with the real SDK beside it offers; it is loaded by the app that asks. Without it: undefined. */
export function realNacosSdk(write: (line: string) => void): SdkOffer {
  return {
    nacosSdk: ({ servers, beatsAfterDeregister }) => {
      const NacosNamingClient = load();
      if (NacosNamingClient === undefined) return undefined;
      const quiet = () => {};
      const warn = (...words: unknown[]) => write(words.map(String).join(' ').split('\n')[0] ?? '');
      const logger = { info: quiet, debug: quiet, warn, error: warn, log: quiet };
      const sdk = new NacosNamingClient({ logger, serverList: servers, namespace: 'public' });
      write('nacos: the npm package 2.6.3');
      return adapter(sdk, servers, beatsAfterDeregister);
    },
  };
}

function load(): SdkClass | undefined {
  try {
    return (createRequire(FOLDER)('nacos') as { NacosNamingClient: SdkClass }).NacosNamingClient;
  } catch {
    return undefined;
  }
}

function adapter(sdk: Sdk, servers: readonly string[], beatsAfterDeregister: boolean): NamingClient {
  const ready = sdk.ready();
  const tell = (work: Promise<unknown>, done: (error?: string) => void) =>
    void work.then(
      () => done(),
      (error: unknown) => done(error instanceof Error ? error.message : String(error)),
    );
  return {
    register: (service, instance, done) =>
      tell(
        ready.then(() => sdk.registerInstance(service, { ...instance })),
        done,
      ),
    deregister: (service, instance, done) => {
      // The SDK itself stops its heartbeats first. One that does not is one that only sends the request.
      const work = () =>
        beatsAfterDeregister
          ? onlyRequest(servers, service, instance)
          : sdk.deregisterInstance(service, { ...instance });
      tell(ready.then(work), done);
    },
    watch: (service, changed) => void ready.then(() => sdk.subscribe({ serviceName: service }, changed)),
  };
}

async function onlyRequest(servers: readonly string[], serviceName: string, { ip, port }: OwnInstance): Promise<void> {
  const query = new URLSearchParams({ serviceName, ip, port: String(port), ephemeral: 'true' });
  await fetch(`http://${servers[0]}/nacos/v1/ns/instance?${query}`, { method: 'DELETE' });
}
