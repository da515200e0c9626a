import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { canonicalHeaderName } from '../../../sim/kubelet/prober/headers.ts';
import { CERTIFICATE } from './certificate.ts';

const TLS_HANDSHAKE = 0x16;
/** What Go's server says to a client that speaks plain HTTP where it should speak TLS, and the other way about. */
const PLAIN_TO_TLS = 'HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n';
const TLS_TO_PLAIN =
  'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request';

/** Stands in for Go's net/http server: HTTP/1 or, over TLS, HTTP/2; answers with what it saw. */
export function goServer(tls: boolean): Server {
  const inner = tls ? createSecureServer({ ...CERTIFICATE, allowHTTP1: true }, handle) : createHttpServer(handle);
  inner.on('sessionError', () => {});
  inner.on('tlsClientError', () => {});
  return createServer((socket: Socket) => {
    socket.on('error', () => {});
    socket.once('readable', () => {
      const first: Buffer | null = socket.read();
      if (first === null) return;
      const speaksTls = first[0] === TLS_HANDSHAKE;
      if (speaksTls !== tls) {
        socket.resume();
        socket.end(tls ? PLAIN_TO_TLS : TLS_TO_PLAIN);
        return;
      }
      socket.unshift(first);
      inner.emit('connection', socket);
    });
  });
}

function handle(request: IncomingMessage | Http2ServerRequest, answer: ServerResponse | Http2ServerResponse): void {
  // The two classes are alike, but not to the compiler.
  const response = answer as ServerResponse;
  const headers = new Map<string, string[]>();
  const raw = request.rawHeaders;
  for (let i = 0; i < raw.length; i += 2) {
    const name = canonicalHeaderName(raw[i] as string);
    if (name === 'Host' || name.startsWith(':')) continue;
    headers.set(name, [...(headers.get(name) ?? []), raw[i + 1] as string]);
  }
  const fields = [...headers].map(([name, values]) => `${name}=${values.join(',')}`).sort();
  const host = request.headers[':authority'] ?? request.headers.host;
  const path = request.url?.split('?', 1)[0];
  response.writeHead(path === '/503' ? 503 : 200);
  response.end(`HTTP/${request.httpVersion} host=${host} [${fields.join(' ')}]`);
}
