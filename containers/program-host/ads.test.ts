import { type AddressInfo, createServer } from 'node:net';
import { type ClientDuplexStream, credentials, Metadata, makeGenericClientConstructor } from '@grpc/grpc-js';
import { afterEach, describe, expect, it } from 'vitest';
import type { AdsStream, DiscoveryRequest } from '../../sim/programs/ads.ts';
import type { Listener } from '../../sim/programs/host.ts';
import { createCertificateAuthority } from '../osm/certificate-authority.ts';
import { envoyProtos } from '../osm/envoy-protos.ts';
import { listenAds } from './ads.ts';

const authority = createCertificateAuthority();
const hour = () => Date.now() + 3_600_000;
const own = authority.issue('ads', hour());
const tls = { cert: own.certificateChain, key: own.privateKey, ca: own.issuingCA };

const RequestType = envoyProtos().lookupType('envoy.service.discovery.v3.DiscoveryRequest');
const ResponseType = envoyProtos().lookupType('envoy.service.discovery.v3.DiscoveryResponse');
/** gRPC's own client with Envoy's own protos: nothing of it is ours. */
const Client = makeGenericClientConstructor(
  {
    streamAggregatedResources: {
      path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources',
      requestStream: true,
      responseStream: true,
      requestSerialize: (value: object) => Buffer.from(RequestType.encode(RequestType.create(value)).finish()),
      requestDeserialize: (bytes: Buffer) => RequestType.decode(bytes),
      responseSerialize: (value: object) => Buffer.from(ResponseType.encode(ResponseType.create(value)).finish()),
      responseDeserialize: (bytes: Buffer) => ResponseType.toObject(ResponseType.decode(bytes), { bytes: String }),
    },
  },
  'AggregatedDiscoveryService',
);

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function serve(onStream: (stream: AdsStream) => void): Promise<{ port: number; listener: Listener }> {
  const port = await freePort();
  const listener = listenAds({ port, address: '127.0.0.1', tls }, { onStream });
  ends.push(() => listener.close());
  return { port, listener };
}

type Call = ClientDuplexStream<object, Record<string, unknown>>;

function connect(port: number, name: string | undefined): Call {
  const proxy = name === undefined ? undefined : authority.issue(name, hour());
  const ca = Buffer.from(own.issuingCA);
  const secure =
    proxy === undefined
      ? credentials.createSsl(ca)
      : credentials.createSsl(ca, Buffer.from(proxy.privateKey), Buffer.from(proxy.certificateChain));
  const client = new Client(`127.0.0.1:${port}`, secure, { 'grpc.ssl_target_name_override': 'ads' });
  ends.push(() => client.close());
  return (client as unknown as { streamAggregatedResources(metadata: Metadata): Call }).streamAggregatedResources(
    new Metadata(),
  );
}

const next = (call: Call) => new Promise<Record<string, unknown>>((resolve) => call.once('data', resolve));
const failure = (call: Call) =>
  new Promise<{ code: number; details: string }>((resolve) => call.once('error', (error) => resolve(error as never)));

describe('the ADS port', () => {
  it('talks with gRPC’s own client, by the name in its certificate', async () => {
    const seen: { names: (string | undefined)[]; requests: DiscoveryRequest[] } = { names: [], requests: [] };
    const { port } = await serve((stream) => {
      seen.names.push(stream.commonName);
      stream.onRequest((request) => {
        seen.requests.push(request);
        const resource = Buffer.from('listener').toString('base64');
        stream.send({
          version_info: '1',
          nonce: 'n1',
          type_url: request.type_url,
          resources: [{ name: 'a', resource }],
        });
      });
    });
    const call = connect(port, 'proxy.sidecar.a.b.cluster.local');
    call.write({ type_url: 'T', resource_names: ['x', 'y'], node: { id: 'me' } });
    expect(await next(call)).toEqual({
      version_info: '1',
      nonce: 'n1',
      type_url: 'T',
      resources: [{ type_url: 'T', value: Buffer.from('listener').toString('base64') }],
    });
    call.write({ type_url: 'T', version_info: '1', response_nonce: 'n1', error_detail: { code: 13, message: 'no' } });
    await next(call);
    expect(seen.names).toEqual(['proxy.sidecar.a.b.cluster.local']);
    expect(seen.requests).toMatchObject([
      { resource_names: ['x', 'y'], node: { id: 'me' } },
      { version_info: '1', response_nonce: 'n1', error_detail: { code: 13, message: 'no' } },
    ]);
    call.cancel();
    await failure(call);
  });

  it('ends a stream with the status the program gives', async () => {
    const { port } = await serve((stream) => stream.fail('PermissionDenied', 'not you'));
    expect(await failure(connect(port, 'a'))).toMatchObject({ code: 7, details: 'not you' });
  });

  it('does not let in who has no certificate of the mesh', async () => {
    const { port } = await serve(() => {});
    const call = connect(port, undefined);
    expect(await failure(call)).toMatchObject({ code: 14 });
  });

  it('says so when a stream carries no messages of discovery, and serves the next', async () => {
    const { port } = await serve((stream) => stream.onRequest(() => stream.fail('OK', '')));
    const call = connect(port, 'a');
    // Field 0, as a raw message: protobuf has none.
    (RequestType as unknown as { encode: unknown }).encode = () => ({ finish: () => Buffer.from([0, 1, 2]) });
    call.write({});
    const refused = await failure(call);
    delete (RequestType as unknown as { encode?: unknown }).encode;
    RequestType.setup();
    expect(refused).toMatchObject({ code: 13, details: expect.stringContaining('field 0') });
    const good = connect(port, 'a');
    const ended = new Promise((resolve) => good.once('end', resolve));
    good.on('data', () => {});
    good.write({ type_url: 'T' });
    await ended;
  });

  it('closes its streams with the port, which can be opened again at once', async () => {
    const { port, listener } = await serve((stream) => stream.onRequest(() => {}));
    const call = connect(port, 'a');
    call.write({ type_url: 'T' });
    const lost = failure(call);
    await new Promise((resolve) => setTimeout(resolve, 100));
    listener.close();
    expect(await lost).toMatchObject({ code: 14 });
    const again = listenAds(
      { port, address: '127.0.0.1', tls },
      { onStream: (stream) => stream.fail('NotFound', 'x') },
    );
    ends.push(() => again.close());
    expect(await failure(connect(port, 'a'))).toMatchObject({ code: 5 });
  });
});
