import type { AppDescription } from '../../sim/programs/app/description.ts';
import type { Program } from '../../sim/programs/host.ts';

/** Temporary: serves the described HTTP ports with status 200 until the registry of sim/programs is there. */
export function selectProgram(env: Readonly<Record<string, string>>): Program {
  const description = JSON.parse(env.PROBELAB_DESCRIPTION ?? '{}') as AppDescription;
  return (host) => {
    const statuses = new Map<string, number>();
    for (const server of description.servers ?? []) {
      host.listenHttp({ port: server.port, tls: server.protocol === 'https' }, (exchange) => {
        const path = exchange.request.target.split('?')[0] ?? '';
        const status = statuses.get(path) ?? 200;
        exchange.reply({ status, body: status === 200 ? 'ok' : 'not ok' });
      });
    }
    host.onSteer((patch) => {
      if (typeof patch.path === 'string' && typeof patch.status === 'number') statuses.set(patch.path, patch.status);
      if (typeof patch.exit === 'number') host.exit(patch.exit);
      host.write('stdout', `steered ${JSON.stringify(patch)}\n`);
    });
    host.onSignal('SIGTERM', () => host.exit(0));
    host.write('stdout', 'started\n');
  };
}
