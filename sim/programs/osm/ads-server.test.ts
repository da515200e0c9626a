import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AdsStream, DiscoveryRequest, DiscoveryResponse } from '../ads.ts';
import { AdsServer, type ProxySnapshot } from './ads-server.ts';

const CDS = 'type.googleapis.com/envoy.config.cluster.v3.Cluster';
const EDS = 'type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment';
const LDS = 'type.googleapis.com/envoy.config.listener.v3.Listener';
const PROXY = '4d6b2f0e-0000-4000-8000-000000000000.sidecar.bookbuyer.bookbuyer.cluster.local';

const resources = (...names: string[]) => names.map((name) => ({ name, resource: { name } }));
const SNAPSHOT: ProxySnapshot = {
  [CDS]: resources('a', 'b'),
  [EDS]: resources('a', 'b'),
  [LDS]: resources('inbound-listener'),
};

/** A proxy that notes what it is sent. */
class TestProxy implements AdsStream {
  readonly remoteAddress = '10.244.0.4';
  readonly commonName: string | undefined;
  readonly responses: DiscoveryResponse[] = [];
  failed: string | undefined;
  #request: (request: DiscoveryRequest) => void = () => {};
  #closed: () => void = () => {};

  constructor(commonName: string | undefined) {
    this.commonName = commonName;
  }

  onRequest(handler: (request: DiscoveryRequest) => void): void {
    this.#request = handler;
  }

  onClose(handler: () => void): void {
    this.#closed = handler;
  }

  send(response: DiscoveryResponse): void {
    this.responses.push(response);
  }

  fail(code: string, message: string): void {
    this.failed = `${code}: ${message}`;
    this.#closed();
  }

  close(): void {
    this.#closed();
  }

  ask(type_url: string, more: Partial<DiscoveryRequest> = {}): void {
    this.#request({ type_url, version_info: '', resource_names: [], response_nonce: '', ...more });
  }

  get last(): DiscoveryResponse {
    const response = this.responses.at(-1);
    if (response === undefined) throw new Error('nothing was sent');
    return response;
  }

  /** Takes what came last. */
  acknowledge(resource_names: readonly string[] = []): void {
    const { type_url, version_info, nonce } = this.last;
    this.ask(type_url, { version_info, response_nonce: nonce, resource_names });
  }
}

function serving(snapshot: ProxySnapshot | null = SNAPSHOT) {
  const logged: string[] = [];
  const clock = { now: () => 0, epochMs: 1000, setTimeout: () => ({ due: 0 }), clearTimeout: () => {} };
  const server = new AdsServer({ clock }, (level, _component, _at, message) => logged.push(`${level} ${message}`));
  server.update({ [PROXY]: snapshot });
  const connect = (commonName = PROXY) => {
    const proxy = new TestProxy(commonName);
    server.accept(proxy);
    return proxy;
  };
  return { server, logged, connect };
}

describe('a proxy’s stream', () => {
  it('gets all clusters, of endpoints those it names', () => {
    const proxy = serving().connect();
    proxy.ask(CDS);
    expect(proxy.last).toMatchObject({ version_info: '1', type_url: CDS, resources: resources('a', 'b') });
    proxy.acknowledge();
    proxy.ask(EDS, { resource_names: ['b'] });
    expect(proxy.last).toMatchObject({ version_info: '1', type_url: EDS, resources: resources('b') });
    expect(proxy.responses).toHaveLength(2);
  });

  it('is answered anew when it names others, not when it takes what it got', () => {
    const proxy = serving().connect();
    proxy.ask(EDS, { resource_names: ['a'] });
    proxy.acknowledge(['a']);
    expect(proxy.responses).toHaveLength(1);
    proxy.acknowledge(['b', 'a']);
    expect(proxy.last).toMatchObject({ version_info: '2', resources: resources('a', 'b') });
    // An answer to the first response, overtaken.
    proxy.ask(EDS, { resource_names: ['c'], response_nonce: proxy.responses[0]?.nonce ?? '' });
    expect(proxy.responses).toHaveLength(2);
  });

  it('counts on from the version a proxy brings along', () => {
    const proxy = serving().connect();
    proxy.ask(CDS, { version_info: '41' });
    expect(proxy.last.version_info).toBe('42');
  });

  it('hears of changes, of what it asked for and of nothing else', () => {
    const { server, connect } = serving();
    const proxy = connect();
    proxy.ask(CDS);
    proxy.ask(EDS, { resource_names: ['a'] });
    server.update({ [PROXY]: { ...SNAPSHOT, [EDS]: resources('a', 'b', 'c'), [LDS]: [] } });
    expect(proxy.responses).toHaveLength(2);
    server.update({ [PROXY]: { ...SNAPSHOT, [CDS]: resources('c') } });
    expect(proxy.responses).toHaveLength(3);
    expect(proxy.last).toMatchObject({ type_url: CDS, version_info: '2', resources: resources('c') });
    proxy.close();
    server.update({ [PROXY]: SNAPSHOT });
    expect(proxy.responses).toHaveLength(3);
  });

  it('that refuses what it got is left alone until something changes', () => {
    const { server, connect, logged } = serving();
    const proxy = connect();
    proxy.ask(LDS);
    proxy.ask(LDS, { response_nonce: proxy.last.nonce, error_detail: { code: 13, message: 'no such filter' } });
    expect(proxy.responses).toHaveLength(1);
    expect(logged.join()).toContain('[NACK] err: "no such filter"');
    server.update({ [PROXY]: { ...SNAPSHOT, [LDS]: resources('other') } });
    expect(proxy.last).toMatchObject({ version_info: '2', resources: resources('other') });
  });

  it('is refused without a certificate, with an unknown one, and ends with its pod', () => {
    const { server, connect } = serving();
    const nobody = new TestProxy(undefined);
    server.accept(nobody);
    expect(nobody.failed).toMatch(/^Unauthenticated/);
    expect(connect('someone.else').failed).toMatch(/^Unknown/);
    const proxy = connect();
    proxy.ask(CDS);
    server.update({ [PROXY]: null });
    expect(proxy.failed).toMatch(/^Unknown/);
  });
});

it('whatever a proxy sends, the server goes on', () => {
  const type = fc.oneof(fc.constantFrom(CDS, EDS, LDS, ''), fc.string());
  const request = fc.record({
    type_url: type,
    version_info: fc.oneof(fc.string(), fc.nat().map(String)),
    resource_names: fc.array(fc.oneof(fc.constantFrom('a', 'b'), fc.string()), { maxLength: 4 }),
    response_nonce: fc.oneof(fc.constant(''), fc.string()),
    error_detail: fc.option(fc.record({ code: fc.integer(), message: fc.string() }), { nil: undefined }),
  });
  const { connect } = serving();
  fc.assert(
    fc.property(fc.array(request, { maxLength: 5 }), (requests) => {
      const proxy = connect();
      for (const { error_detail, ...one } of requests)
        proxy.ask(one.type_url, { ...one, ...(error_detail === undefined ? {} : { error_detail }) });
      const versions = proxy.responses.filter(({ type_url }) => type_url === CDS).map((r) => Number(r.version_info));
      expect(versions).toEqual([...versions].sort((a, b) => a - b));
      proxy.close();
      const after = connect();
      after.ask(CDS);
      expect(after.last.resources).toHaveLength(2);
      after.close();
    }),
    { numRuns: 10_000 },
  );
});
