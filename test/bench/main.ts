import type { Figure } from './figure.ts';

const PARTS: Record<string, () => Promise<Figure[]>> = {
  virtual: async () => (await import('./virtual.ts')).virtualFigures(),
  processes: async () => (await import('./processes.ts')).processFigures(),
};

/** `npm run bench [-- PART…]`: measures the budgets; exit 1 if one is exceeded. */
async function main(names: string[]): Promise<number> {
  let exceeded = 0;
  for (const name of names.length === 0 ? Object.keys(PARTS) : names) {
    const part = PARTS[name];
    if (part === undefined) {
      console.error(`no such part: ${name} (${Object.keys(PARTS).join(', ')})`);
      return 64;
    }
    for (const figure of await part()) {
      const over = figure.value > figure.budget;
      if (over) exceeded++;
      const value = `${figure.value.toFixed(figure.unit === 'ms' || figure.unit === 'MB' ? 0 : 2)} ${figure.unit}`;
      console.log(
        `${over ? 'OVER' : 'ok  '}  ${figure.name.padEnd(64)} ${value.padStart(10)}  (budget ${figure.budget} ${figure.unit})`,
      );
    }
  }
  return exceeded === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
