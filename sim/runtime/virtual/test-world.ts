import { Random } from '../../core/random.ts';
import { VirtualClock } from '../../core/virtual-clock.ts';
import { PLAIN_CONTAINER } from '../plain-container.fixture.ts';
import type { ContainerCommand, RuntimeEvent, RuntimePort } from '../port.ts';
import type { GrpcOutcome, HttpAttempt, HttpOutcome, TcpOutcome } from '../transport.ts';
import { createVirtualRuntime, type VirtualRuntimeOptions } from './virtual-runtime.ts';

/** A node with the virtual runtime, driven by hand: for the tests of this folder. */
export class TestWorld {
  readonly clock = new VirtualClock({ epochMs: Date.UTC(2026, 0, 1) });
  readonly runtime: RuntimePort;
  readonly events: RuntimeEvent[] = [];
  #next = 0;

  constructor(options: Partial<VirtualRuntimeOptions> = {}) {
    this.runtime = createVirtualRuntime({ clock: this.clock, random: new Random(7), ...options });
    this.runtime.subscribe((event) => this.events.push(event));
  }

  advance(ms: number): void {
    this.clock.runUntil(this.clock.now() + ms);
  }

  of<T extends RuntimeEvent['type']>(type: T): Extract<RuntimeEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RuntimeEvent, { type: T }> => event.type === type);
  }

  /** A sandbox; its address. */
  sandbox(podUID = 'pod'): string {
    this.runtime.createSandbox({ podUID, namespace: 'default', podName: podUID, hostname: podUID });
    this.advance(100);
    return this.of('sandbox-ready').find((event) => event.podUID === podUID)?.ip ?? '';
  }

  /** A container that was created and told to start; its id. */
  start(command: Partial<ContainerCommand> & { image: string }): string {
    const id = String(this.#next++);
    this.runtime.createContainer({
      ...PLAIN_CONTAINER,
      id,
      podUID: 'pod',
      namespace: 'default',
      podName: 'pod',
      container: 'app',
      ...command,
    });
    this.advance(30);
    const created = this.of('container-created').find((event) => event.id === id);
    const containerID = created?.containerID ?? '';
    this.runtime.startContainer({ id: `${id}s`, containerID });
    this.advance(35);
    return containerID;
  }

  /** What a command gives, and how long it took. */
  exec(containerID: string, command: string[], timeoutMs?: number, wait = 60_000) {
    const id = `exec${this.#next++}`;
    const before = this.clock.now();
    this.runtime.exec({ id, containerID, command, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    const find = () => this.of('exec-ended').find((event) => event.id === id);
    this.clock.runUntil(before + wait, () => find() !== undefined);
    const event = find();
    return event === undefined
      ? undefined
      : {
          outcome: event.outcome,
          code: event.exitCode,
          stdout: event.stdout,
          stderr: event.stderr,
          took: this.clock.now() - before,
        };
  }

  sh(containerID: string, script: string, timeoutMs?: number) {
    return this.exec(containerID, ['sh', '-c', script], timeoutMs);
  }

  http(host: string, port: number, target = '/', more: Partial<HttpAttempt> = {}): HttpOutcome & { took: number } {
    return this.#wait<HttpOutcome>((done) =>
      this.runtime.transport.http(
        {
          scheme: 'http',
          host,
          port,
          method: 'GET',
          target,
          headers: [['Host', `${host}:${port}`]],
          timeoutMs: 1000,
          maxBodyBytes: 10_240,
          ...more,
        },
        done,
      ),
    );
  }

  tcp(host: string, port: number, timeoutMs = 1000): TcpOutcome & { took: number } {
    return this.#wait<TcpOutcome>((done) => this.runtime.transport.tcp({ host, port, timeoutMs }, done));
  }

  grpc(host: string, port: number, service = '', timeoutMs = 1000): GrpcOutcome & { took: number } {
    return this.#wait<GrpcOutcome>((done) =>
      this.runtime.transport.grpc({ host, port, service, userAgent: 'kube-probe/1.34', timeoutMs }, done),
    );
  }

  #wait<T extends object>(begin: (done: (outcome: T) => void) => void): T & { took: number } {
    const before = this.clock.now();
    let outcome: T | undefined;
    let within = true;
    begin((got) => {
      if (within || outcome !== undefined) throw new Error('done was called from within or twice');
      outcome = got;
    });
    within = false;
    this.clock.runUntil(before + 60_000, () => outcome !== undefined);
    if (outcome === undefined) throw new Error('no answer within a minute');
    return Object.assign(outcome as T, { took: this.clock.now() - before });
  }
}

export function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
