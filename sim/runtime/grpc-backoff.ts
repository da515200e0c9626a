const BASE_MS = 1000;
const FACTOR = 1.6;
const JITTER = 0.2;
const MAX_MS = 120_000;

/**
 * Ms from a failed connection attempt to the next one, after `retries` earlier ones; `random`: from 0 to 1.
 * Models grpc-go internal/backoff Exponential.Backoff with backoff.DefaultConfig.
 */
export function grpcBackoffMs(retries: number, random: () => number): number {
  if (retries === 0) return BASE_MS;
  return Math.min(BASE_MS * FACTOR ** retries, MAX_MS) * (1 + JITTER * (random() * 2 - 1));
}
