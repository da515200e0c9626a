import type { HttpExchange, Program } from '../../../sim/programs/host.ts';

/** What an app was asked. */
export interface SeenRequest {
  port: number;
  uri: string;
  host: string;
  headers: string[];
}

/** The apps of the recorder (spec's emulation): each word is a behaviour. `note` is told of each request. */
export function observedApp(kind: string, port: number, note: (request: SeenRequest) => void): Program | undefined {
  const serve = (answer: (exchange: HttpExchange) => void) => (exchange: HttpExchange) => {
    note(seen(port, exchange));
    answer(exchange);
  };
  const headers = [['Content-Type', 'text/plain; charset=utf-8']] as const;
  const ok = (exchange: HttpExchange) => exchange.reply({ status: 200, headers, body: `ok from ${port}` });
  switch (kind) {
    case 'closed':
      return undefined;
    case 'ok':
      return (host) => void host.listenHttp({ port }, serve(ok));
    case '500':
      return (host) =>
        void host.listenHttp(
          { port },
          serve((exchange) => exchange.reply({ status: 500 })),
        );
    case 'tls':
      return (host) => void host.listenHttp({ port, tls: true }, serve(ok));
    case 'slow':
      return (host) =>
        void host.listenHttp(
          { port },
          serve((exchange) => void host.clock.setTimeout(() => ok(exchange), 2500)),
        );
    case 'redirect':
      return (host) =>
        void host.listenHttp(
          { port },
          serve((exchange) => exchange.reply({ status: 302, headers: [['Location', '/login']] })),
        );
    case 'hijack-close':
      return (host) =>
        void host.listenHttp(
          { port },
          serve((exchange) => exchange.close()),
        );
    case 'hijack-reset':
      return (host) =>
        void host.listenHttp(
          { port },
          serve((exchange) => exchange.reset()),
        );
    case 'accept-close':
      return (host) => void host.listenTcp({ port }, { onConnection: (connection) => connection.close() });
    case 'accept-hang':
      return (host) =>
        void host.listenTcp(
          { port },
          { onConnection: (connection) => void host.clock.setTimeout(() => connection.close(), 4000) },
        );
    case 'h2settings':
      return (host) =>
        void host.listenTcp(
          { port },
          { onConnection: (connection) => connection.send(new Uint8Array([0, 0, 0, 4, 0, 0, 0, 0, 0])) },
        );
    default:
      throw new Error(`no app "${kind}"`);
  }
}

function seen(port: number, { request }: HttpExchange): SeenRequest {
  const host = request.headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
  const headers = request.headers
    .filter(([name]) => name.toLowerCase() !== 'host')
    .map(([name, value]) => `${name.toLowerCase()}: ${name.toLowerCase() === 'x-request-id' ? '<uuid>' : value}`)
    .sort();
  return { port, uri: request.target, host, headers };
}
