const UNIT_MS: Record<string, number> = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a Go duration (`1m30s`, `500ms`, `1.5h`, `-2s`, `0`); undefined if the text is none.
 * Models time.ParseDuration.
 */
export function parseDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text);
  if (match === null) return undefined;
  let total = 0;
  for (const [, number, unit] of (match[2] ?? '').matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(number) * (UNIT_MS[unit ?? ''] ?? 0);
  }
  // Whole nanoseconds, as in Go: 32.114 s is 32,114 ms and no fraction of a timer more.
  const ms = Math.round(total * 1e6) / 1e6;
  return match[1] === '-' ? -ms : ms;
}

/** A duration as Go prints it: `0s`, `12.5s`, `1m30s`, `250ms`, `2h0m0s`. Models time.Duration.String for whole milliseconds. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  const abs = Math.abs(Math.round(ms));
  if (abs < 1000) return `${sign}${abs}ms`;
  const hours = Math.floor(abs / 3_600_000);
  const minutes = Math.floor((abs % 3_600_000) / 60_000);
  const seconds = (abs % 60_000) / 1000;
  const tail = `${Number(seconds.toFixed(3))}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${tail}`;
  if (minutes > 0) return `${sign}${minutes}m${tail}`;
  return `${sign}${tail}`;
}
