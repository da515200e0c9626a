import { createSecureServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { AdsStream, DiscoveryRequest, ListenAds } from '../../sim/programs/ads.ts';
import { framed, nextMessage } from '../grpc/frame.ts';
import { sessionsOf } from '../grpc/sessions.ts';
import { refuse, statusTrailers } from '../grpc/status.ts';
import { ownCertificate } from './certificate.ts';
import { decodeRequest, encodeResponse } from './discovery-wire.ts';
import { bind, plainAddress } from './listen.ts';

const METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';

/** Serves Envoy's aggregated discovery: gRPC on HTTP/2 under mutual TLS. */
export const listenAds: ListenAds = (options, handler) => {
  const tls = options.tls ?? withoutClients();
  const server = createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true });
  const sessions = sessionsOf(server);
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    // A client that has gone in the meantime.
    if (stream.destroyed || stream.session?.destroyed !== false) return;
    if (headers[':path'] === METHOD) handler.onStream(adsStream(stream, clientOf(stream.session)));
    else refuse(stream, 'Unimplemented', `unknown method ${headers[':path']}`);
  });
  return bind(server, { ...options, onError: handler.onError?.bind(handler) }, () => {
    server.close();
    for (const session of sessions) session.destroy();
  });
};

/** Nobody holds a certificate that this one has signed. */
function withoutClients(): { cert: string; key: string; ca: string } {
  const own = ownCertificate();
  return { ...own, ca: own.cert };
}

interface Client {
  commonName: string | undefined;
  remoteAddress: string;
}

/** Who a session belongs to; a socket that has gone has no certificate any more. */
function clientOf(session: Http2Session): Client {
  const socket = session.socket as TLSSocket;
  const certificate = socket.getPeerCertificate() as Partial<PeerCertificate> | null;
  const name = certificate?.subject?.CN;
  return {
    commonName: Array.isArray(name) ? name[0] : name,
    remoteAddress: plainAddress(socket.remoteAddress),
  };
}

function adsStream(stream: ServerHttp2Stream, client: Client): AdsStream {
  let onRequest: (request: DiscoveryRequest) => void = () => {};
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  let trailers = { 'grpc-status': '0', 'grpc-message': '' };
  stream.on('wantTrailers', () => {
    if (!stream.destroyed) stream.sendTrailers(trailers);
  });
  const fail = (code: string, message: string): void => {
    if (stream.destroyed || stream.writableEnded) return;
    trailers = statusTrailers(code, message);
    stream.end();
  };
  readMessages(stream, (message) => onRequest(decodeRequest(message)), fail);
  stream.on('end', () => stream.end());
  return {
    ...client,
    onRequest: (handler) => {
      onRequest = handler;
    },
    onClose: (handler) => void stream.once('close', handler),
    send: (response) => {
      if (!stream.destroyed && !stream.writableEnded) stream.write(framed(encodeResponse(response)));
    },
    fail,
  };
}

/** Cuts what comes into messages; a client that sends something else is told so, and the stream is over. */
function readMessages(
  stream: ServerHttp2Stream,
  onMessage: (message: Buffer) => void,
  fail: (code: string, message: string) => void,
): void {
  let rest: Buffer = Buffer.alloc(0);
  let broken = false;
  stream.on('data', (chunk: Buffer) => {
    if (broken) return;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    try {
      for (let next = nextMessage(rest); next !== undefined; next = nextMessage(rest)) {
        rest = next.rest;
        onMessage(next.message);
      }
    } catch (error) {
      broken = true;
      fail('Internal', `grpc: error while reading the request: ${(error as Error).message}`);
    }
  });
}
