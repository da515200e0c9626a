import { rfc3339 } from '../../core/clock.ts';
import type { ProgramHost } from '../host.ts';
import type { CalicoProfile } from './profiles.ts';

/** The wall's time, ms since 1970. */
export function wallNow(host: Pick<ProgramHost, 'clock'>): number {
  return host.clock.epochMs + host.clock.now();
}

/** `2026-11-21 10:58:49.303`, as Calico's log writes it. */
function stamp(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 23).replace('T', ' ');
}

export type LogLevel = 'INFO' | 'WARNING' | 'ERROR' | 'FATAL';

/** Writes a line of Calico's log: time, level, process id, package/file and line, text. */
export type CalicoLog = (level: LogLevel, place: string, message: string) => void;

/** A component's log on standard output (`felix/daemon.go 482`), as Calico's common formatter writes it. */
export function calicoLog(host: ProgramHost): CalicoLog {
  return (level, place, message) =>
    host.write('stdout', `${stamp(wallNow(host))} [${level}][${host.pid}] ${place}: ${message}\n`);
}

/** The health command's own line about peers: Calico's format, or logrus' where nobody has set one. */
export function logPeers(host: ProgramHost, profile: CalicoProfile, message: string): void {
  const { stream, place } = profile.log;
  if (place !== '') calicoLog(host)('INFO', place, message);
  else host.write(stream, `time="${rfc3339(host.clock)}" level=info msg=${JSON.stringify(message)}\n`);
}
