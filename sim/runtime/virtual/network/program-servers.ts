import type { Clock } from '../../../core/clock.ts';
import type {
  GrpcHandler,
  HttpExchange,
  HttpHandler,
  HttpReply,
  HttpRequest,
  TcpConnection,
  TcpHandler,
} from '../../../programs/host.ts';
import { EOF, type HttpCall, RESET } from './http-call.ts';
import { HttpResponse } from './http-response.ts';
import { ownedConnection } from './owned-connection.ts';
import type { GrpcCall, Server } from './server.ts';

/** The process that listens: a call is delivered to it, unless it is frozen or dead. */
export interface Owner {
  readonly alive: boolean;
  /** Runs `work` now, or when the process is thawed. */
  run(work: () => void): void;
  /** Is told of calls in progress, to end them when the process dies. */
  readonly calls: Set<{ end(): void }>;
}

/** Answers HTTP with a program's handler; with TLS as Go's server does when plain HTTP comes. */
export class HttpServer implements Server {
  readonly #clock: Pick<Clock, 'now' | 'epochMs'>;
  readonly #owner: Owner;
  readonly #handler: HttpHandler;
  readonly #tls: boolean;
  readonly #needsClientCert: boolean;
  readonly #tlsMin: '1.3' | undefined;
  readonly idleTimeoutMs?: number;

  constructor(options: {
    clock: Pick<Clock, 'now' | 'epochMs'>;
    owner: Owner;
    handler: HttpHandler;
    tls: boolean;
    needsClientCert?: boolean;
    idleTimeoutMs?: number;
    tlsMin?: '1.3';
  }) {
    this.#clock = options.clock;
    this.#owner = options.owner;
    this.#handler = options.handler;
    this.#tls = options.tls;
    this.#needsClientCert = options.needsClientCert ?? false;
    this.#tlsMin = options.tlsMin;
    if (options.idleTimeoutMs !== undefined) this.idleTimeoutMs = options.idleTimeoutMs;
  }

  http(call: HttpCall): void {
    if (call.tls !== this.#tls) {
      call.end(this.#tls ? this.#plainAtTls() : { kind: 'broken', cause: 'http-to-https' });
      return;
    }
    if (this.#tlsMin !== undefined && call.tlsMax !== undefined) {
      call.end({ kind: 'broken', cause: 'tls', detail: 'remote error: tls: protocol version not supported' });
      return;
    }
    if (this.#needsClientCert) {
      call.end({ kind: 'broken', cause: 'tls', detail: 'remote error: tls: certificate required' });
      return;
    }
    call.secured = this.#tls;
    if (!call.request.target.startsWith('/')) {
      // As Go's server: a request line without a path is malformed.
      call.end(HttpResponse.bare(BAD_REQUEST, this.#clock.epochMs + this.#clock.now(), 'HTTP/1.1'));
      return;
    }
    const exchange = new ProgramExchange(call, this.#owner, this.#clock.epochMs + this.#clock.now());
    this.#owner.run(() => this.#handler(exchange));
    if (call.open) exchange.track();
  }

  grpc(_call: GrpcCall): void {
    // An HTTP/1.1 server closes on the client's preface; gRPC connects again until its deadline.
  }

  tcp(_connection: TcpConnection): void {
    // It waits for a request that never comes.
  }

  #plainAtTls(): HttpResponse {
    const reply = { status: 400, body: 'Client sent an HTTP request to an HTTPS server.\n', headers: [] };
    return HttpResponse.bare(reply, this.#clock.epochMs + this.#clock.now(), 'HTTP/1.0');
  }
}

const BAD_REQUEST: HttpReply = {
  status: 400,
  headers: [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Connection', 'close'],
  ],
  body: '400 Bad Request',
};

class ProgramExchange implements HttpExchange {
  readonly #call: HttpCall;
  readonly #owner: Owner;
  readonly #date: number;
  #tracked = false;

  constructor(call: HttpCall, owner: Owner, date: number) {
    this.#call = call;
    this.#owner = owner;
    this.#date = date;
  }

  get request(): HttpRequest {
    return this.#call.request;
  }

  get cancelled(): boolean {
    return !this.#call.open;
  }

  reply(reply: HttpReply): void {
    if (!this.#owner.alive) return;
    this.#untrack();
    this.#call.end(new HttpResponse(reply, this.#date, this.#call.tls ? 'HTTP/2.0' : 'HTTP/1.1'));
  }

  stall(reply: HttpReply): void {
    if (!this.#owner.alive) return;
    this.#call.stall(new HttpResponse(reply, this.#date, this.#call.tls ? 'HTTP/2.0' : 'HTTP/1.1', 'timeout'));
  }

  reset(): void {
    this.#untrack();
    this.#call.end(RESET);
  }

  close(): void {
    this.#untrack();
    this.#call.end(EOF);
  }

  /** The process died with the request in its hands: the kernel closes the connection. */
  end(): void {
    this.#call.end(EOF);
  }

  track(): void {
    this.#tracked = true;
    this.#owner.calls.add(this);
    const forget = () => this.#untrack();
    const before = this.#call.onGone;
    this.#call.onGone = () => {
      forget();
      before?.();
    };
  }

  #untrack(): void {
    if (this.#tracked) this.#owner.calls.delete(this);
    this.#tracked = false;
  }
}

/** What Go's gRPC server sends first (SETTINGS), as an HTTP/1.1 client prints it. */
const GRPC_SETTINGS =
  'net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"';

/** Answers gRPC health checks with a program's handler. */
export class GrpcServer implements Server {
  readonly #owner: Owner;
  readonly #handler: GrpcHandler;
  readonly #tls: boolean;

  constructor(owner: Owner, handler: GrpcHandler, tls: boolean) {
    this.#owner = owner;
    this.#handler = handler;
    this.#tls = tls;
  }

  http(call: HttpCall): void {
    if (this.#tls) call.end(call.tls ? EOF : { kind: 'broken', cause: 'eof' });
    else if (call.tls) {
      call.end({ kind: 'broken', cause: 'tls', detail: 'tls: first record does not look like a TLS handshake' });
    } else call.end({ kind: 'broken', cause: 'malformed', detail: GRPC_SETTINGS });
  }

  grpc(call: GrpcCall): void {
    // The kubelet's probe speaks plain text only.
    if (this.#tls) return;
    const ending = {
      end: () => call.end({ kind: 'status', code: 'Unavailable', message: 'error reading from server: EOF' }),
    };
    const finish = (work: () => void) => {
      this.#owner.calls.delete(ending);
      if (this.#owner.alive) work();
    };
    this.#owner.run(() => {
      // Only a process that runs sends its HTTP/2 settings; before them a client does not count as connected.
      call.connected = true;
      this.#handler.onHealthCheck({
        service: call.service,
        respond: (status) => finish(() => call.end({ kind: 'response', status })),
        fail: (code, message) => finish(() => call.end({ kind: 'status', code, message })),
      });
    });
    if (!call.open) return;
    this.#owner.calls.add(ending);
    call.onGone = () => this.#owner.calls.delete(ending);
  }

  tcp(_connection: TcpConnection): void {}
}

/** Hands bare connections to a program; to one who speaks HTTP or gRPC it is silent unless the program closes. */
export class TcpServer implements Server {
  readonly #owner: Owner;
  readonly #handler: TcpHandler;

  constructor(owner: Owner, handler: TcpHandler) {
    this.#owner = owner;
    this.#handler = handler;
  }

  http(call: HttpCall): void {
    this.#owner.run(() => this.#handler.onConnection(new RequestConnection(call, this.#owner)));
  }

  grpc(_call: GrpcCall): void {}

  tcp(connection: TcpConnection): void {
    const ending = { end: () => connection.close() };
    this.#owner.calls.add(ending);
    connection.onClose(() => this.#owner.calls.delete(ending));
    this.#owner.run(() => this.#handler.onConnection(ownedConnection(connection, this.#owner)));
  }
}

const decoder = new TextDecoder();
const BROKEN = 'net/http: HTTP/1.x transport connection broken: ';

/** The code of an answer's first line, or Go's complaint. Models net/http ReadResponse. */
function parseStatusLine(line: string): number | string {
  const blank = line.indexOf(' ');
  if (blank < 0) return `malformed HTTP response ${JSON.stringify(line)}`;
  const code = line.slice(blank).trimStart().split(' ', 1)[0] ?? '';
  if (!/^\d{3}$/.test(code)) return `malformed HTTP status code ${JSON.stringify(code)}`;
  const version = line.slice(0, blank);
  return /^HTTP\/\d\.\d$/.test(version) ? Number(code) : `malformed HTTP version ${JSON.stringify(version)}`;
}

/** A connection whose client sends one HTTP request (or a TLS hello): the program sees its bytes and may answer or close. */
class RequestConnection implements TcpConnection {
  readonly #call: HttpCall;
  readonly #owner: Owner;

  constructor(call: HttpCall, owner: Owner) {
    this.#call = call;
    this.#owner = owner;
    owner.calls.add(this);
    call.onGone = () => owner.calls.delete(this);
  }

  get remoteAddress(): string {
    return this.#call.request.remoteAddress;
  }

  send(data: Uint8Array): void {
    if (this.#call.tls) {
      this.#end({ kind: 'broken', cause: 'tls', detail: 'tls: first record does not look like a TLS handshake' });
      return;
    }
    // Go's client passes over what only announces the answer.
    const head = decoder
      .decode(data)
      .split('\r\n\r\n')
      .find((block) => !/^HTTP\/1\.[01] 1(?!01)\d\d\b/.test(block));
    if (head === undefined) return;
    const parsed = parseStatusLine(head.split('\r\n', 1)[0] ?? '');
    if (typeof parsed === 'number') this.#end(new HttpResponse({ status: parsed }, 0));
    else this.#end({ kind: 'broken', cause: 'malformed', detail: `${BROKEN}${parsed}` });
  }

  onData(handler: (data: Uint8Array) => void): void {
    const { method, target, headers } = this.#call.request;
    const head = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''];
    handler(new TextEncoder().encode(this.#call.tls ? '\x16\x03\x01' : head.join('\r\n')));
  }

  onClose(_handler: () => void): void {}

  close(): void {
    this.#end(EOF);
  }

  reset(): void {
    this.#end(RESET);
  }

  end(): void {
    this.#end(EOF);
  }

  #end(result: Parameters<HttpCall['end']>[0]): void {
    this.#owner.calls.delete(this);
    this.#call.end(result);
  }
}
