import type { Clock, Timer } from '../../../core/clock.ts';
import type { Random } from '../../../core/random.ts';
import type { HttpRequest } from '../../../programs/host.ts';
import { grpcBackoffMs } from '../../grpc-backoff.ts';
import type {
  GrpcAttempt,
  GrpcOutcome,
  HttpAttempt,
  HttpOutcome,
  ProbeTransport,
  TcpAttempt,
  TcpOutcome,
  TransportFailure,
} from '../../transport.ts';
import type { VirtualLatencies } from '../latencies.ts';
import { type BrokenExchange, HttpCall, type HttpResult } from './http-call.ts';
import { bytesOf } from './http-response.ts';
import { DROPPED } from './namespace.ts';
import { CLUSTER_DNS, type NoServer, type VirtualNetwork } from './network.ts';
import type { GrpcCall, GrpcResult, Server } from './server.ts';
import { tcpPipe } from './tcp-pipe.ts';

export interface TransportContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: VirtualNetwork;
  readonly latencies: VirtualLatencies;
}

const HANDSHAKE_TIMED_OUT = 'context deadline exceeded';
const NO_BODY = bytesOf('');

type Reached = { server: Server; ip: string; extraMs: number } | { failure: TransportFailure; afterMs: number };

/**
 * Probes from the node to the pods' addresses, without bytes: what a server's kind does to a client's kind is known.
 * A successful attempt costs one timer; the deadline gets one only if the answer is not there at once.
 */
export class VirtualTransport implements ProbeTransport {
  readonly #context: TransportContext;
  tlsMax: '1.2' | undefined;

  constructor(context: TransportContext) {
    this.#context = context;
  }

  http(attempt: HttpAttempt, done: (outcome: HttpOutcome) => void): void {
    const reached = this.#reach(attempt.host, attempt.port, attempt.timeoutMs);
    if ('failure' in reached) {
      this.#later(reached.afterMs, () => done({ kind: 'failed', failure: reached.failure }));
      return;
    }
    const call = new ProbeCall(this.#context, attempt, this.#request(attempt), reached, done);
    call.tlsMax = this.tlsMax;
    reached.server.http(call);
    call.delivered();
  }

  tcp(attempt: TcpAttempt, done: (outcome: TcpOutcome) => void): void {
    const { clock, latencies, network } = this.#context;
    const reached = this.#reach(attempt.host, attempt.port, attempt.timeoutMs);
    if ('failure' in reached) {
      this.#later(reached.afterMs, () => done({ kind: 'failed', failure: reached.failure }));
      return;
    }
    const addresses = { client: network.nodeIP, server: reached.ip };
    const pipe = tcpPipe(clock, latencies.response, addresses);
    reached.server.tcp(pipe.server);
    this.#later(latencies.response + reached.extraMs, () => {
      pipe.client.close();
      done({ kind: 'connected' });
    });
  }

  grpc(attempt: GrpcAttempt, done: (outcome: GrpcOutcome) => void): void {
    this.#grpcBy(this.#context.clock.now() + attempt.timeoutMs, attempt, done, 0);
  }

  #grpcBy(byMs: number, attempt: GrpcAttempt, done: (outcome: GrpcOutcome) => void, retries: number): void {
    const { clock, latencies, random } = this.#context;
    const timeoutMs = byMs - clock.now();
    const reached = this.#reach(attempt.host, attempt.port, timeoutMs);
    if ('failure' in reached) {
      // A refused connection is dialled again until the deadline: gRPC reports it only then.
      const { failure, afterMs } = reached;
      const again =
        failure.cause === 'timeout' ? timeoutMs : afterMs + Math.round(grpcBackoffMs(retries, () => random.next()));
      if (again < timeoutMs) this.#later(again, () => this.#grpcBy(byMs, attempt, done, retries + 1));
      else this.#later(timeoutMs, () => done({ kind: 'connect-timeout' }));
      return;
    }
    const deadline = clock.setTimeout(() => {
      if (!call.open) return;
      call.open = false;
      call.onGone?.();
      done({ kind: call.connected ? 'rpc-timeout' : 'connect-timeout' });
    }, timeoutMs);
    const call: GrpcCall = {
      service: attempt.service,
      userAgent: attempt.userAgent,
      ip: reached.ip,
      port: attempt.port,
      delayMs: 0,
      open: true,
      onGone: undefined,
      connected: false,
      end: (result: GrpcResult) => {
        if (!call.open) return;
        call.open = false;
        clock.clearTimeout(deadline);
        const wait = Math.min(
          latencies.response + reached.extraMs + call.delayMs,
          Math.max(0, deadline.due - clock.now()),
        );
        this.#later(wait, () => done(result));
      },
    };
    reached.server.grpc(call);
  }

  #reach(host: string, port: number, timeoutMs: number): Reached {
    const { network, latencies, random } = this.#context;
    const ip = network.at(host) === undefined ? network.resolve(host) : host;
    if (ip === undefined) {
      const failure = { phase: 'lookup', cause: 'no-such-host', remote: CLUSTER_DNS } as const;
      return { failure, afterMs: Math.min(latencies.response, timeoutMs) };
    }
    const remote = `${ip}:${port}`;
    const faults = network.at(ip)?.faults;
    if (faults !== undefined && (faults.partition || (faults.loss !== undefined && random.next() < faults.loss))) {
      return { failure: { phase: 'dial', cause: 'timeout', remote }, afterMs: timeoutMs };
    }
    const extraMs = faults?.latency ?? 0;
    const server: Server | NoServer = network.fromNode(ip, port);
    if (server === DROPPED) return { failure: { phase: 'dial', cause: 'timeout', remote }, afterMs: timeoutMs };
    if (typeof server !== 'string') return { server, ip, extraMs };
    const needs = server === 'refused' ? latencies.response + extraMs : latencies.unreachable;
    if (needs >= timeoutMs) return { failure: { phase: 'dial', cause: 'timeout', remote }, afterMs: timeoutMs };
    return { failure: { phase: 'dial', cause: server, remote }, afterMs: needs };
  }

  /** One request for all its probes: nobody changes it, and there are thousands. */
  #request(attempt: HttpAttempt): HttpRequest {
    const { known } = attempt;
    if (known instanceof KnownRequest) return known;
    const request = new KnownRequest(attempt, this.#context.network.nodeIP);
    attempt.known = request;
    return request;
  }

  #later(ms: number, fn: () => void): void {
    this.#context.clock.setTimeout(fn, ms);
  }
}

class KnownRequest implements HttpRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: HttpRequest['headers'];
  readonly body = NO_BODY;
  readonly remoteAddress: string;
  readonly protocol: string;

  constructor({ method, target, headers, scheme }: HttpAttempt, remoteAddress: string) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.remoteAddress = remoteAddress;
    this.protocol = scheme === 'https' ? 'HTTP/2.0' : 'HTTP/1.1';
  }
}

/** A probe's request: knows its deadline, and turns what it got into the transport's words. */
class ProbeCall extends HttpCall {
  readonly #context: TransportContext;
  readonly #attempt: HttpAttempt;
  readonly #extraMs: number;
  readonly #done: (outcome: HttpOutcome) => void;
  readonly #due: number;
  #deadline: Timer | undefined;

  constructor(
    context: TransportContext,
    attempt: HttpAttempt,
    request: HttpRequest,
    reached: { ip: string; extraMs: number },
    done: (outcome: HttpOutcome) => void,
  ) {
    super({ tls: attempt.scheme === 'https', request, ip: reached.ip, port: attempt.port });
    this.#context = context;
    this.#attempt = attempt;
    this.#extraMs = reached.extraMs;
    this.#done = done;
    this.#due = context.clock.now() + attempt.timeoutMs;
  }

  /** The server has it: if it did not answer at once, the deadline runs. */
  delivered(): void {
    if (this.open) this.#deadline = this.#context.clock.setTimeout(() => this.#expire(), this.#attempt.timeoutMs);
  }

  protected override ended(result: HttpResult): void {
    const { clock, latencies } = this.#context;
    clock.clearTimeout(this.#deadline);
    const wait = latencies.response + this.#extraMs + this.delayMs;
    const left = this.#due - clock.now();
    if (wait < left) clock.setTimeout(() => this.#done(this.#outcome(result)), wait);
    else clock.setTimeout(() => this.#done({ kind: 'failed', failure: this.#timeout() }), Math.max(0, left));
  }

  #expire(): void {
    if (!this.open) return;
    const { stalled } = this;
    this.abandon();
    if (stalled === undefined) this.#done({ kind: 'failed', failure: this.#timeout() });
    else this.#done(this.#outcome(stalled));
  }

  #outcome(result: HttpResult): HttpOutcome {
    if (result.kind === 'broken') return { kind: 'failed', failure: this.#failure(result) };
    const { maxBodyBytes: max, method } = this.#attempt;
    const length =
      typeof result.reply.body === 'string' ? result.reply.body.length * 3 : (result.reply.body?.length ?? 0);
    if (method !== 'HEAD' && (length <= max || result.body.length <= max)) return result;
    const body = result.bodyFor(method).subarray(0, max);
    return {
      kind: 'response',
      status: result.status,
      headers: result.headers,
      body,
      bodyEnd: result.bodyEnd,
      protocol: result.protocol,
    };
  }

  /** Go says two things of a handshake that hangs, whichever of its goroutines sees the deadline first. */
  #timeout(): TransportFailure {
    const shaking = this.tls && !this.secured;
    const handshakeFirst = shaking && this.#context.random.next() < 0.5;
    return {
      phase: shaking ? 'tls' : 'exchange',
      cause: 'timeout',
      remote: `${this.ip}:${this.port}`,
      ...(handshakeFirst ? { detail: HANDSHAKE_TIMED_OUT } : {}),
    };
  }

  #failure(result: BrokenExchange): TransportFailure {
    const { random, network } = this.#context;
    return {
      phase: result.cause === 'refused' ? 'dial' : this.tls && !this.secured ? 'tls' : 'exchange',
      cause: result.cause,
      ...(result.detail === undefined ? {} : { detail: result.detail }),
      // An ephemeral port, as Linux draws it.
      local: `${network.nodeIP}:${32768 + random.int(28_232)}`,
      remote: `${this.ip}:${this.port}`,
    };
  }
}
