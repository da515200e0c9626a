import type { Listener, Program, ProgramHost } from '../../host.ts';
import { type Control, Service } from './service.ts';

const SCAN_MS = 5000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Runs a supervisor for every directory below its argument, and looks for new and gone ones every five seconds. Each
 * supervisor answers `sv` at a socket where runit has a pipe and a file. SIGTERM ends it with 0, its services with it.
 * Models runit 2.1.2 runsvdir.c.
 */
export const runsvdir: Program = (host) => {
  const directory = host.args.filter((word) => !word.startsWith('-')).at(-1) ?? '/etc/service';
  superviseAll(host, directory);
};

export function superviseAll(host: ProgramHost, directory: string): void {
  const services = new Map<string, { service: Service; control: Listener }>();
  const scan = (): void => {
    const names = host.files.list(directory).filter((name) => host.files.isDirectory(`${directory}/${name}`));
    for (const name of names) {
      if (services.has(name)) continue;
      const service = new Service(host, `${directory}/${name}`);
      services.set(name, { service, control: listen(host, `${directory}/${name}`, service) });
    }
    for (const [name, { service, control }] of services) {
      if (names.includes(name)) continue;
      service.control('x');
      control.close();
      services.delete(name);
    }
    host.clock.setTimeout(scan, SCAN_MS);
  };
  scan();
  host.onSignal('SIGTERM', () => host.exit(0));
  host.onSignal('SIGHUP', () => {
    for (const { service } of services.values()) service.control('x');
    host.exit(111);
  });
}

/** One question a connection: `status`, or control characters. */
function listen(host: ProgramHost, directory: string, service: Service): Listener {
  return host.listenUnix(
    { path: `${directory}/supervise/control` },
    {
      onConnection: (connection) =>
        connection.onData((data) => {
          const text = decoder.decode(data).trim();
          if (text !== 'status') for (const character of text) service.control(character as Control);
          connection.send(encoder.encode(`${JSON.stringify(service.status)}\n`));
        }),
    },
  );
}
