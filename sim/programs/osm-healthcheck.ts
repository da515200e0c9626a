import { mux, TEXT } from './go-mux.ts';
import type { HttpExchange, Program, ProgramHost } from './host.ts';

const PORT = 15904;
const PATH = '/osm-healthcheck';
const HEADER = 'Original-Tcp-Port';

/**
 * The server behind rewritten tcpSocket probes: it dials the port that the header names on loopback and says how it
 * went. No time-out of its own: the system's ends the dial, or the kubelet's ends the request.
 * Models openservicemesh/osm v1.1 cmd/osm-healthcheck/osm-healthcheck.go.
 */
export const osmHealthcheck: Program = (host) => {
  host.listenHttp({ port: PORT }, mux({ [PATH]: (exchange) => answer(host, exchange) }));
  // Its shutdown context is made at the start and long over: it ends at once.
  host.onSignal('SIGTERM', () => host.exit(0));
  host.onSignal('SIGINT', () => host.exit(0));
};

function answer(host: ProgramHost, exchange: HttpExchange): void {
  const { headers } = exchange.request;
  const name = HEADER.toLowerCase();
  const port = headers.find(([key]) => key.toLowerCase() === name)?.[1].replace(/^[ \t]+|[ \t]+$/g, '') ?? '';
  if (port === '') {
    exchange.reply({ status: 400, headers: TEXT, body: `Header ${HEADER} not found in request` });
    return;
  }
  const address = `127.0.0.1:${port}`;
  const failed = () =>
    exchange.reply({ status: 404, headers: TEXT, body: `Failed to establish connection to ${address}` });
  const number = portNumber(port);
  if (number === undefined) {
    failed();
    return;
  }
  host.dialTcp({ host: '127.0.0.1', port: number }, (outcome) => {
    if (outcome.kind === 'failed') {
      failed();
      return;
    }
    outcome.connection.close();
    exchange.reply({ status: 200, headers: TEXT, body: `Successfully established connection to ${address}` });
  });
}

/** Go's net.Dial takes a number or a service's name; of the names only the most common are known here. */
function portNumber(text: string): number | undefined {
  if (/^[+-]?\d+$/.test(text)) {
    const number = Number(text);
    return number >= 0 && number <= 65_535 ? number : undefined;
  }
  return SERVICES[text.toLowerCase()];
}

/** Go's built-in table (net/port.go), tcp. */
const SERVICES: Readonly<Record<string, number>> = {
  domain: 53,
  ftp: 21,
  ftps: 990,
  gopher: 70,
  http: 80,
  https: 443,
  imap2: 143,
  imap3: 220,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  smtp: 25,
  submissions: 465,
  ssh: 22,
  telnet: 23,
};
