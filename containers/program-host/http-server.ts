import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type {
  HttpExchange,
  HttpHandler,
  HttpListenOptions,
  HttpReply,
  HttpRequest,
  Listener,
} from '../../sim/programs/host.ts';
import { ownCertificate } from './certificate.ts';
import { bind, plainAddress } from './listen.ts';

type Incoming = IncomingMessage | Http2ServerRequest;
type Outgoing = ServerResponse | Http2ServerResponse;

/** HTTP/1.1, and with TLS h2 as well. Closing ends idle connections, so that no pooled one goes on being served. */
export function listenHttp(options: HttpListenOptions, handler: HttpHandler): Listener {
  const sockets = new Set<Socket>();
  let closed = false;
  const onRequest = (incoming: Incoming, outgoing: Outgoing): void => {
    outgoing.on('error', () => {});
    const chunks: Uint8Array[] = [];
    incoming.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    incoming.on('error', () => {});
    incoming.on('end', () => {
      if (closed && 'shouldKeepAlive' in outgoing) outgoing.shouldKeepAlive = false;
      handler(exchange(readRequest(incoming, Buffer.concat(chunks)), incoming, outgoing));
    });
  };
  const http = options.tls ? secureServer(options, onRequest) : createServer(PLAIN, onRequest);
  if (options.idleTimeoutMs !== undefined && 'keepAliveTimeout' in http) {
    // Node adds a second, so that a client that counts as it does is never hurt: here it is to be hurt.
    Object.assign(http, { keepAliveTimeout: options.idleTimeoutMs, keepAliveTimeoutBuffer: 0 });
  }
  http.on('clientError', (_error, socket: Socket) => refuse(socket, MALFORMED));
  const server = options.tls ? plainTextRefused(http) : http;
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {});
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  return bind(server, options, () => {
    closed = true;
    server.close();
    if ('closeIdleConnections' in http) http.closeIdleConnections();
    else for (const socket of sockets) socket.end();
  });
}

/** As Go's server answers what is no HTTP. */
const MALFORMED =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';
/** As Go's server answers plain HTTP where it serves TLS. */
const PLAIN_AT_TLS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';

function refuse(socket: Socket, answer: string): void {
  if (socket.writable) socket.end(answer);
  else socket.destroy();
}

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16;

/** Looks at a connection's first byte, and hands it to the TLS server `secure` or refuses it as Go does. */
function plainTextRefused(secure: { emit(event: 'connection', socket: Socket): boolean }): Server {
  return createTcpServer((socket) => {
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      if (first[0] === HANDSHAKE) {
        socket.unshift(first);
        secure.emit('connection', socket);
      } else refuse(socket, PLAIN_AT_TLS);
    });
  });
}

/** Go's servers wait for ever: a probe's hanging request must not be ended by ours, nor a pooled connection. */
const PLAIN = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, connectionsCheckingInterval: 2 ** 31 - 1 };

function secureServer(options: HttpListenOptions, onRequest: (incoming: Incoming, outgoing: Outgoing) => void) {
  const given = typeof options.tls === 'object' ? options.tls : undefined;
  const { cert, key } = given ?? ownCertificate();
  return createSecureServer(
    {
      cert,
      key,
      allowHTTP1: true,
      ...(options.tlsMin === undefined ? {} : { minVersion: 'TLSv1.3' as const }),
      ...(given?.ca === undefined ? {} : { ca: given.ca }),
      ...(given?.requireClientCert ? { requestCert: true, rejectUnauthorized: true } : {}),
      ...PLAIN,
    },
    onRequest as never,
  );
}

function readRequest(incoming: Incoming, body: Uint8Array): HttpRequest {
  const headers: [string, string][] = [];
  const raw = incoming.rawHeaders;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (!raw[i]?.startsWith(':')) headers.push([raw[i] ?? '', raw[i + 1] ?? '']);
  }
  const authority = (incoming as Http2ServerRequest).authority;
  if (incoming.httpVersionMajor === 2 && authority) headers.unshift(['Host', authority]);
  return {
    method: incoming.method ?? 'GET',
    target: incoming.url ?? '/',
    headers,
    body: new Uint8Array(body),
    remoteAddress: plainAddress(incoming.socket.remoteAddress),
    protocol: incoming.httpVersionMajor === 2 ? 'HTTP/2.0' : `HTTP/${incoming.httpVersion}`,
  };
}

function exchange(request: HttpRequest, incoming: Incoming, outgoing: Outgoing): HttpExchange {
  let gone = false;
  let replied = false;
  outgoing.on('close', () => {
    gone = !replied;
  });
  const socket = incoming.socket as Socket;
  const session = 'stream' in incoming ? incoming.stream.session : undefined;
  return {
    request,
    reply: (reply) => {
      if (gone) return;
      replied = true;
      answer(outgoing, reply);
    },
    stall: (reply) => {
      if (gone) return;
      const body = writeHead(outgoing, reply, 1);
      (outgoing as ServerResponse).flushHeaders();
      if (body.length > 0) (outgoing as ServerResponse).write(body);
    },
    reset: () => {
      if (session !== undefined) session.destroy();
      else socket.resetAndDestroy();
    },
    close: () => {
      if (session !== undefined) session.destroy();
      else socket.destroy();
    },
    get cancelled() {
      return gone;
    },
  };
}

function answer(outgoing: Outgoing, reply: HttpReply): void {
  if (!reply.truncateBody) {
    (outgoing as ServerResponse).end(writeHead(outgoing, reply, 0));
    return;
  }
  const body = writeHead(outgoing, reply, 64);
  (outgoing as ServerResponse).write(body, () => outgoing.socket?.destroy());
}

/** Sends status and headers, announcing `missing` bytes more than there are; returns the body. */
function writeHead(outgoing: Outgoing, reply: HttpReply, missing: number): Buffer {
  const body = Buffer.from(reply.body ?? '');
  const headers = [...(reply.headers ?? [])];
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  if (!named.has('content-length') && allowsBody(reply.status))
    headers.push(['Content-Length', String(body.length + missing)]);
  if (!named.has('date')) headers.push(['Date', new Date().toUTCString()]);
  // A kept connection is nothing that Go's server says.
  if (!named.has('connection') && 'shouldKeepAlive' in outgoing) outgoing.removeHeader('connection');
  for (const [name, value] of inOrder(headers)) {
    const before = outgoing.getHeader(name);
    (outgoing as ServerResponse).setHeader(name, before === undefined ? value : [before, value].flat().map(String));
  }
  (outgoing as ServerResponse).writeHead(reply.status);
  return allowsBody(reply.status) ? body : Buffer.alloc(0);
}

/** As Go's server writes them: the program's own, then these. */
const LAST = ['date', 'content-length', 'content-type'];

function inOrder(headers: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const place = ([name]: readonly [string, string]) => LAST.indexOf(name.toLowerCase());
  return headers.toSorted((a, b) => place(a) - place(b));
}

function allowsBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}
