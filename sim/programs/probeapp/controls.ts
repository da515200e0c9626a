import { parseDuration } from '../../core/duration.ts';
import type { GrpcHealthStatus } from '../host.ts';

/** The keys of the health endpoints by path. */
export const KEY_OF_PATH: Readonly<Record<string, string>> = {
  '/healthz': 'healthz',
  '/livez': 'liveness',
  '/readyz': 'readiness',
  '/startupz': 'startup',
};

/** What the switch of a running probeapp has set. */
export class Controls {
  readonly codes = new Map<string, number>();
  readonly hangs = new Map<string, number>();
  readonly closes = new Set<string>();
  readonly grpc = new Map<string, GrpcHealthStatus>([
    ['', 'SERVING'],
    ['liveness', 'SERVING'],
    ['readiness', 'SERVING'],
  ]);

  /** Takes one control about answers; false if it is none. */
  set(name: string, value: string): boolean {
    if (name.startsWith('hang.')) this.hangs.set(name.slice(5), parseDuration(value) ?? 0);
    else if (name.startsWith('grpc.')) {
      const service = name.slice(5);
      this.grpc.set(service === '_' ? '' : service, value as GrpcHealthStatus);
    } else if (Object.values(KEY_OF_PATH).includes(name)) this.codes.set(name, Number(value));
    else if (name === 'close') {
      // Requests for this key see the connection closed; an empty value ends it.
      if (value === '') this.closes.clear();
      else this.closes.add(value);
    } else return false;
    return true;
  }
}
