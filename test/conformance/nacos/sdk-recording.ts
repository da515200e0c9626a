import type { KnownInstance } from '../../../sim/programs/registry-client/naming-client.ts';

/** One event of a recording of the npm SDK. */
export interface SdkEvent {
  t: number;
  k: string;
  m?: string;
  name?: string;
  v?: string;
  err?: string;
  /** Of a signal. */
  sig?: string;
  method?: string;
  path?: string;
  query?: Readonly<Record<string, string>>;
}

export interface SdkRecording {
  id: string;
  desc: string;
  events: readonly SdkEvent[];
}

/** What a replay shows. */
export interface SdkSeen {
  t: number;
  k: string;
  v: string;
  name?: string;
  query?: Readonly<Record<string, string>>;
}

/** `10.244.0.1:8080=UP …` as the recorder printed hosts. */
export function shown(hosts: readonly Pick<KnownInstance, 'ip' | 'port' | 'healthy'>[], withPort = true): string {
  if (hosts.length === 0) return '(empty)';
  return hosts
    .map(({ ip, port, healthy }) => `${ip}${withPort ? `:${port}` : ''}=${healthy ? 'UP' : 'DOWN'}`)
    .join(' ');
}
