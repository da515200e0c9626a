import type { AdsHandler, AdsStream } from '../../../programs/ads.ts';
import type { GrpcHandler } from '../../../programs/host.ts';
import type { AdsCall } from './ads-call.ts';
import { GrpcServer, type Owner } from './program-servers.ts';

/** Envoy's aggregated discovery under TLS: whoever is no proxy gets nowhere. */
export class AdsPort extends GrpcServer {
  readonly #streamOwner: Owner;
  readonly #streams: AdsHandler;
  readonly #open = new Set<{ end(): void }>();

  constructor(owner: Owner, handler: AdsHandler) {
    const onHealthCheck: GrpcHandler['onHealthCheck'] = (call) =>
      call.fail('Unimplemented', 'unknown service grpc.health.v1.Health');
    super(owner, { onHealthCheck }, true);
    this.#streamOwner = owner;
    this.#streams = handler;
  }

  ads(call: AdsCall): void {
    const owner = this.#streamOwner;
    const ending = { end: () => call.fail('Unavailable', 'connection termination') };
    owner.calls.add(ending);
    this.#open.add(ending);
    const forget = () => {
      owner.calls.delete(ending);
      this.#open.delete(ending);
    };
    // The program has one handler for the end, and this is another.
    const stream: AdsStream = {
      commonName: call.commonName,
      remoteAddress: call.remoteAddress,
      onRequest: (handler) => call.onRequest((request) => owner.run(() => handler(request))),
      onClose: (handler) =>
        call.onClose(() => {
          forget();
          owner.run(handler);
        }),
      send: (response) => call.send(response),
      fail: (code, message) => call.fail(code, message),
    };
    call.onClose(forget);
    owner.run(() => this.#streams.onStream(stream));
  }

  /** The port is closed: so are its streams. */
  close(): void {
    for (const stream of [...this.#open]) stream.end();
  }
}
