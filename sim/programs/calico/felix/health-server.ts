import type { HttpExchange, Listener, ProgramHost } from '../../host.ts';
import { addressesOf } from '../health/go-resolver.ts';
import type { CalicoProfile } from '../profiles.ts';
import type { FieldLog, HealthAggregator } from './health-aggregator.ts';

const RETRY_MS = 1000;
const TEXT = [['Content-Type', 'text/plain; charset=utf-8']] as const;

export interface HealthServerOptions {
  host: string;
  port: number;
  aggregator: HealthAggregator;
  profile: CalicoProfile;
  log: FieldLog;
}

/**
 * `/liveness` and `/readiness` of an aggregator: 200 or 503 with its table, for any method. A port that is taken is
 * tried again every second.
 * Models libcalico-go/lib/health/health.go ServeHTTP.
 */
export function serveHealth(program: ProgramHost, options: HealthServerOptions): Listener {
  const { host, port, log } = options;
  let listener: Listener | undefined;
  let closed = false;
  log('info', 'Health enabled.  Starting server.', { host, port: String(port) });
  const failed = (error: string): void => {
    log('error', 'Health endpoint failed, trying to restart it...', { error });
    if (!closed) program.clock.setTimeout(listen, RETRY_MS);
  };
  const listen = (): void => {
    if (closed) return;
    const [address] = addressesOf(program, host);
    if (address === undefined) {
      failed(`listen tcp: lookup ${host}: no such host`);
      return;
    }
    const onError = (error: string) => failed(`listen tcp ${address}:${port}: bind: ${error}`);
    listener = program.listenHttp({ port, address, onError }, (exchange) => answer(exchange, options));
  };
  listen();
  return {
    close: () => {
      closed = true;
      log('info', 'Health disabled.  Stopping server.');
      listener?.close();
    },
  };
}

function answer(exchange: HttpExchange, { aggregator, profile, log }: HealthServerOptions): void {
  const path = exchange.request.target.split('?', 1)[0];
  if (path !== '/liveness' && path !== '/readiness') {
    const headers = [...TEXT, ['X-Content-Type-Options', 'nosniff']] as const;
    exchange.reply({ status: 404, headers, body: '404 page not found\n' });
    return;
  }
  const summary = aggregator.summary();
  const good = path === '/liveness' ? summary.live : summary.ready;
  if (!good && profile.healthLog === 'status') log('warning', `Health: not ${path === '/liveness' ? 'live' : 'ready'}`);
  exchange.reply({ status: good ? 200 : 503, headers: TEXT, body: summary.table });
}
