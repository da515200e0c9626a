import type { HttpExchange, Program, ProgramHost } from '../host.ts';
import { startCaller } from '../registry-client/caller.ts';
import { createNamingClient, Registration, type RegistryDescription } from '../registry-client/registration.ts';
import { tell } from '../registry-client/told.ts';
import { patchServer } from './app-patch.ts';
import { AppServer, type AppState } from './app-servers.ts';
import type { AppDescription, AppPatch, ServerDescription, TerminationDescription } from './description.ts';

const encoder = new TextEncoder();

/** From SIGTERM to closed ports, ms, of an app that ends gracefully: a Tomcat's, as recorded. */
const PORTS_CLOSE_AFTER = 40;

/** The program that behaves as a description says. It takes an `AppPatch` by steering. */
export function describedApp(description: AppDescription): Program {
  return (host) => {
    new DescribedApp(host, description);
  };
}

class DescribedApp implements AppState {
  readonly host: ProgramHost;
  readonly startedAt: number;
  readonly unready = new Set<string>();
  readonly #servers: AppServer[] = [];
  #termination: TerminationDescription;
  #terminating = false;
  readonly #registry: RegistryDescription;
  readonly #registration: Registration | undefined;
  #requests = 0;
  #whenIdle: (() => void) | undefined;

  constructor(host: ProgramHost, description: AppDescription) {
    this.host = host;
    this.startedAt = host.clock.now();
    this.#termination = description.termination ?? {};
    host.onSignal('SIGTERM', () => this.#terminate());
    host.onSteer((patch) => this.#change(patch as AppPatch));
    this.#registry = description.registry ?? {};
    // One client for all: an SDK that an app both registers and looks others up with.
    const client = description.registry === undefined ? undefined : createNamingClient(host, description.registry);
    if (client !== undefined) this.#registration = new Registration(host, this.#registry, client);
    this.#schedule(description);
    for (const server of description.servers ?? []) {
      this.#servers.push(new AppServer(this, server, description.startup ?? 0));
    }
    for (const call of description.calls ?? []) startCaller(host, call, client);
  }

  listening(): void {
    this.#registration?.listening();
  }

  inProgress(change: 1 | -1): void {
    this.#requests += change;
    if (this.#requests === 0) this.#whenIdle?.();
  }

  intercept(exchange: HttpExchange, path: string): boolean {
    if (this.#registration === undefined || path !== this.#registry.deregisterPath) return false;
    this.#registration.deregister(() => exchange.reply({ status: 200, headers: [['Content-Length', '0']] }));
    return true;
  }

  bindFailed(server: ServerDescription, error: string): void {
    this.host.write('stderr', `listen tcp ${server.address ?? ''}:${server.port}: bind: ${error}\n`);
    this.host.exit(1);
  }

  #schedule(description: AppDescription): void {
    const { host } = this;
    const at = (ms: number, work: () => void) => (ms <= 0 ? work() : void host.clock.setTimeout(work, ms));
    for (const { path, content, from, until } of description.files ?? []) {
      at(from ?? 0, () => host.files.write(path, encoder.encode(content ?? '')));
      if (until !== undefined) at(until, () => host.files.remove(path));
    }
    for (const { at: time, line, stream } of description.logs ?? [])
      at(time, () => host.write(stream ?? 'stdout', `${line}\n`));
    for (const { at: time, bytes } of description.memory ?? []) at(time, () => host.allocate?.(bytes));
    const { exit } = description;
    if (exit !== undefined) {
      // Even an app that exits at once has started: the exit comes after everything else of this moment.
      host.clock.setTimeout(() => {
        for (const line of exit.log ?? []) host.write('stderr', `${line}\n`);
        if (exit.signal === undefined) host.exit(exit.code);
        else host.die(exit.signal);
      }, exit.after);
    }
  }

  #terminate(): void {
    const { ignore, delay, unready, graceful } = this.#termination;
    if (ignore || this.#terminating) return;
    this.#terminating = true;
    for (const path of unready ?? []) this.unready.add(path);
    const leave = () => this.#leaveRegistry(() => this.#end());
    const idle = () => {
      this.#whenIdle = undefined;
      if (delay) this.host.clock.setTimeout(leave, delay);
      else leave();
    };
    if (!graceful) {
      idle();
      return;
    }
    this.host.clock.setTimeout(() => {
      for (const server of this.#servers) this.#stop(server);
      if (this.#requests === 0) idle();
      else this.#whenIdle = idle;
    }, PORTS_CLOSE_AFTER);
  }

  /** Whoever looks for what a registry knew too late needs to know since when: told where there is a registry. */
  #stop(server: AppServer): void {
    server.stop();
    if (this.#registration === undefined) return;
    this.host.write('stdout', tell({ kind: 'closed', address: `${this.host.podIP}:${server.description.port}` }));
  }

  #leaveRegistry(done: () => void): void {
    const { onTerm, client, lingers } = this.#registry;
    const deregisters = (onTerm ?? (client === 'node' ? 'nothing' : 'deregister')) === 'deregister';
    if (this.#registration === undefined || !deregisters) done();
    else {
      this.#registration.deregister(() => {
        if (lingers) this.host.clock.setTimeout(done, lingers);
        else done();
      });
    }
  }

  #end(): void {
    const { message, messagePath, exitCode } = this.#termination;
    if (message !== undefined) this.host.files.write(messagePath ?? '/dev/termination-log', encoder.encode(message));
    this.host.exit(exitCode ?? 0);
  }

  #change(patch: AppPatch): void {
    for (const server of this.#servers) {
      const changed = patchServer(server.description, patch);
      if (changed !== server.description) server.change(changed);
    }
    for (const [path, content] of Object.entries(patch.files ?? {})) {
      if (content === null) this.host.files.remove(path);
      else this.host.files.write(path, encoder.encode(content));
    }
    if (patch.termination !== undefined) this.#termination = { ...this.#termination, ...patch.termination };
    if (patch.die !== undefined) this.host.die(patch.die);
    else if (patch.exit !== undefined) this.host.exit(patch.exit);
  }
}
