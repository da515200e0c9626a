import { request } from 'node:http';
import { createDockerRuntime, type DockerRuntimeOptions } from '../../containers/docker/docker-runtime.ts';
import { wallClock } from '../../containers/docker/factory.ts';
import { createProbeTransport } from '../../containers/transport/probe-transport.ts';
import { PLAIN_CONTAINER } from '../../sim/runtime/plain-container.fixture.ts';
import type { ContainerCommand, RuntimeEvent, RuntimePort } from '../../sim/runtime/port.ts';

type Of<T extends RuntimeEvent['type']> = Extract<RuntimeEvent, { type: T }>;
type Spec = Pick<ContainerCommand, 'container' | 'image'> & Partial<ContainerCommand>;

export const POD = { podUID: 'uid-1', namespace: 'default', podName: 'web' };
/** Enough for a machine that does much else: what does not come, comes no later. */
const WAIT_MS = 30_000;
let runs = 0;

/** A name that no other test has, in this process or another. */
export function newRunId(): string {
  return `test-${process.pid}-${Date.now().toString(36)}-${runs++}`;
}

/** Drives a docker runtime by hand, as the kubelet would: commands, and the events that answer them. */
export class PodDriver {
  readonly runId: string;
  readonly runtime: RuntimePort;
  readonly events: RuntimeEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #next = 0;

  private constructor(runId: string, runtime: RuntimePort) {
    this.runId = runId;
    this.runtime = runtime;
    runtime.subscribe((event) => {
      this.events.push(event);
      for (const wake of [...this.#waiting]) wake();
    });
  }

  static async open(options: Partial<DockerRuntimeOptions> = {}): Promise<PodDriver> {
    const runId = options.runId ?? newRunId();
    const clock = wallClock();
    return new PodDriver(
      runId,
      await createDockerRuntime({ clock, transport: createProbeTransport(), ...options, runId }),
    );
  }

  /** The first event of a type that `matches`, past or to come. */
  event<T extends RuntimeEvent['type']>(type: T, matches: (event: Of<T>) => boolean = () => true): Promise<Of<T>> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const found = this.events.find((event) => event.type === type && matches(event as Of<T>));
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found as Of<T>);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no ${type} came; events:\n${this.events.map((event) => JSON.stringify(event)).join('\n')}`));
      }, WAIT_MS);
      this.#waiting.add(look);
      look();
    });
  }

  async sandbox(pod = POD, hosts?: Readonly<Record<string, string>>): Promise<string> {
    this.runtime.createSandbox({ ...pod, hostname: pod.podName, ...(hosts === undefined ? {} : { hosts }) });
    return (await this.event('sandbox-ready', ({ podUID }) => podUID === pod.podUID)).ip;
  }

  async create(spec: Spec): Promise<Of<'container-created'> | Of<'container-failed'>> {
    const id = `create-${this.#next++}`;
    this.runtime.createContainer({ ...PLAIN_CONTAINER, ...POD, ...spec, id });
    return Promise.race([
      this.event('container-created', (event) => event.id === id),
      this.event('container-failed', (event) => event.id === id),
    ]);
  }

  async start(containerID: string): Promise<Of<'container-started'> | Of<'container-failed'>> {
    const id = `start-${this.#next++}`;
    this.runtime.startContainer({ id, containerID });
    return Promise.race([
      this.event('container-started', (event) => event.id === id),
      this.event('container-failed', (event) => event.id === id),
    ]);
  }

  /** Creates and starts; the container's id. */
  async up(spec: Spec): Promise<string> {
    const created = await this.create(spec);
    if (created.type === 'container-failed') throw new Error(created.message);
    const started = await this.start(created.containerID);
    if (started.type === 'container-failed') throw new Error(started.message);
    return created.containerID;
  }

  exited(containerID: string): Promise<Of<'container-exited'>> {
    return this.event('container-exited', (event) => event.containerID === containerID);
  }

  /** Runs to the end. */
  async toEnd(spec: Spec): Promise<Of<'container-exited'>> {
    return this.exited(await this.up(spec));
  }

  exec(containerID: string, command: readonly string[], timeoutMs?: number): Promise<Of<'exec-ended'>> {
    const id = `exec-${this.#next++}`;
    this.runtime.exec({ id, containerID, command, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
    return this.event('exec-ended', (event) => event.id === id);
  }

  log(line: string): Promise<Of<'log'>> {
    return this.event('log', (event) => event.line === line);
  }

  dispose(): Promise<void> {
    return this.runtime.dispose();
  }
}

export interface Answer {
  status: number;
  headers: Readonly<Record<string, unknown>>;
  body: string;
}

/** One request over a connection of its own; an error's code (`ECONNREFUSED`) if there is no answer. */
export function get(host: string, port: number, path: string): Promise<Answer | string> {
  return new Promise((resolve) => {
    const outgoing = request({ host, port, path, agent: false, timeout: 3000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
    outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'TIMEOUT' })));
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    outgoing.end();
  });
}

/** Asks until `matches`, at most for 30 s. */
export async function until(
  ask: () => Promise<Answer | string>,
  matches: (answer: Answer | string) => boolean,
): Promise<Answer | string> {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const answer = await ask();
    if (matches(answer)) return answer;
    if (performance.now() > end) throw new Error(`last answer: ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
