import { humanDuration } from '../../kube/human-duration.ts';

/** The age of an API timestamp at `now` (ms since 1970) as kubectl prints it; `<unknown>` if there is none. */
export function age(timestamp: string | null | undefined, now: number): string {
  if (timestamp === undefined || timestamp === null || timestamp === '') return '<unknown>';
  return humanDuration(now - Date.parse(timestamp));
}
