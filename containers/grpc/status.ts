import type { ServerHttp2Stream } from 'node:http2';

/** gRPC's status codes by their numbers, as Go prints them. */
export const STATUS_CODES: readonly string[] = [
  'OK',
  'Canceled',
  'Unknown',
  'InvalidArgument',
  'DeadlineExceeded',
  'NotFound',
  'AlreadyExists',
  'PermissionDenied',
  'ResourceExhausted',
  'FailedPrecondition',
  'Aborted',
  'OutOfRange',
  'Unimplemented',
  'Internal',
  'Unavailable',
  'DataLoss',
  'Unauthenticated',
];
const UNKNOWN = 2;

/** What ends a call. `code`: `NotFound`, or as `NOT_FOUND`; one that gRPC does not know is Unknown. */
export function statusTrailers(code: string, message: string): { 'grpc-status': string; 'grpc-message': string } {
  const number = STATUS_CODES.findIndex((name) => name.toLowerCase() === code.toLowerCase().replaceAll('_', ''));
  return {
    'grpc-status': String(number < 0 ? UNKNOWN : number),
    'grpc-message': encodeURIComponent(message).replaceAll('%20', ' '),
  };
}

/** Answers a call with nothing but how it ended; a client that has gone gets nothing. */
export function refuse(stream: ServerHttp2Stream, code: string, message: string): void {
  if (stream.destroyed) return;
  const headers = { ':status': 200, 'content-type': 'application/grpc', ...statusTrailers(code, message) };
  stream.respond(headers, { endStream: true });
}
