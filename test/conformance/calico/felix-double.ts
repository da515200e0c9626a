import type { HttpExchange, ProgramHost } from '../../../sim/programs/host.ts';

const encoder = new TextEncoder();

/** Behaviours that are raw bytes. */
const BYTES: Readonly<Record<string, string>> = {
  garbage: 'hello there\r\n\r\n',
  http10: 'HTTP/1.0 200 OK\r\n\r\n',
  http09: 'HTTP/1.1 20',
  '1xx': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
};

/** The server that stood in felix' place while the cases were recorded. */
export function felixDouble(host: ProgramHost, behaviour: string, listen: { address: string; port: number }): void {
  const bytes = BYTES[behaviour];
  if (behaviour === 'none' || behaviour === '') return;
  if (bytes === undefined) {
    host.listenHttp(listen, (exchange) => answer(host, behaviour, exchange));
    return;
  }
  host.listenTcp(listen, { onConnection: (connection) => connection.send(encoder.encode(bytes)) });
}

function answer(host: ProgramHost, behaviour: string, exchange: HttpExchange): void {
  const { target } = exchange.request;
  const redirect = (location?: string) =>
    exchange.reply({ status: 302, headers: location === undefined ? [] : [['Location', location]] });
  const code = /^code:(\d+)$/.exec(behaviour)?.[1];
  if (code !== undefined) exchange.reply({ status: Number(code) });
  else if (behaviour === 'live-not-ready') exchange.reply({ status: target === '/liveness' ? 200 : 503 });
  else if (behaviour === 'ready-not-live') exchange.reply({ status: target === '/readiness' ? 200 : 503 });
  else if (behaviour === 'redirect-good') target === '/ok' ? exchange.reply({ status: 200 }) : redirect('/ok');
  else if (behaviour === 'redirect-loop') redirect(target);
  else if (behaviour === 'redirect-refused') redirect('http://127.0.0.1:1/x');
  else if (behaviour === 'redirect-nolocation') redirect();
  else if (behaviour === 'hugebody') exchange.stall({ status: 200, body: 'x' });
  else if (behaviour === 'reset') exchange.reset();
  // A close with the request unread is a reset, read it is an end: it was a race.
  else if (behaviour === 'close') host.random() < 0.5 ? exchange.close() : exchange.reset();
  else if (behaviour !== 'hang') throw new Error(`no such behaviour: ${behaviour}`);
}
