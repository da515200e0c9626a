import { parseDuration } from '../../../core/duration.ts';
import type { ProgramHost } from '../../host.ts';
import { parseLongFlags } from '../flags.ts';
import { goGet } from './go-get.ts';

/** Master's `calico health`: asks any component's health port. Errors go to standard error, exit code 1. */
export function genericHealth(host: ProgramHost, args: readonly string[]): void {
  const fail = (message: string): void => {
    host.write('stderr', `${message}\n`);
    host.exit(1);
  };
  const parsed = parseLongFlags(args, { port: 'int', type: 'string', host: 'string', timeout: 'duration' });
  if ('error' in parsed) {
    fail(`Error: ${parsed.error}\nError: ${parsed.error}`);
    return;
  }
  const { values } = parsed;
  const type = values.get('type') ?? 'readiness';
  if (type !== 'readiness' && type !== 'liveness') {
    fail(`Invalid check type ${JSON.stringify(type)}, expected "readiness" or "liveness"`);
    return;
  }
  const options = {
    host: values.get('host') ?? 'localhost',
    port: Number(values.get('port') ?? 9099),
    target: `/${type}`,
    timeoutMs: parseDuration(values.get('timeout') ?? '5s') ?? 0,
  };
  goGet(host, options, (result) => {
    if ('error' in result) fail(`Health check failed: ${result.error}`);
    else if (result.status < 200 || result.status >= 400)
      fail(`Health check failed: ${type} probe reporting ${result.status}`);
    else host.exit(0);
  });
}
