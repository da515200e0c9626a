import { formatDuration } from '../../core/duration.ts';
import type { GRPCAction, Probe } from '../../kube/objects.ts';
import type { GrpcOutcome, ProbeTransport } from '../../runtime/transport.ts';
import type { AttemptOutcome, ProbeRun } from '../ports.ts';
import { joinHostPort } from './format-url.ts';
import { goQuote, toByteString } from './go-text.ts';

/** The grpc-go that each release is built with; it stands in the User-Agent. */
const GRPC_GO: Readonly<Record<string, string>> = { '1.34': '1.72.1' };
const NEWEST_KNOWN_GRPC_GO = '1.72.1';

/** grpc probes: the standard health service, one Check. Models kubernetes v1.34 pkg/probe/grpc/grpc.go Probe. */
export class GrpcHandler {
  readonly #transport: ProbeTransport;
  readonly #userAgent: string;

  constructor(transport: ProbeTransport, version: string) {
    this.#transport = transport;
    this.#userAgent = `kube-probe/${version} grpc-go/${GRPC_GO[version] ?? NEWEST_KNOWN_GRPC_GO}`;
  }

  attempt(run: ProbeRun, probe: Probe, action: GRPCAction, done: (outcome: AttemptOutcome) => void): void {
    const host = run.status.podIP ?? '';
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    const service = action.service ?? '';
    this.#transport.grpc({ host, port: action.port, service, userAgent: this.#userAgent, timeoutMs }, (outcome) => {
      done(verdict(outcome, joinHostPort(host, action.port), formatDuration(timeoutMs)));
    });
  }
}

/** Never an error, so never retried. */
function verdict(outcome: GrpcOutcome, address: string, timeout: string): AttemptOutcome {
  switch (outcome.kind) {
    case 'response':
      return outcome.status === 'SERVING'
        ? { result: 'success', output: 'service healthy' }
        : failure(`service unhealthy (responded with ${goQuote(toByteString(outcome.status))})`);
    case 'connect-timeout':
      return failure(`timeout: failed to connect service "${address}" within ${timeout}: context deadline exceeded`);
    case 'rpc-timeout':
      return failure(`timeout: health rpc did not complete within ${timeout}`);
    case 'status':
      return failure(statusText(outcome.code, outcome.message, timeout));
  }
}

function statusText(code: string, message: string, timeout: string): string {
  switch (code) {
    case 'Unimplemented':
      return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${message}`;
    case 'DeadlineExceeded':
      return `timeout: health rpc did not complete within ${timeout}`;
    default:
      return `error: health rpc probe failed: rpc error: code = ${code} desc = ${message}`;
  }
}

function failure(output: string): AttemptOutcome {
  return { result: 'failure', output };
}
