import { mux } from '../../../sim/programs/go-mux.ts';
import { type HealthProbe, healthHandler, type UrlProbe } from '../../../sim/programs/osm/health.ts';
import { createLog } from '../../../sim/programs/osm/zerolog.ts';
import { casesOf } from '../golden.ts';
import { createVirtualPod } from '../osm/virtual-pod.ts';
import type { CaseResult, Suite } from '../suite.ts';

/** A line of control-plane-health.jsonl. */
interface HealthCase {
  name: string;
  path: string;
  /** How the parts are (`ok`, `alive, not ready`, …) and what the validator answers; null: no part at all. */
  given: Readonly<Record<string, string | number | null>> | null;
  status: number;
  body: string;
  contentType: string;
}

const VALIDATOR: UrlProbe = { scheme: 'https', host: '127.0.0.1', port: 9093, path: '/healthz' };
const HTTP_PORT = 9091;

export const suite: Suite = {
  name: 'osm-health',
  about: "osm-controller's health endpoints: status, body, content type",
  async *run(files, options) {
    for (const item of casesOf<HealthCase>(files, options.caseName)) yield play(item, options.sideBySide);
  },
};

function play(item: HealthCase, sideBySide: boolean): CaseResult {
  const { validator, ...parts } = item.given ?? {};
  const checks = {
    probes: Object.entries(parts).map(([id, state]) => probe(id, String(state))),
    urls: validator === undefined ? [] : [VALIDATOR],
  };
  const pod = createVirtualPod();
  pod.runProgram('validator', (host) => {
    // Anything but a status code: nobody listens.
    if (typeof validator !== 'number' || validator < 200 || validator > 599) return;
    host.listenHttp({ port: VALIDATOR.port, tls: true }, (exchange) => exchange.reply({ status: validator }));
  });
  pod.runProgram('osm-controller', (host) => {
    const wiring = { host, log: createLog(host, 'info') };
    const handler = mux({
      '/health/ready': healthHandler('readiness', checks, wiring),
      '/health/alive': healthHandler('liveness', checks, wiring),
    });
    host.listenHttp({ port: HTTP_PORT }, handler);
  });
  const outcome = pod.http({ scheme: 'http', port: HTTP_PORT, method: 'GET', target: item.path, headers: [] });
  const { status, body, contentType } = item;
  const expected = JSON.stringify({ status, body, contentType }, null, 1);
  const actual = JSON.stringify(outcome.kind === 'response' ? shown(outcome) : outcome, null, 1);
  const name = `${item.name} ${item.path}`;
  const same = expected === actual;
  if (same && !sideBySide) return { name, status: 'passed' };
  return { name, status: same ? 'passed' : 'failed', difference: `expected ${expected}\ngot ${actual}` };
}

/** `ok`, `alive, not ready`, `neither alive nor ready`, `ready, not alive`. */
function probe(id: string, state: string): HealthProbe {
  const lacks = (what: string) => state.startsWith('neither') || new RegExp(`not ${what}|un${what}|^dead`).test(state);
  return { id, liveness: () => !lacks('alive'), readiness: () => !lacks('ready') };
}

function shown(outcome: { status: number; body: Uint8Array; headers: readonly (readonly [string, string])[] }) {
  return {
    status: outcome.status,
    body: new TextDecoder().decode(outcome.body),
    contentType: outcome.headers.find(([key]) => key.toLowerCase() === 'content-type')?.[1] ?? '',
  };
}
