import type { Program, ProgramHost } from '../../host.ts';

/** Commands that are told and not waited for, and those of an init script, which wait up to seven seconds. */
const COMMANDS: Readonly<Record<string, { send: string; until?: 'run' | 'down' | 'restarted' }>> = {
  up: { send: 'u' },
  down: { send: 'd' },
  once: { send: 'o' },
  pause: { send: 'p' },
  cont: { send: 'c' },
  hup: { send: 'h' },
  alarm: { send: 'a' },
  interrupt: { send: 'i' },
  quit: { send: 'q' },
  '1': { send: '1' },
  '2': { send: '2' },
  term: { send: 't' },
  kill: { send: 'k' },
  exit: { send: 'x' },
  start: { send: 'u', until: 'run' },
  stop: { send: 'd', until: 'down' },
  shutdown: { send: 'x', until: 'down' },
  restart: { send: 'tcu', until: 'restarted' },
};
const WAIT_MS = 7000;
const POLL_MS = 100;

interface Answer {
  word: 'run' | 'finish' | 'down';
  text: string;
}

/**
 * `sv status|up|down|… SERVICE…`. A service without a slash is looked for in $SVDIR, or /etc/service. Exit code: how many services
 * could not be asked.
 * Models runit 2.1.2 sv.c.
 */
export const sv: Program = (host) => {
  const [command = '', ...services] = host.args.filter((word) => word !== '-v');
  if (command === '' || services.length === 0) {
    host.write('stderr', 'usage: sv [-v] [-w sec] command services\n');
    host.exit(100);
    return;
  }
  let failed = 0;
  const next = ([service, ...rest]: readonly string[]): void => {
    if (service === undefined) host.exit(Math.min(failed, 99));
    else {
      control(host, command, service, (good) => {
        if (!good) failed++;
        next(rest);
      });
    }
  };
  next(services);
};

function control(host: ProgramHost, command: string, service: string, done: (good: boolean) => void): void {
  const directory = /^[./]/.test(service) ? service : `${host.env.SVDIR || '/etc/service'}/${service}`;
  const known = COMMANDS[command] ?? COMMANDS[Object.keys(COMMANDS).find((name) => name.startsWith(command)) ?? ''];
  const print = (answer: Answer, prefix = '') =>
    host.write('stdout', `${prefix}${answer.word}: ${service}: ${answer.text}\n`);
  const fail = (text: string) => {
    host.write('stdout', `${text}\n`);
    done(false);
  };
  ask(host, directory, service, 'status', (before) => {
    if (typeof before === 'string') {
      fail(before);
      return;
    }
    if (command === 'status' || command === 's' || known === undefined) {
      print(before);
      done(true);
      return;
    }
    const startedAt = host.clock.now();
    const settle = (answer: Answer | string): void => {
      if (typeof answer === 'string') fail(answer);
      else if (known.until === undefined) done(true);
      else if (reached(known.until, before, answer)) {
        print(answer, 'ok: ');
        done(true);
      } else if (host.clock.now() - startedAt >= WAIT_MS) {
        print(answer, 'timeout: ');
        done(false);
      } else host.clock.setTimeout(() => ask(host, directory, service, 'status', settle), POLL_MS);
    };
    ask(host, directory, service, known.send, settle);
  });
}

function reached(until: 'run' | 'down' | 'restarted', before: Answer, now: Answer): boolean {
  if (until !== 'restarted') return now.word === until;
  return now.word === 'run' && pid(now) !== pid(before);
}

function pid({ text }: Answer): string | undefined {
  return /\(pid (\d+)\)/.exec(text)?.[1];
}

function ask(
  host: ProgramHost,
  directory: string,
  service: string,
  question: string,
  done: (answer: Answer | string) => void,
): void {
  if (!host.files.isDirectory(directory)) {
    done(`fail: ${service}: unable to change to service directory: file does not exist`);
    return;
  }
  host.dialUnix({ path: `${directory}/supervise/control` }, (outcome) => {
    if (outcome.kind === 'failed') {
      done(
        outcome.cause === 'not-found'
          ? `warning: ${service}: unable to open supervise/ok: file does not exist`
          : `fail: ${service}: runsv not running`,
      );
      return;
    }
    const { connection } = outcome;
    connection.onData((data) => {
      connection.close();
      done(JSON.parse(new TextDecoder().decode(data)) as Answer);
    });
    connection.send(new TextEncoder().encode(`${question}\n`));
  });
}
