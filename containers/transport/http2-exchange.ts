import { type ClientHttp2Stream, connect, constants, type OutgoingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { HttpAttempt, HttpOutcome, TransportFailure } from '../../sim/runtime/transport.ts';
import type { Attempt } from './attempt.ts';
import { systemError } from './errno.ts';

type Response = Extract<HttpOutcome, { kind: 'response' }>;

/** Headers of HTTP/1 that HTTP/2 has no place for. */
const DROPPED = new Set(['host', 'connection', 'proxy-connection', 'transfer-encoding', 'upgrade', 'keep-alive', 'te']);

/** RFC 9113 section 7, by number. */
export const ERROR_CODES = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
] as const;

/** The request over HTTP/2 on a connection that negotiated it. */
export function exchangeHttp2(attempt: Attempt<HttpOutcome>, socket: TLSSocket, request: HttpAttempt): void {
  attempt.phase = 'exchange';
  const session = connect(`https://${AUTHORITY}`, { createConnection: () => socket });
  attempt.onSettled(() => session.destroy());
  const failed = (failure: TransportFailure) => attempt.settle({ kind: 'failed', failure });
  session.on('error', (error) => {
    const { cause, detail } = systemError(error);
    failed(attempt.failure(cause, detail));
  });
  session.on('close', () => failed(attempt.failure('other', 'unexpected EOF')));
  try {
    readStream(attempt, session.request(requestHeaders(request), { endStream: true }), request.maxBodyBytes);
  } catch (error) {
    // Node refuses some header fields that Go sends.
    failed(attempt.failure('other', (error as Error).message));
  }
}

/** node:http2 wants one; the request carries its own. */
const AUTHORITY = 'localhost';

function readStream(attempt: Attempt<HttpOutcome>, stream: ClientHttp2Stream, maxBodyBytes: number): void {
  const chunks: Buffer[] = [];
  let size = 0;
  let head: Pick<Response, 'status' | 'headers'> | undefined;
  const outcome = (bodyEnd: Response['bodyEnd'], bodyFailure?: TransportFailure): HttpOutcome => {
    if (head === undefined) return { kind: 'failed', failure: bodyFailure ?? attempt.failure('eof') };
    const body = Buffer.concat(chunks).subarray(0, maxBodyBytes);
    const response = { kind: 'response', ...head, body, bodyEnd, protocol: 'HTTP/2.0' } as const;
    return bodyFailure === undefined ? response : { ...response, bodyFailure };
  };
  attempt.onDeadline = () => outcome('timeout', attempt.failure('timeout'));
  stream.on('response', (headers) => {
    const fields = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
    head = { status: headers[':status'] ?? 0, headers: fields.map(([name, value]) => [name, String(value)]) };
  });
  stream.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= maxBodyBytes) attempt.settle(outcome('complete'));
  });
  stream.on('end', () => {
    if (head !== undefined && stream.rstCode === constants.NGHTTP2_NO_ERROR) attempt.settle(outcome('complete'));
  });
  stream.on('error', () => {
    const code = ERROR_CODES[stream.rstCode ?? 0] ?? `unknown error code 0x${stream.rstCode?.toString(16)}`;
    const failure = attempt.failure('other', `stream error: stream ID ${stream.id}; ${code}; received from peer`);
    attempt.settle(outcome('malformed', failure));
  });
}

function requestHeaders({ method, target, headers, scheme, host, port }: HttpAttempt): OutgoingHttpHeaders {
  const authority = headers.find(([name]) => name === 'Host')?.[1] ?? `${host}:${port}`;
  const fields: OutgoingHttpHeaders = {
    ':authority': authority,
    ':method': method,
    ':path': target,
    ':scheme': scheme,
  };
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (DROPPED.has(key)) continue;
    const before = fields[key];
    fields[key] = before === undefined ? value : [before, value].flat().map(String);
  }
  return fields;
}
