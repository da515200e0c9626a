import { type Check, initial } from './check.ts';

/**
 * Liveness of BIRD: runit must call confd and BIRD `run`; newer releases then ask BIRD itself, without a limit of time.
 * Models projectcalico/calico node/pkg/health/health.go checkServiceIsLive, checkBIRDReady (v3.28: PR #7556).
 */
export function serviceCheck(bird: 'bird' | 'bird6'): Check {
  return (context, done) => {
    checkServices(['confd', bird], context, (problem) => {
      if (problem !== undefined) done(`${bird}/confd is not live: ${problem}`);
      else if (context.profile.birdcl === undefined) done(undefined);
      else askBird(context.profile.birdcl, bird, context, done);
    });
  };
}

function checkServices(
  [service, ...rest]: readonly string[],
  context: Parameters<Check>[0],
  done: (problem: string | undefined) => void,
): void {
  if (service === undefined) {
    done(undefined);
    return;
  }
  context.host.exec(['sv', 'status', `/etc/service/enabled/${service}`], ({ exitCode, stdout, notFound }) => {
    if (notFound) done('exec: "sv": executable file not found in $PATH');
    else if (exitCode !== 0) done(`exit status ${exitCode}`);
    else if (stdout.startsWith('run')) checkServices(rest, context, done);
    else {
      const output = stdout.replace(/^\n+|\n+$/g, '');
      done(`${initial(context.profile, 'Service')} ${service} is not running. Output << ${output} >>`);
    }
  });
}

function askBird(
  birdcl: string,
  bird: 'bird' | 'bird6',
  { host }: Parameters<Check>[0],
  done: (problem: string | undefined) => void,
): void {
  const socket = `/var/run/calico/${bird}.ctl`;
  host.exec([birdcl, '-s', socket, 'show', 'status'], ({ exitCode, stdout, notFound }) => {
    if (notFound) done(`${bird} is not live: fork/exec ${birdcl}: no such file or directory`);
    else if (exitCode !== 0) done(`${bird} is not live: exit status ${exitCode}`);
    else if (!stdout.startsWith('BIRD')) done(`bad response from ${bird}: ${stdout}`);
    else done(undefined);
  });
}
