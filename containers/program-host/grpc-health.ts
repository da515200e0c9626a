import { createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import type { GrpcHandler, GrpcHealthStatus, Listener } from '../../sim/programs/host.ts';
import { framed, nextMessage } from '../grpc/frame.ts';
import { sessionsOf } from '../grpc/sessions.ts';
import { refuse } from '../grpc/status.ts';
import { ownCertificate } from './certificate.ts';
import { bind } from './listen.ts';

/*
 * gRPC's wire format for one unary call: HTTP/2, a five-byte prefix before each message, the result in trailers.
 * Written on node:http2 because the image has no packages and @grpc/grpc-js alone would triple its start-up time.
 */

const CHECK = '/grpc.health.v1.Health/Check';
const STATUS_NUMBER: Record<GrpcHealthStatus, number> = { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 };

/** Serves `grpc.health.v1.Health/Check`; any other method is Unimplemented. */
export function listenGrpc(options: { port: number; address?: string; tls?: boolean }, handler: GrpcHandler): Listener {
  const server = options.tls ? createSecureServer(ownCertificate()) : createServer();
  const sessions = sessionsOf(server);
  server.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    const path = String(headers[':path']);
    if (path === CHECK) check(stream, handler);
    else refuse(stream, 'Unimplemented', unknownMethod(path));
  });
  return bind(server, { ...options, onError: handler.onError }, () => {
    server.close();
    for (const session of sessions) session.close();
  });
}

function check(stream: ServerHttp2Stream, handler: GrpcHandler): void {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('end', () => {
    const request = wholeMessage(Buffer.concat(chunks));
    if (request instanceof Error) {
      refuse(stream, 'Internal', request.message);
      return;
    }
    handler.onHealthCheck({
      service: readService(request),
      respond: (status) => respond(stream, STATUS_NUMBER[status]),
      fail: (code, message) => refuse(stream, code, message),
    });
  });
}

function wholeMessage(body: Buffer): Buffer | Error {
  try {
    return nextMessage(body)?.message ?? new Error('received a truncated message');
  } catch (error) {
    return error as Error;
  }
}

/** HealthCheckRequest has one field: 1, a string. */
function readService(message: Buffer): string {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; at < message.length; shift += 7) {
      const byte = message[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const tag = varint();
    if ((tag & 7) === 2) {
      const length = varint();
      if (tag >> 3 === 1) return message.toString('utf8', at, at + length);
      at += length;
    } else varint();
  }
  return '';
}

function respond(stream: ServerHttp2Stream, status: number): void {
  if (stream.destroyed) return;
  const message = status === 0 ? Buffer.alloc(0) : Buffer.from([0x08, status]);
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': '' }));
  stream.end(framed(message));
}

/** The words of a Go server. */
function unknownMethod(path: string): string {
  const [, service = '', method = ''] = path.split('/');
  return service === 'grpc.health.v1.Health'
    ? `unknown method ${method} for service ${service}`
    : `unknown service ${service}`;
}
