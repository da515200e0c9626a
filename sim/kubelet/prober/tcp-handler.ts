import type { Clock } from '../../core/clock.ts';
import type { Probe, TCPSocketAction } from '../../kube/objects.ts';
import type { ProbeTransport, TcpOutcome } from '../../runtime/transport.ts';
import type { AttemptOutcome, ProbeRun } from '../ports.ts';
import { goErrorText } from './go-errors.ts';
import { resolveContainerPort } from './probe-port.ts';

const CONNECTED: AttemptOutcome = { result: 'success', output: '' };

/** tcpSocket probes: a connection is all they want. Models kubernetes v1.34 pkg/probe/tcp/tcp.go DoTCPProbe. */
export class TcpHandler {
  readonly #clock: Pick<Clock, 'setTimeout'>;
  readonly #transport: ProbeTransport;

  constructor(clock: Pick<Clock, 'setTimeout'>, transport: ProbeTransport) {
    this.#clock = clock;
    this.#transport = transport;
  }

  attempt(run: ProbeRun, probe: Probe, action: TCPSocketAction, done: (outcome: AttemptOutcome) => void): void {
    const resolved = resolveContainerPort(action.port, run.container);
    if ('error' in resolved) {
      this.#clock.setTimeout(() => done({ result: 'error', output: resolved.error }), 0);
      return;
    }
    const host = action.host || run.status.podIP || '';
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    this.#transport.tcp({ host, port: resolved.port, timeoutMs }, (outcome) => done(verdict(outcome, host)));
  }
}

function verdict(outcome: TcpOutcome, host: string): AttemptOutcome {
  return outcome.kind === 'connected'
    ? CONNECTED
    : { result: 'failure', output: goErrorText(outcome.failure, 'tcp', host) };
}
