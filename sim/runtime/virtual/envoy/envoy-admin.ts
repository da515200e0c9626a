import type { HttpExchange } from '../../../programs/host.ts';
import { HttpServer } from '../network/program-servers.ts';
import type { VirtualProcess } from '../process.ts';

const TEXT = [['content-type', 'text/plain; charset=UTF-8']] as const;

/** The admin interface, as far as somebody waits for a proxy with it: /ready, /server_info, /quitquitquit. */
export function envoyAdmin(process: VirtualProcess, state: { live: boolean }): HttpServer {
  const { clock } = process.world;
  const handler = (exchange: HttpExchange) => answer(process, state, exchange);
  return new HttpServer({ clock, owner: process, handler, tls: false });
}

function answer(process: VirtualProcess, state: { live: boolean }, exchange: HttpExchange): void {
  const { target, method } = exchange.request;
  const path = target.split('?', 1)[0];
  const word = state.live ? 'LIVE' : 'PRE_INITIALIZING';
  if (path === '/ready') exchange.reply({ status: state.live ? 200 : 503, headers: TEXT, body: `${word}\n` });
  else if (path === '/server_info') {
    exchange.reply({
      status: 200,
      headers: [['content-type', 'application/json']],
      body: JSON.stringify({ state: word }),
    });
  } else if (path === '/quitquitquit' && method === 'POST') {
    exchange.reply({ status: 200, headers: TEXT, body: 'OK\n' });
    process.end(0);
  } else
    exchange.reply({
      status: 404,
      headers: TEXT,
      body: `invalid path. admin commands are:\n  /ready\n  /server_info\n  /quitquitquit\n`,
    });
}
