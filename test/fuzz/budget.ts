/** How much is played: `FUZZ_RUNS` scenarios in all (default 10,000, the least for CI), drawn from `FUZZ_SEED`. */
export const RUNS = numberFrom('FUZZ_RUNS', 10_000);
export const SEED = numberFrom('FUZZ_SEED', 20_261_121);

function numberFrom(name: string, fallback: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} needs a whole number, not "${text}"`);
  return Number(text);
}
