import type { ClientOutcome } from '../../../sim/programs/host.ts';

/** An answer as recordings write it. */
export interface RecordedAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  json?: unknown;
  text?: string;
}

/** Times, and what depends on the machine. */
const VOLATILE = new Set(['lastRefTime', 'timestamp', 'cpu', 'load', 'mem']);

/** Lists in the order of a Java hash: their members count. A page of a longer list is any of it: its length counts. */
const HASH_ORDERED = new Set(['hosts', 'doms', 'services', 'serviceList', 'data', 'list', 'ips', 'subscribers']);

/** What two answers are compared by: status, content type, connection, body. */
export function comparable(answer: RecordedAnswer): string {
  const { status, headers } = answer;
  const body = answer.json === undefined ? { text: answer.text?.trimEnd() } : { json: mask(answer.json) };
  const type = headers['content-type']?.toLowerCase();
  return JSON.stringify({ status, type, closes: headers.connection === 'close', ...body }, sortedKeys, 1);
}

/** An answer of our server in the recordings' form. */
export function recorded(outcome: ClientOutcome): RecordedAnswer {
  if (outcome.kind !== 'response') return { status: 0, headers: {}, text: `${outcome.kind} ${outcome.cause}` };
  const headers = Object.fromEntries(outcome.headers.map(([name, value]) => [name.toLowerCase(), value.toLowerCase()]));
  const text = new TextDecoder().decode(outcome.body);
  if (!/json/.test(headers['content-type'] ?? '')) return { status: outcome.status, headers, text };
  return { status: outcome.status, headers, json: JSON.parse(text) as unknown };
}

function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  if (typeof value !== 'object' || value === null) return value;
  const whole = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(whole).map(([key, field]) => {
      if (VOLATILE.has(key)) return [key, '<volatile>'];
      if (!HASH_ORDERED.has(key) || !Array.isArray(field)) return [key, mask(field)];
      const isPage = typeof whole.count === 'number' && field.length < whole.count;
      return [key, isPage ? `<${field.length} of them>` : field.map(mask).map(stable).sort()];
    }),
  );
}

function stable(value: unknown): string {
  return JSON.stringify(value, sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
