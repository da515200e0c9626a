import { createSecureServer, type Http2Session, type ServerHttp2Stream } from 'node:http2';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { AdsStream, DiscoveryRequest, ListenAds } from '../../sim/programs/ads.ts';
import { ownCertificate } from './certificate.ts';
import { decodeRequest, encodeResponse } from './discovery-wire.ts';
import { STATUS_CODES } from './grpc-status.ts';
import { bind, plainAddress } from './listen.ts';

const METHOD = '/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources';
/** As gRPC servers have it by default. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const PREFIX_BYTES = 5;

/** Serves Envoy's aggregated discovery: gRPC on HTTP/2 under mutual TLS. */
export const listenAds: ListenAds = (options, handler) => {
  const tls = options.tls ?? withoutClients();
  const server = createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: true });
  const sessions = new Set<Http2Session>();
  server.on('session', (session: Http2Session) => {
    sessions.add(session);
    session.on('error', () => {});
    session.on('close', () => sessions.delete(session));
  });
  server.on('sessionError', () => {});
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    // A client that has gone in the meantime.
    if (stream.destroyed || stream.session?.destroyed !== false) return;
    if (headers[':path'] === METHOD) handler.onStream(adsStream(stream, clientOf(stream.session)));
    else end(stream, 'Unimplemented', `unknown method ${headers[':path']}`);
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
      for (let message = nextMessage(rest); message !== undefined; message = nextMessage(rest)) {
        rest = rest.subarray(PREFIX_BYTES + message.length);
        onMessage(message);
      }
    } catch (error) {
      broken = true;
      fail('Internal', `grpc: error while reading the request: ${(error as Error).message}`);
    }
  });
}

/** The first whole message of what has come; Throws an Error for one that is compressed or too long. */
export function nextMessage(data: Buffer): Buffer | undefined {
  if (data.length < PREFIX_BYTES) return undefined;
  if (data[0] !== 0) throw new Error('compressed messages are not supported');
  const length = data.readUInt32BE(1);
  if (length > MAX_MESSAGE_BYTES)
    throw new Error(`received message larger than max (${length} vs. ${MAX_MESSAGE_BYTES})`);
  return data.length < PREFIX_BYTES + length ? undefined : data.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
}

function framed(message: Buffer): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function end(stream: ServerHttp2Stream, code: string, message: string): void {
  if (stream.destroyed) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc', ...statusTrailers(code, message) };
  stream.respond(headers, { endStream: true });
}

function statusTrailers(code: string, message: string): { 'grpc-status': string; 'grpc-message': string } {
  const number = STATUS_CODES.indexOf(code);
  return {
    'grpc-status': String(number < 0 ? 2 : number),
    'grpc-message': encodeURIComponent(message).replaceAll('%20', ' '),
  };
}
