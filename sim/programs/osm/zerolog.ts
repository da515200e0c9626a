import { rfc3339 } from '../../core/clock.ts';
import type { ProgramHost } from '../host.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'panic', 'disabled'] as const;
/** As OSM lists them when it is given another. */
const ALLOWED = 'debug info warn error fatal panic disabled trace';

export type LogLevel = 'info' | 'warn' | 'error' | 'fatal';

/** Writes one line of JSON; `at` is the place in OSM's sources (`health.go:72`). */
export type Log = (level: LogLevel, component: string, at: string, message: string, error?: string) => void;

/**
 * A log as OSM's programs write it: a line of JSON on standard error, of the level of `--verbosity` or above.
 * An unknown level ends the program.
 * Models openservicemesh/osm v1.1 pkg/logger (zerolog: context first, then the error, time, caller, message).
 */
export function createLog(host: ProgramHost, verbosity: string): Log {
  const threshold = (LEVELS as readonly string[]).indexOf(verbosity.toLowerCase());
  const write: Log = (level, component, at, message, error) => {
    if (LEVELS.indexOf(level) < threshold) return;
    const line = {
      level,
      ...(component === '' ? {} : { component }),
      ...(error === undefined ? {} : { error }),
      time: rfc3339(host.clock),
      ...(component === '' ? {} : { file: at }),
      message,
    };
    host.write('stderr', `${JSON.stringify(line)}\n`);
  };
  if (threshold < 0) {
    write('fatal', '', '', `Invalid log level '${verbosity}' specified. Please specify one of [${ALLOWED}]`);
    host.exit(1);
  }
  return write;
}
