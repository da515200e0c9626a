import { STATUS_CODES as HTTP_STATUS } from 'node:http';
import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { goQuote } from '../../sim/kubelet/prober/go-text.ts';
import type { GrpcAttempt, GrpcOutcome } from '../../sim/runtime/transport.ts';
import { framed } from '../grpc/frame.ts';
import { STATUS_CODES } from '../grpc/status.ts';
import { ERROR_CODES } from './http2-exchange.ts';

type Status = Extract<GrpcOutcome, { kind: 'status' }>;

const SERVING_STATUS = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
/** What an answer without gRPC means. Models grpc-go HTTPStatusConvTab. */
const HTTP_CODES: Readonly<Record<number, string>> = {
  400: 'Internal',
  401: 'Unauthenticated',
  403: 'PermissionDenied',
  404: 'Unimplemented',
  429: 'Unavailable',
  502: 'Unavailable',
  503: 'Unavailable',
  504: 'Unavailable',
};
/** What a reset stream means. Models grpc-go http2ErrConvTab; the others are Internal. */
const RESET_CODES: Readonly<Record<string, string>> = {
  FLOW_CONTROL_ERROR: 'ResourceExhausted',
  REFUSED_STREAM: 'Unavailable',
  CANCEL: 'Canceled',
  ENHANCE_YOUR_CALM: 'ResourceExhausted',
  INADEQUATE_SECURITY: 'PermissionDenied',
};

/**
 * One call of grpc.health.v1.Health/Check on an open connection. `done` may come more than once, the first counts.
 * `leftMs`: what the server is told of the deadline.
 */
export function healthCheck(
  session: ClientHttp2Session,
  { host, port, service, userAgent }: GrpcAttempt,
  leftMs: number,
  done: (outcome: GrpcOutcome) => void,
): void {
  const stream = session.request({
    ':method': 'POST',
    ':scheme': 'http',
    ':path': '/grpc.health.v1.Health/Check',
    ':authority': host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
    'content-type': 'application/grpc',
    'user-agent': userAgent,
    te: 'trailers',
    'grpc-timeout': leftMs < 90_000 ? `${Math.max(1, Math.floor(leftMs * 1000))}u` : `${Math.floor(leftMs)}m`,
  });
  const chunks: Buffer[] = [];
  session.on('close', () => done(status('Unavailable', 'error reading from server: EOF')));
  stream.on('response', (headers) => {
    const refused = noGrpc(headers) ?? trailerStatus(headers);
    if (refused !== undefined) done(refused);
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('trailers', (trailers: IncomingHttpHeaders) => {
    done(trailerStatus(trailers) ?? servingStatus(Buffer.concat(chunks)));
  });
  stream.on('end', () => done(status('Internal', 'server closed the stream without sending trailers')));
  stream.on('error', () => {
    const code = ERROR_CODES[stream.rstCode ?? 0] ?? String(stream.rstCode);
    done(status(RESET_CODES[code] ?? 'Internal', `stream terminated by RST_STREAM with error code: ${code}`));
  });
  stream.end(requestMessage(service));
}

function status(code: string, message: string): Status {
  return { kind: 'status', code, message };
}

/** Models grpc-go internal/transport/http2_client.go operateHeaders. */
function noGrpc(headers: IncomingHttpHeaders & { ':status'?: number }): Status | undefined {
  const type = headers['content-type'];
  if (headers['grpc-status'] !== undefined && headers[':status'] === 200) return undefined;
  const errors: string[] = [];
  const http = headers[':status'] ?? 0;
  if (http !== 200)
    errors.push(`unexpected HTTP status code received from server: ${http} (${HTTP_STATUS[http] ?? ''})`);
  if (type === undefined) errors.push('malformed header: missing HTTP content-type');
  else if (!/^application\/grpc([+;]|$)/i.test(type)) {
    errors.push(`transport: received unexpected content-type ${goQuote(Buffer.from(type).toString('latin1'))}`);
  }
  return errors.length === 0 ? undefined : status(HTTP_CODES[http] ?? 'Unknown', errors.join('; '));
}

/** Undefined if there is none, or if it is OK. */
function trailerStatus(trailers: IncomingHttpHeaders): Status | undefined {
  const code = trailers['grpc-status'];
  if (code === undefined || code === '0') return undefined;
  return status(STATUS_CODES[Number(code)] ?? `Code(${code})`, decodeMessage(String(trailers['grpc-message'] ?? '')));
}

/** Percent-encoded; what cannot be decoded stays. */
function decodeMessage(message: string): string {
  const bytes: number[] = [];
  for (let i = 0; i < message.length; i++) {
    const encoded = /^%([0-9a-fA-F]{2})/.exec(message.slice(i, i + 3))?.[1];
    bytes.push(encoded === undefined ? message.charCodeAt(i) : Number.parseInt(encoded, 16));
    if (encoded !== undefined) i += 2;
  }
  return Buffer.from(bytes).toString('utf8');
}

/** HealthCheckResponse has one field: 1, an enum. */
function servingStatus(data: Buffer): GrpcOutcome {
  if (data.length < 5)
    return status('Internal', 'cardinality violation: received no response message from non-server-streaming RPC');
  const message = data.subarray(5, 5 + data.readUInt32BE(1));
  const at = message.indexOf(0x08);
  const value = at < 0 ? 0 : (message[at + 1] ?? 0);
  return { kind: 'response', status: SERVING_STATUS[value] ?? String(value) };
}

/** HealthCheckRequest has one field: 1, a string; before it a byte "not compressed" and the length. */
function requestMessage(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]);
  return framed(message);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
