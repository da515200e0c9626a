import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ServiceCatalogue } from '../../sim/lab/service-directory.ts';
import { ServiceProxy } from './service-proxy.ts';

type Listed = ReturnType<ServiceCatalogue['list']>[number];

/** A cluster whose Services all lead to one place, or to none. */
class Cluster implements ServiceCatalogue {
  services: Listed[] = [];
  backend: { ip: string; port: number } | 'refused' = 'refused';
  #changed: () => void = () => {};

  list = () => this.services;
  address = () => undefined;
  endpoint = () => this.backend;
  watch = (changed: () => void) => {
    this.#changed = changed;
    return () => {};
  };
  change(backend: Cluster['backend']): void {
    this.backend = backend;
    this.#changed();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What a server says to a connection, or the error's code. */
function hear(port: number): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    socket.on('data', (data) => {
      text += String(data);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('end', () => resolve(text));
  });
}

/** The ports open and close in the background: asks until it hears `wanted`. */
async function hears(port: number, wanted: string): Promise<void> {
  await expect.poll(() => hear(port), { timeout: 20_000 }).toBe(wanted);
}

describe('the Services of pods in docker', () => {
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  function proxyOf(cluster: Cluster): { proxy: ServiceProxy; notices: string[] } {
    const notices: string[] = [];
    const notice = (message: string): void => void notices.push(message);
    const proxy = new ServiceProxy({ services: cluster, gateway: '127.0.0.1', notice });
    ends.push(() => proxy.close());
    return { proxy, notices };
  }

  async function greeter(text: string): Promise<number> {
    const server = createServer((socket) => socket.end(text));
    ends.push(() => server.close());
    return listen(server);
  }

  it('are reached by name while an endpoint is ready, and refuse without one', async () => {
    const cluster = new Cluster();
    const port = await freePort();
    cluster.services = [{ name: 'web', namespace: 'shop', clusterIP: '10.96.0.7', ports: [port] }];
    const { proxy } = proxyOf(cluster);
    const names = ['web', 'web.shop', 'web.shop.svc', 'web.shop.svc.cluster.local'];
    expect(proxy.hosts('shop')).toEqual(Object.fromEntries(names.map((name) => [name, '127.0.0.1'])));
    expect(Object.keys(proxy.hosts('other'))).toEqual(names.slice(1));
    await hears(port, 'ECONNREFUSED');
    cluster.change({ ip: '127.0.0.1', port: await greeter('hello') });
    await hears(port, 'hello');
    cluster.change({ ip: '127.0.0.1', port: await greeter('another') });
    await hears(port, 'another');
    cluster.change('refused');
    await hears(port, 'ECONNREFUSED');
  });

  it('share one address: of two with the same port the second is told to be out of reach', async () => {
    const cluster = new Cluster();
    const port = await freePort();
    const service = { namespace: 'shop', clusterIP: '10.96.0.7', ports: [port] };
    cluster.services = [
      { ...service, name: 'one' },
      { ...service, name: 'two' },
    ];
    const { proxy, notices } = proxyOf(cluster);
    proxy.hosts('shop');
    cluster.change('refused');
    expect(notices).toEqual([`Pods do not reach shop/two:${port} by its name: shop/one:${port} has its port.`]);
  });
});
