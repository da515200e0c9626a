import { spawnSync } from 'node:child_process';
import { probeDockerEngine } from '../../containers/docker/engine.ts';
import type { Figure } from './figure.ts';

const PARTS: Record<string, () => Promise<Figure[]>> = {
  virtual: async () => (await import('./virtual.ts')).virtualFigures(),
  processes: async () => (await import('./processes.ts')).processFigures(),
  transport: async () => (await import('./transport.ts')).transportFigures(),
  docker: async () => (await import('./docker.ts')).dockerFigures(),
  osm: async () => (await import('./osm.ts')).osmFigures(),
  injection: async () => (await import('./injection.ts')).injectionFigures(),
  'ads-docker': async () => (await import('./ads.ts')).adsFigures(),
  'osm-docker': async () => (await import('./osm.ts')).osmDockerFigures(),
};

/** `npm run bench [-- PART…]`: measures the budgets; exit 1 if one is exceeded. Without an engine `docker` is left out. */
async function main(names: string[]): Promise<number> {
  const unknown = names.find((name) => PARTS[name] === undefined);
  if (unknown !== undefined) {
    console.error(`no such part: ${unknown} (${Object.keys(PARTS).join(', ')})`);
    return 64;
  }
  const [only, ...others] = names.length === 0 ? await possibleParts() : names;
  if (only !== undefined && others.length === 0) return measure(only);
  // A process each: the memory that one part leaves behind would slow down the next.
  const codes = [only as string, ...others].map(
    (name) => spawnSync(process.execPath, [import.meta.filename, name], { stdio: 'inherit' }).status ?? 1,
  );
  return Math.max(...codes);
}

async function measure(name: string): Promise<number> {
  let exceeded = 0;
  for (const figure of (await PARTS[name]?.()) ?? []) {
    const over = figure.value > figure.budget;
    if (over) exceeded++;
    console.log(`${over ? 'OVER' : 'ok  '}  ${figure.name.padEnd(64)} ${measured(figure)}`);
  }
  return exceeded === 0 ? 0 : 1;
}

async function possibleParts(): Promise<string[]> {
  const { available } = await probeDockerEngine();
  if (!available) console.log('left out: what needs an engine, none answers');
  return Object.keys(PARTS).filter((name) => available || !name.endsWith('docker'));
}

function measured({ value, unit, budget, range }: Figure): string {
  const number = (of: number): string => of.toFixed(unit === 'ms' || unit === 'MB' ? 0 : 2);
  const around = range === undefined ? '' : `, ${number(range[0])} to ${number(range[1])}`;
  return `${`${number(value)} ${unit}`.padStart(10)}  (budget ${budget} ${unit}${around})`;
}

process.exitCode = await main(process.argv.slice(2));
