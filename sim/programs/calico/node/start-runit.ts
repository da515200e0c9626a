import type { ExecOutcome, Program, ProgramHost } from '../../host.ts';
import type { CalicoProfile } from '../profiles.ts';
import { superviseAll } from '../runit/runsvdir.ts';
import { AVAILABLE, ENABLED, enabledServices, startupCommands } from './services.ts';

/**
 * PID 1 of calico/node: writes /etc/envvars, runs the one-shot start-up, enables services, and becomes runsvdir. A start-up that
 * fails ends the container.
 * Models projectcalico/calico node/filesystem/sbin/start_runit and etc/rc.local. Where containers are real, it is that shell script.
 */
export const startRunit =
  (profile: CalicoProfile): Program =>
  (host) => {
    host.files.write(
      '/etc/envvars',
      encode(
        Object.entries(host.env)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      ),
    );
    steps(host, startupCommands(profile), () => {
      for (const name of enabledServices(host.env, profile)) {
        const script = host.files.read(`${AVAILABLE}/${name}/run`);
        if (script !== undefined) host.files.write(`${ENABLED}/${name}/run`, script);
      }
      host.write('stdout', 'Calico node started successfully\n');
      superviseAll(host, ENABLED);
    });
    host.onSignal('SIGTERM', () => host.exit(143));
  };

/** Runs commands in turn with their output on ours; one that fails is the end. */
function steps(host: ProgramHost, [command, ...others]: readonly string[][], done: () => void): void {
  if (command === undefined) done();
  else step(host, command, () => steps(host, others, done));
}

function step(host: ProgramHost, command: readonly string[], next: () => void): void {
  host.exec(command, ({ exitCode, stdout, stderr }: ExecOutcome) => {
    host.write('stdout', stdout);
    host.write('stderr', stderr);
    if (exitCode === 0) next();
    else {
      host.write('stdout', 'Calico node failed to start\n');
      host.exit(1);
    }
  });
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
