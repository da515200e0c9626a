import { createSocket } from 'node:dgram';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { ClientOutcome, ClientRequest, DialOutcome } from '../../sim/programs/host.ts';
import { tcpConnection } from './socket-servers.ts';

type DialCause = Extract<DialOutcome, { kind: 'failed' }>['cause'];
type RequestCause = Extract<ClientOutcome, { kind: 'failed' }>['cause'];

/** Opens a TCP connection; `done` is called once. */
export function dialTcp(
  options: { host: string; port: number; timeoutMs?: number },
  done: (outcome: DialOutcome) => void,
): void {
  if (!Number.isInteger(options.port) || options.port < 0 || options.port > 65535) {
    setImmediate(done, { kind: 'failed', cause: 'invalid-port' });
    return;
  }
  const socket = connect({ host: options.host, port: options.port, autoSelectFamily: false });
  const end = once(done);
  const timer = deadline(options.timeoutMs, () => {
    end({ kind: 'failed', cause: 'timeout' });
    socket.destroy();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    end({ kind: 'failed', cause: dialCause(error.code) });
  });
  socket.on('connect', () => {
    clearTimeout(timer);
    end({ kind: 'connected', connection: tcpConnection(socket) });
  });
}

/** One HTTP request on a connection of its own; certificates are not verified, as by the kubelet. */
export function request(options: ClientRequest, done: (outcome: ClientOutcome) => void): () => void {
  let end = once(done);
  const send = options.scheme === 'https' ? httpsRequest : httpRequest;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of options.headers ?? []) {
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  const outgoing = send({
    agent: false,
    method: options.method,
    host: options.host,
    port: options.port,
    path: options.target,
    headers,
    rejectUnauthorized: false,
  });
  const timer = deadline(options.timeoutMs, () => {
    end({ kind: 'failed', cause: 'timeout' });
    outgoing.destroy();
  });
  const failed = (error: NodeJS.ErrnoException): void => {
    clearTimeout(timer);
    end({ kind: 'failed', cause: requestCause(error), detail: malformed(error) ?? error.message });
  };
  outgoing.on('error', failed);
  outgoing.on('response', (response) => {
    const finish = (outcome: ClientOutcome): void => {
      clearTimeout(timer);
      end(outcome);
    };
    if (options.headersOnly !== true) collect(response, failed, finish);
    else {
      finish(answer(response, new Uint8Array(0)));
      outgoing.destroy();
    }
  });
  outgoing.end(options.body);
  return () => {
    clearTimeout(timer);
    end = () => {};
    outgoing.destroy();
  };
}

export function sendUdp(options: { host: string; port: number; data: Uint8Array; fromPort?: number }): void {
  const socket = createSocket('udp4');
  socket.on('error', () => socket.close());
  const send = (): void => socket.send(options.data, options.port, options.host, () => socket.close());
  if (options.fromPort === undefined) send();
  else socket.bind(options.fromPort, send);
}

function collect(
  response: IncomingMessage,
  failed: (error: NodeJS.ErrnoException) => void,
  done: (outcome: ClientOutcome) => void,
): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('error', failed);
  response.on('end', () => done(answer(response, new Uint8Array(Buffer.concat(chunks)))));
}

function answer(response: IncomingMessage, body: Uint8Array): ClientOutcome {
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2) {
    headers.push([response.rawHeaders[i] ?? '', response.rawHeaders[i + 1] ?? '']);
  }
  return { kind: 'response', status: response.statusCode ?? 0, headers, body };
}

/** What Go's client says of an answer that is no HTTP: it quotes what stands in the first line. */
function malformed(error: NodeJS.ErrnoException): string | undefined {
  const { rawPacket } = error as { rawPacket?: Buffer };
  if (error.code?.startsWith('HPE_') !== true || rawPacket === undefined) return undefined;
  const line = rawPacket.toString('latin1').split(/\r?\n/, 1)[0] ?? '';
  const [, status] = line.split(' ');
  const what =
    status === undefined
      ? `malformed HTTP response ${JSON.stringify(line)}`
      : `malformed HTTP status code ${JSON.stringify(status)}`;
  return `net/http: HTTP/1.x transport connection broken: ${what}`;
}

function deadline(ms: number | undefined, expired: () => void): NodeJS.Timeout | undefined {
  return ms === undefined ? undefined : setTimeout(expired, ms);
}

function once<T>(done: (outcome: T) => void): (outcome: T) => void {
  let over = false;
  return (outcome) => {
    if (over) return;
    over = true;
    done(outcome);
  };
}

function dialCause(code: string | undefined): DialCause {
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code === 'ECONNRESET') return 'reset';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'no-such-host';
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return 'unreachable';
  return 'refused';
}

function requestCause(error: NodeJS.ErrnoException): RequestCause {
  if (error.code === 'ECONNREFUSED') return 'refused';
  if (error.code === 'ETIMEDOUT') return 'timeout';
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'no-such-host';
  // Node gives a close before the answer the code of a reset, and tells them apart only in the message.
  if (error.code === 'ECONNRESET') return error.message.includes('hang up') ? 'eof' : 'reset';
  if (error.code?.startsWith('ERR_SSL') || error.code === 'EPROTO') return 'tls';
  return 'other';
}
