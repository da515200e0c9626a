import type { Figure } from './figure.ts';

const PARTS: Record<string, () => Promise<Figure[]>> = {
  virtual: async () => (await import('./virtual.ts')).virtualFigures(),
  processes: async () => (await import('./processes.ts')).processFigures(),
  transport: async () => (await import('./transport.ts')).transportFigures(),
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
      console.log(`${over ? 'OVER' : 'ok  '}  ${figure.name.padEnd(64)} ${measured(figure)}`);
    }
  }
  return exceeded === 0 ? 0 : 1;
}

function measured({ value, unit, budget, range }: Figure): string {
  const number = (of: number): string => of.toFixed(unit === 'ms' || unit === 'MB' ? 0 : 2);
  const around = range === undefined ? '' : `, ${number(range[0])} to ${number(range[1])}`;
  return `${`${number(value)} ${unit}`.padStart(10)}  (budget ${budget} ${unit}${around})`;
}

process.exitCode = await main(process.argv.slice(2));
