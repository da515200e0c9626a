import type { Clock } from '../../core/clock.ts';
import type { Container, Probe } from '../../kube/objects.ts';
import type { ProbeTransport } from '../../runtime/transport.ts';
import type { AttemptOutcome, ProbeHandlers, ProbeRun } from '../ports.ts';
import { ExecHandler, type ExecInContainer } from './exec-handler.ts';
import { GrpcHandler } from './grpc-handler.ts';
import { HttpHandler } from './http-handler.ts';
import { TcpHandler } from './tcp-handler.ts';

export interface ProbeHandlersOptions {
  clock: Pick<Clock, 'now' | 'setTimeout'>;
  transport: ProbeTransport;
  exec: ExecInContainer;
  /** The kubelet's release, `1.34`; it stands in the User-Agent. */
  version: string;
}

/** The four handlers behind one port. Models kubernetes v1.34 pkg/kubelet/prober/prober.go runProbe. */
export function createProbeHandlers(options: ProbeHandlersOptions): ProbeHandlers {
  const { clock, transport, exec, version } = options;
  const execHandler = new ExecHandler(exec);
  const http = new HttpHandler(clock, transport, `kube-probe/${version}`);
  const tcp = new TcpHandler(clock, transport);
  const grpc = new GrpcHandler(transport, version);

  function attempt(run: ProbeRun, done: (outcome: AttemptOutcome) => void): void {
    const probe = probeOf(run);
    if (probe?.httpGet != null) http.attempt(run, probe, probe.httpGet, done);
    else if (probe?.exec != null) execHandler.attempt(run, probe, probe.exec, done);
    else if (probe?.tcpSocket != null) tcp.attempt(run, probe, probe.tcpSocket, done);
    else if (probe?.grpc != null) grpc.attempt(run, probe, probe.grpc, done);
    else clock.setTimeout(() => done({ result: 'error', output: missingHandler(run) }), 0);
  }
  return { attempt };
}

function probeOf({ probe, container }: { probe: ProbeRun['probe']; container: Container }): Probe | undefined {
  switch (probe) {
    case 'liveness':
      return container.livenessProbe;
    case 'readiness':
      return container.readinessProbe;
    case 'startup':
      return container.startupProbe;
  }
}

function missingHandler({ pod, container }: ProbeRun): string {
  const { name, namespace, uid } = pod.metadata;
  return `missing probe handler for ${name}_${namespace}(${uid}):${container.name}`;
}
