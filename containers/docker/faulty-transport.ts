import type {
  GrpcAttempt,
  GrpcOutcome,
  HttpAttempt,
  HttpOutcome,
  ProbeTransport,
  TcpAttempt,
  TcpOutcome,
  TransportFailure,
} from '../../sim/runtime/transport.ts';

/** What a step does to the way between the kubelet and one pod. */
export interface PathFaults {
  /** ms before each attempt reaches the pod. */
  latency?: number;
  /** 0 … 1: so many attempts get no answer. */
  loss?: number;
  /** Nothing gets through. */
  partition?: boolean;
  /** ms more on the ports of the mesh's probe listeners: a slow sidecar. */
  sidecarDelay?: number;
}

const SIDECAR_PORTS = [15901, 15902, 15903];

/**
 * Real probes over a path that steps can make bad. It is done here, on the kubelet's side, because kernels without
 * netem are common (also in containers' hosts), and because only probes are meant: the mesh's own traffic is not.
 */
export class FaultyTransport implements ProbeTransport {
  readonly #inner: ProbeTransport;
  readonly #faults = new Map<string, PathFaults>();
  readonly #random: () => number;

  constructor(inner: ProbeTransport, random: () => number = Math.random) {
    this.#inner = inner;
    this.#random = random;
  }

  get tlsMax(): '1.2' | undefined {
    return this.#inner.tlsMax;
  }

  set tlsMax(version: '1.2' | undefined) {
    this.#inner.tlsMax = version;
  }

  /** Lays `faults` over what holds for the pod with this address already. */
  change(podIP: string, faults: PathFaults): void {
    this.#faults.set(podIP, { ...this.#faults.get(podIP), ...faults });
  }

  forget(podIP: string): void {
    this.#faults.delete(podIP);
  }

  http(attempt: HttpAttempt, done: (outcome: HttpOutcome) => void): void {
    this.#travel(
      attempt,
      (left) => this.#inner.http(left, done),
      (failure) => done({ kind: 'failed', failure }),
    );
  }

  tcp(attempt: TcpAttempt, done: (outcome: TcpOutcome) => void): void {
    this.#travel(
      attempt,
      (left) => this.#inner.tcp(left, done),
      (failure) => done({ kind: 'failed', failure }),
    );
  }

  grpc(attempt: GrpcAttempt, done: (outcome: GrpcOutcome) => void): void {
    this.#travel(
      attempt,
      (left) => this.#inner.grpc(left, done),
      () => done({ kind: 'connect-timeout' }),
    );
  }

  #travel<A extends { host: string; port: number; timeoutMs: number }>(
    attempt: A,
    arrive: (left: A) => void,
    fail: (failure: TransportFailure) => void,
  ): void {
    const faults = this.#faults.get(attempt.host);
    if (faults === undefined) {
      arrive(attempt);
      return;
    }
    const sidecar = SIDECAR_PORTS.includes(attempt.port) ? (faults.sidecarDelay ?? 0) : 0;
    const delay = (faults.latency ?? 0) + sidecar;
    const lost = faults.partition === true || this.#random() < (faults.loss ?? 0) || delay >= attempt.timeoutMs;
    if (lost) {
      const remote = `${attempt.host}:${attempt.port}`;
      setTimeout(() => fail({ phase: 'dial', cause: 'timeout', remote }), attempt.timeoutMs);
    } else if (delay > 0) setTimeout(() => arrive({ ...attempt, timeoutMs: attempt.timeoutMs - delay }), delay);
    else arrive(attempt);
  }
}
