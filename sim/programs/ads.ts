import type { Listener } from './host.ts';

/** envoy.service.discovery.v3.DiscoveryRequest, as far as a server looks at it. */
export interface DiscoveryRequest {
  version_info: string;
  node?: { id: string };
  resource_names: readonly string[];
  type_url: string;
  response_nonce: string;
  /** The proxy refuses what the nonce names, and why. */
  error_detail?: { code: number; message: string };
}

/** A resource with the name by which proxies ask for it. What it holds is between its maker and the host's encoder. */
export interface AdsResource {
  name: string;
  resource: unknown;
}

export interface DiscoveryResponse {
  version_info: string;
  type_url: string;
  nonce: string;
  resources: readonly AdsResource[];
}

/** One stream of the aggregated discovery service: `StreamAggregatedResources`. */
export interface AdsStream {
  /** Of the certificate that the client proved itself with; undefined: it showed none. */
  readonly commonName: string | undefined;
  readonly remoteAddress: string;
  onRequest(handler: (request: DiscoveryRequest) => void): void;
  /** Called once, whoever ended it. */
  onClose(handler: () => void): void;
  send(response: DiscoveryResponse): void;
  /** Ends the stream with a gRPC status (`Unknown`, `PermissionDenied`, …). */
  fail(code: string, message: string): void;
}

export interface AdsListenOptions {
  port: number;
  address?: string;
  /** PEM. Absent: a certificate that no proxy trusts. */
  tls?: { cert: string; key: string; ca: string };
}

export interface AdsHandler {
  onStream(stream: AdsStream): void;
  onError?(error: string): void;
}

/** Part of the program host; its listener's `close` ends the streams, too. */
export type ListenAds = (options: AdsListenOptions, handler: AdsHandler) => Listener;
